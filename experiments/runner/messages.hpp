#pragma once
#include <experiments/runner/trainer.hpp>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <variant>

namespace carousel {

/// Why a run ended without a result.
struct RunFailure {
  std::string text;
  int exit_code = 1;
};

/// What a run process tells the program that started it, one line of JSON each.
using Message = std::variant<Progress, RunResult, RunFailure>;
std::string to_line(const Message& message);
Message from_line(const std::string& line);

/// A run's entry in summary.json. What a failed run would have measured is null, and "failed" says
/// why; one that was not started is "interrupted" after 0 steps.
nlohmann::ordered_json summary_entry(const RunResult& result);

}  // namespace carousel
