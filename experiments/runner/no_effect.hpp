#pragma once
#include <experiments/registry.hpp>
#include <experiments/runner/config.hpp>
#include <experiments/tasks/task.hpp>

namespace carousel {

/// What stands in the configuration for all cells and does nothing for some, or cannot be reached:
/// a line each, for people.
std::vector<std::string> without_effect(const Registry& registry, const Config& config,
                                        const tasks::Task& task);

}  // namespace carousel
