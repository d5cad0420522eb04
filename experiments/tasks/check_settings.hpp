#pragma once
#include <experiments/tasks/task.hpp>

namespace carousel::tasks {

/// Errors (ErrorKind::config) when a setting's present value is outside of what its own list
/// allows. A configuration file is checked while it is read; this is for values set in C++.
void check_settings(const std::string& where, Task& task);

}  // namespace carousel::tasks
