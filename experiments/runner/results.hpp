#pragma once
#include <experiments/runner/trainer.hpp>
#include <filesystem>
#include <string>
#include <vector>

namespace carousel {

/// The directory that an experiment writes to, made and empty: `wanted`, or runs/<name>-<n> with
/// the first free n. One that exists already is an Error (io) without `force`; with it, what an
/// earlier experiment wrote there is removed, and a directory that holds no results is still
/// refused.
std::filesystem::path results_directory(const std::string& wanted, const std::string& name,
                                        bool force);

/// summary.json: {"format": 1, "runs": [...]}.
void write_summary(const std::filesystem::path& directory, const std::vector<RunResult>& runs);

/// The comparison, for people: one line a label, medians and ranges over the seeds.
std::string results_table(const std::vector<RunResult>& runs);

/// One run in one line, when it ends.
std::string result_line(const RunResult& run, std::size_t name_width);
/// "lstm seed 2"
std::string run_name(const std::string& label, Index seed);

}  // namespace carousel
