#pragma once
#include <experiments/runner/config.hpp>
#include <experiments/tasks/task.hpp>

namespace carousel {

/// Makes the first training batch; where a modifier depends on how the task's sequences come, some
/// more and those held out. Error (config) on a modifier that would do nothing, or that cannot be
/// with such sequences; others as the task has them.
void check_batches(const Config& config, const tasks::Task& task);

/// The Error (config) on a cell of two directions whose sequences go on.
[[noreturn]] void refuse_both_directions(const std::string& where);

}  // namespace carousel
