#pragma once
#include <experiments/runner/paired.hpp>
#include <experiments/runner/trainer.hpp>
#include <string>
#include <vector>

namespace carousel {

/// The comparison, for people: one line a label, medians and ranges over the seeds. A number that
/// no run has is "-", and runs that did not come to their end are counted.
std::string results_table(const std::vector<RunResult>& runs);

/// One run in one line, when it ends.
std::string result_line(const RunResult& run, std::size_t name_width);
/// "lstm seed 2"
std::string run_name(const std::string& label, Index seed);

/// The test metrics that there are.
MetricsBySeed metrics_by_seed(const std::vector<RunResult>& runs);

}  // namespace carousel
