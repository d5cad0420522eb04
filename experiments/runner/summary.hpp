#pragma once
#include <experiments/registry.hpp>
#include <experiments/runner/trainer.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

namespace carousel {

/// summary.json: what an experiment asks and compares, and what became of its runs. Together with
/// the files of the runs it is all that a report needs.
class Summary {
 public:
  /// The format number of the file.
  static constexpr int format = 2;

  /// `task` is the experiment's, loaded.
  Summary(const Registry& registry, const Config& config, const tasks::Task& task);
  /// Writes the file with the runs that have ended so far.
  void write(const std::filesystem::path& directory, const std::vector<RunResult>& runs) const;

 private:
  nlohmann::ordered_json head_;
};

}  // namespace carousel
