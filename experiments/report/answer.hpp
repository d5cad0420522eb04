#pragma once
#include <experiments/report/comparison.hpp>

namespace carousel::report {

/// What the results say, in a sentence or two: which cells solved the task and when, or how well
/// they did, against chance; what diverged; and how fast the gradient vanishes at the start.
std::string answer(const Comparison& comparison);

/// The best cell against each other one, seed by seed, in a sentence each; empty where there are
/// not two seeds of both.
std::vector<std::string> pairs(const Comparison& comparison);

}  // namespace carousel::report
