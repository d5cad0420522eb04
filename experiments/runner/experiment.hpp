#pragma once
#include <string>
#include <vector>

namespace carousel {

struct Registry;

/// What the program returns to the shell.
enum ExitCode : int {
  exit_done = 0,
  exit_failed = 1,         ///< a run failed or diverged
  exit_refused = 2,        ///< the command line, the configuration or the data were refused
  exit_interrupted = 130,  ///< stopped by Ctrl-C; what there is was kept
};

/// `carousel run`, parsed.
struct RunOptions {
  std::string config;             ///< path of the YAML file
  std::vector<std::string> sets;  ///< "path=value", in order
  std::string out;                ///< directory of the results; empty: as the configuration says
  bool dry_run = false;           ///< print the resolved configuration and the plan, run nothing
  bool verify = false;            ///< check the gradients of every cell first, in float64
  bool force = false;             ///< delete earlier results in the directory
};

/// Runs an experiment to its end and returns an ExitCode. Throws Error before anything has started
/// where the configuration is refused.
int run_experiment(const Registry& registry, const RunOptions& options);

}  // namespace carousel
