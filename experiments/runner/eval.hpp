#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace carousel {

struct Registry;

/// `carousel eval`, parsed.
struct EvalOptions {
  std::string directory;
  std::string label;                 ///< one cell; empty: all
  std::optional<std::int64_t> seed;  ///< one seed; none: all
  std::string split = "test";        ///< or "validation"
  std::string checkpoint;            ///< "best" or "last"; empty: what the experiment selects
};

/// Measures the parameters of runs that have ended once more and prints the metrics, each beside
/// what summary.json has for it. Returns an ExitCode: exit_failed where the two differ, or a run
/// has left no such checkpoint. Error (data) where there are no such results.
int run_eval(const Registry& registry, const EvalOptions& options);

}  // namespace carousel
