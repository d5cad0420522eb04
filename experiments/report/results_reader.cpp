#include <algorithm>
#include <autograd/support/error.hpp>
#include <cmath>
#include <experiments/report/results_reader.hpp>
#include <experiments/runner/files.hpp>
#include <experiments/runner/json_text.hpp>
#include <experiments/runner/results_directory.hpp>
#include <experiments/runner/summary.hpp>
#include <functional>
#include <sstream>

namespace carousel::report {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

[[noreturn]] void damaged(const std::string& where, const std::string& why) {
  throw Error(ErrorKind::data, where, "results as carousel writes them", why,
              "Was the file changed? Run the experiment again.");
}

/// Runs f; what JSON refuses, or does not hold, is an error of `where`.
template <class F> void reading(const std::string& where, F&& f) {
  try {
    f();
  } catch (const nlohmann::json::exception& error) {
    damaged(where, error.what());
  }
}

/// Calls f(line) with each complete line of a file; one that does not exist has none.
void for_each_line(const fs::path& path, const std::function<void(const Json&)>& f) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return;
  const std::string text = read_file(path);
  std::size_t begin = 0, count = 1;
  for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    reading(path.string() + ":" + std::to_string(count++), [&] {
      f(Json::parse(text.begin() + static_cast<std::ptrdiff_t>(begin),
                    text.begin() + static_cast<std::ptrdiff_t>(end)));
    });
  }
}

void read_metrics(const fs::path& path, const std::string& metric, RunLog& run) {
  for_each_line(path, [&](const Json& line) {
    run.begun = true;
    const Index step = line.at("step");
    run.step = std::max(run.step, step);
    if (line.contains(metric)) run.validation.emplace_back(step, number_or_nan(line[metric]));
    if (line.contains("loss")) run.loss.emplace_back(step, number_or_nan(line["loss"]));
    if (line.contains("gradient_norm")) {
      run.gradient_norm.emplace_back(step, number_or_nan(line["gradient_norm"]));
    }
  });
}

/// The element of that name, made where there is none.
template <class T> T& named(std::vector<T>& all, std::string T::*field, const std::string& name) {
  for (T& one : all) {
    if (one.*field == name) return one;
  }
  all.emplace_back();
  all.back().*field = name;
  return all.back();
}

void read_flow(const fs::path& path, RunLog& run) {
  for_each_line(path, [&](const Json& line) {
    const Index step = line.at("step");
    if (line.contains("state")) {
      std::vector<double> norms;
      for (const Json& norm : line.at("norms")) norms.push_back(number_or_nan(norm));
      named(run.flow, &RunLog::Flow::state, line["state"])
          .probes.emplace_back(step, std::move(norms));
      return;
    }
    for (const auto& [name, norm] : line.at("parameters").items()) {
      named(run.parameters, &RunLog::ParameterNorms::name, name)
          .norms.emplace_back(step, number_or_nan(norm));
    }
  });
}

Json read_summary(const fs::path& path) {
  Json summary;
  reading(path.string(), [&] {
    summary = Json::parse(read_file(path));
    const int format = summary.at("format");
    if (format == Summary::format) return;
    throw Error(ErrorKind::data, path.string(), "format " + std::to_string(Summary::format),
                "format " + std::to_string(format),
                format < Summary::format ? "An earlier version wrote it; run the experiment again."
                                         : "A newer version wrote it; use that one.");
  });
  return summary;
}

}  // namespace

Results read_results(const fs::path& directory) {
  const fs::path summary = directory / "summary.json";
  std::error_code ignored;
  if (!fs::is_directory(directory, ignored) || !fs::exists(summary, ignored)) {
    throw Error(ErrorKind::data, directory.string(), "a directory with results of carousel run",
                fs::is_directory(directory, ignored) ? "one without summary.json"
                : fs::exists(directory, ignored)     ? "a file"
                                                     : "nothing of that name");
  }
  Results results{directory,
                  is_locked(directory),
                  read_summary(summary),
                  read_file(directory / "resolved.yaml"),
                  {}};
  reading(summary.string(), [&] {
    const Json& all = results.summary;
    for (const Json& cell : all.at("cells")) {
      for (const Json& seed : all.at("seeds")) {
        RunLog run;
        run.label = cell.at("label");
        run.seed = seed;
        for (const Json& entry : all.at("runs")) {
          if (entry.at("label") == run.label && entry.at("seed") == run.seed) run.result = entry;
        }
        const fs::path own = directory / run.label / ("seed" + std::to_string(run.seed));
        read_metrics(own / "metrics.jsonl", all.at("metric").at("name"), run);
        read_flow(own / "gradient_flow.jsonl", run);
        results.runs.push_back(std::move(run));
      }
    }
  });
  return results;
}

}  // namespace carousel::report
