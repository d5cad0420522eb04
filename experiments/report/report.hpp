#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace carousel {

/// `carousel report`, parsed.
struct ReportOptions {
  std::vector<std::string> directories;
  std::string out;           ///< path of the page; empty: see write_report()
  bool answer_only = false;  ///< print the answers, write nothing
};

namespace report {

/// Writes one page about the results in one or several directories, which opens without a network:
/// to `out`, or where that is empty to report.html in the only directory, or in the present one
/// for several. Returns its path. Error (data) as read_results(); Error (io) where it cannot be
/// written, or another file than a report has that name already.
std::filesystem::path write_report(const std::vector<std::filesystem::path>& directories,
                                   const std::filesystem::path& out = {});

}  // namespace report

/// Runs the command and returns an ExitCode.
int run_report(const ReportOptions& options);

}  // namespace carousel
