#pragma once
#include <autograd/dtype.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace carousel::report {

/// Values by training step, ascending.
using Curve = std::vector<std::pair<Index, double>>;

/// What one run has written so far.
struct RunLog {
  /// Norms of dL/ds_t for t = 0..T, by the updates done before.
  struct Flow {
    std::string state;
    std::vector<std::pair<Index, std::vector<double>>> probes;
  };
  struct ParameterNorms {
    std::string name;
    Curve norms;
  };

  std::string label;
  Index seed = 0;
  nlohmann::ordered_json result;  ///< its entry of summary.json; null until it has ended
  bool begun = false;
  Index step = 0;  ///< the last one that it has told of
  Curve validation, loss, gradient_norm;
  std::vector<Flow> flow;
  std::vector<ParameterNorms> parameters;
};

/// A directory of results: of an experiment that has ended, goes on, or was killed.
struct Results {
  std::filesystem::path directory;
  bool locked = false;  ///< an experiment is writing there
  nlohmann::ordered_json summary;
  std::string resolved;      ///< resolved.yaml
  std::vector<RunLog> runs;  ///< one for each cell and seed, in the experiment's order
};

/// Reads what `carousel run` has written. A last line that is not complete yet is left out. Error
/// (data) where the directory holds no results, those of another version, or damaged ones.
Results read_results(const std::filesystem::path& directory);

}  // namespace carousel::report
