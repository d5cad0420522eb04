#include <fmt/format.h>

#include <algorithm>
#include <autograd/support/error.hpp>
#include <experiments/runner/files.hpp>
#include <experiments/runner/messages.hpp>
#include <experiments/runner/progress_view.hpp>
#include <experiments/runner/results.hpp>
#include <nlohmann/json.hpp>

namespace carousel {
namespace {

namespace fs = std::filesystem;

/// Removes what run_experiment() writes, and nothing else.
void remove_results(const fs::path& directory) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(directory)) {
    bool ours =
        entry.path().filename() == "resolved.yaml" || entry.path().filename() == "summary.json";
    if (entry.is_directory()) {
      ours = true;
      for (const auto& seed : fs::directory_iterator(entry.path())) {
        ours = ours && seed.path().filename().string().rfind("seed", 0) == 0;
      }
    }
    if (ours) fs::remove_all(entry.path(), ignored);
  }
}

fs::path first_free(const std::string& name) {
  make_directories("runs");
  for (Index n = 1;; ++n) {
    const fs::path candidate = fs::path("runs") / (name + "-" + std::to_string(n));
    std::error_code error;
    if (fs::create_directory(candidate, error)) return candidate;
    if (error) make_directories(candidate);  // says why
  }
}

struct Summary {
  double median, low, high;
};

Summary summarise(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  return {median, values.front(), values.back()};
}

/// Median of what the runs have of a field, with the range where there are several.
template <class Field>
std::string over_seeds(const std::vector<const RunResult*>& runs, const char* format, Field field) {
  std::vector<double> values;
  for (const auto* run : runs) {
    const auto value = field(*run);
    if (value) values.push_back(static_cast<double>(*value));
  }
  if (values.empty()) return "-";
  const Summary s = summarise(values);
  const auto text = [format](double x) { return fmt::format(fmt::runtime(format), x); };
  std::string result = text(s.median);
  if (s.low < s.high) result += " (" + text(s.low) + " to " + text(s.high) + ")";
  if (values.size() < runs.size()) {
    result += fmt::format(", {} of {} runs", values.size(), runs.size());
  }
  return result;
}

double total_seconds(const std::vector<const RunResult*>& runs) {
  double total = 0;
  for (const auto* run : runs) total += run->seconds;
  return total;
}

}  // namespace

fs::path results_directory(const std::string& wanted, const std::string& name, bool force) {
  if (wanted.empty()) return first_free(name);
  const fs::path directory(wanted);
  if (fs::is_directory(directory) && !fs::is_empty(directory)) {
    if (!force) {
      throw Error(ErrorKind::io, wanted, "a new directory for the results", "one that exists",
                  "Choose another with --out, or replace its results with --force.");
    }
    if (!fs::exists(directory / "resolved.yaml")) {
      throw Error(ErrorKind::io, wanted, "a directory with results of an earlier run to replace",
                  "one that holds something else (no resolved.yaml)",
                  "Nothing was deleted. Choose another with --out.");
    }
    remove_results(directory);
  }
  make_directories(directory);
  return directory;
}

void write_summary(const fs::path& directory, const std::vector<RunResult>& runs) {
  nlohmann::ordered_json json{{"format", 1}, {"runs", nlohmann::ordered_json::array()}};
  for (const auto& run : runs) json["runs"].push_back(summary_entry(run));
  write_file(directory / "summary.json", json.dump(2) + "\n");
}

std::string run_name(const std::string& label, Index seed) {
  return label + " seed " + std::to_string(seed);
}

std::string result_line(const RunResult& run, std::size_t name_width) {
  std::string text = fmt::format("{:<{}}  ", run_name(run.label, run.seed), name_width);
  if (run.diverged_at) return text + "diverged " + run.diverged_because;
  if (run.interrupted) return text + fmt::format("interrupted after {} steps", run.steps);
  text += fmt::format("{} {:.4f} (chance {:.4f}) after {} steps", run.metric,
                      run.final_metric.value_or(0), run.chance, run.steps);
  if (run.solved_at) text += fmt::format(", solved at {}", *run.solved_at);
  return text + ", " + clock_text(run.seconds);
}

std::string results_table(const std::vector<RunResult>& runs) {
  if (runs.empty()) return "no run has finished\n";
  std::vector<std::pair<std::string, std::vector<const RunResult*>>> labels;
  for (const auto& run : runs) {
    auto found = std::find_if(labels.begin(), labels.end(),
                              [&run](const auto& entry) { return entry.first == run.label; });
    if (found == labels.end()) found = labels.insert(labels.end(), {run.label, {}});
    found->second.push_back(&run);
  }
  std::vector<std::array<std::string, 6>> rows{
      {"cell", "parameters", runs[0].metric, "solved at step", "steps", "time"}};
  for (const auto& [label, of_label] : labels) {
    rows.push_back(
        {label, fmt::format("{}", of_label[0]->parameters),
         over_seeds(of_label, "{:.4f}", [](const auto& r) { return r.final_metric; }),
         over_seeds(of_label, "{:.0f}", [](const auto& r) { return r.solved_at; }),
         over_seeds(of_label, "{:.0f}", [](const auto& r) { return std::optional(r.steps); }),
         clock_text(total_seconds(of_label))});
  }
  std::array<std::size_t, 6> width{};
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) width[c] = std::max(width[c], row[c].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      line += fmt::format("{:<{}}  ", row[c], width[c]);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text + fmt::format("chance: {} {:.4f}\n", runs[0].metric, runs[0].chance);
}

}  // namespace carousel
