#pragma once
#include <experiments/registry.hpp>
#include <experiments/runner/config.hpp>
#include <experiments/tasks/task.hpp>
#include <string>
#include <vector>

namespace carousel {

/// Sets the hidden_size of every cell so that it has as many parameters as config.match_parameters,
/// "lstm-64", the readout included: as many as it can come near. The task is loaded. Returns a line
/// for each cell, for people. Error (config) on a reference that is no cell with a size, and where
/// no size comes within a tenth.
std::vector<std::string> match_parameters(const Registry& registry, Config& config,
                                          const tasks::Task& task);

}  // namespace carousel
