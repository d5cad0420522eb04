#pragma once
#include <functional>
#include <string>
#include <vector>

namespace carousel {

/// What a process sends to the one that started it: one line of text.
using Send = std::function<void(const std::string& line)>;

/// Work for a process of its own.
struct Job {
  /// Runs in the child; what it returns is the child's exit code, 1 where it throws. `stop` turns
  /// true when the child should end.
  std::function<int(const Send& send, const std::function<bool()>& stop)> body;
};

/// What the starting process is told.
struct JobEvents {
  std::function<void(std::size_t job)> started;
  std::function<void(std::size_t job, const std::string& line)> line;
  /// Exit code, or minus the signal that killed it.
  std::function<void(std::size_t job, int status)> ended;
};

/// Runs every job in a child process, `parallel` at a time, in order. The first Ctrl-C (or SIGTERM)
/// asks the running ones to stop and starts no more; a second one kills them. Returns whether it
/// was interrupted. A child dies with its parent.
bool run_processes(const std::vector<Job>& jobs, std::size_t parallel, const JobEvents& events);

}  // namespace carousel
