#pragma once
#include <experiments/registry.hpp>
#include <experiments/runner/config.hpp>
#include <experiments/tasks/task.hpp>

namespace carousel {

/// A task of a plugin loads and makes batches in a process of its own. Error (config) on one that
/// cannot; nothing where the task is no plugin's.
void try_task(const Registry& registry, const Config& config);

/// Loads the experiment's task. Error (config) where its sizes do not fit into memory; others as
/// load() has them.
void load(const Config& config, tasks::Task& task);

/// What can be refused is refused here, before anything is written: a training batch is made, and
/// every cell is built and takes three steps on zeros. Error (config) where the sizes do not fit
/// into memory; other Errors as the task and the cells have them.
void rehearse(const Registry& registry, const Config& config, const tasks::Task& task);

/// What a training step of each cell is expected to take, one line each. A budget that does not
/// suffice is an Error (config) that says what would fit.
std::vector<std::string> predicted_memory(const Registry& registry, const Config& config,
                                          const tasks::Task& task);

/// `--verify`: one small batch through every cell, re-recorded in float64, every node checked and
/// reported on stdout. Whether all gradients are right.
bool verified(const Registry& registry, const Config& config, const tasks::Task& task);

}  // namespace carousel
