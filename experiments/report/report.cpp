#include <autograd/support/error.hpp>
#include <cstdio>
#include <experiments/report/answer.hpp>
#include <experiments/report/document.hpp>
#include <experiments/report/page.hpp>
#include <experiments/report/report.hpp>
#include <experiments/runner/experiment.hpp>
#include <experiments/runner/files.hpp>
#include <experiments/runner/json_text.hpp>
#include <fstream>
#include <set>

namespace carousel {
namespace report {
namespace {

namespace fs = std::filesystem;

/// What f makes of the results in the directories. JSON that lacks what it should have is an Error.
template <class F> auto from_results(const std::vector<fs::path>& directories, F&& f) {
  std::vector<Results> all;
  std::set<fs::path> seen;
  for (const fs::path& directory : directories) {
    all.push_back(read_results(directory));
    if (seen.insert(fs::canonical(directory)).second) continue;
    throw Error(ErrorKind::config, "carousel report", "directories that differ",
                directory.string() + " twice");
  }
  try {
    return f(all);
  } catch (const nlohmann::json::exception& error) {
    std::vector<std::string> names;
    for (const fs::path& directory : directories) names.push_back(directory / "summary.json");
    throw Error(ErrorKind::data, join(names), "results as carousel writes them", error.what(),
                "Was the file changed? Run the experiment again.");
  }
}

/// JSON that can stand inside a script element: no '<' may end it.
std::string embedded(const nlohmann::ordered_json& json) {
  std::string text;
  for (const char c : json_text(json)) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text;
}

/// Errors where a file of that name is not one that a report may replace.
void check_replaceable(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return;
  if (fs::is_regular_file(path, ignored)) {  // a device or a pipe may never end
    std::string begin(std::string(page_begin).size(), '\0');
    std::ifstream(path, std::ios::binary).read(begin.data(), static_cast<long>(begin.size()));
    if (begin == page_begin) return;
  }
  throw Error(ErrorKind::io, path.string(), "a new file, or an earlier report to replace",
              "something else", "Nothing was changed. Choose another name with --out.");
}

}  // namespace

fs::path write_report(const std::vector<fs::path>& directories, const fs::path& out) {
  const fs::path usual = "report.html";
  const fs::path path = !out.empty()              ? out
                        : directories.size() == 1 ? directories[0] / usual
                                                  : usual;
  check_replaceable(path);
  std::string text = page();
  text.replace(text.find(data_mark), std::string(data_mark).size(),
               embedded(from_results(directories, document)));
  write_file(path, text);
  return path;
}

}  // namespace report

int run_report(const ReportOptions& options) {
  const std::vector<std::filesystem::path> directories(options.directories.begin(),
                                                       options.directories.end());
  if (options.answer_only) {
    for (const report::Comparison& one : report::from_results(directories, report::compare)) {
      std::printf("%s\n", report::answer(one).c_str());
    }
    return exit_done;
  }
  std::printf("report: %s\n", report::write_report(directories, options.out).c_str());
  return exit_done;
}

}  // namespace carousel
