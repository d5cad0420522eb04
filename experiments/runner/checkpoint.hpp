#pragma once
#include <experiments/runner/model.hpp>
#include <filesystem>
#include <optim/optimizer.hpp>

namespace carousel {

/// Where a run stands besides its tensors. Every random stream is a function of (seed, name, step),
/// so these two numbers are the state of all of them.
struct RunState {
  Index step = 0;  ///< updates done
  Index seed = 0;
  std::string label, task;
};

/// Parameters, the optimiser's memory and the counters, in one file that is complete or not there.
void save_checkpoint(const std::filesystem::path& path, const Model& model,
                     optim::Optimizer& optimizer, const RunState& state);

/// Puts back the parameters alone. Errors as load_checkpoint().
RunState load_parameters(const std::filesystem::path& path, const Model& model);

/// Puts them back. Error (data) naming the tensor when the file is for another model; nothing has
/// changed then.
RunState load_checkpoint(const std::filesystem::path& path, const Model& model,
                         optim::Optimizer& optimizer);

}  // namespace carousel
