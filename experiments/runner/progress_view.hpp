#pragma once
#include <chrono>
#include <cstdio>
#include <experiments/runner/trainer.hpp>
#include <map>
#include <string>

namespace carousel {

/// Shows how the runs go: on a terminal one line for each running one, rewritten in place;
/// elsewhere a plain line now and then.
class ProgressView {
 public:
  /// `metric` and `chance` are the task's; `name_width` the longest run name.
  ProgressView(std::string metric, double chance, std::size_t name_width);
  ~ProgressView();
  ProgressView(const ProgressView&) = delete;
  ProgressView& operator=(const ProgressView&) = delete;

  void started(std::size_t run, const std::string& name);
  void update(std::size_t run, const Progress& progress);
  /// Prints a line that stays, and drops the run from the moving part.
  void ended(std::size_t run, const std::string& text);
  /// Prints a line that stays above the moving part, to stdout or stderr.
  void print(const std::string& text, std::FILE* to);

 private:
  using Clock = std::chrono::steady_clock;
  struct Running {
    std::string name, text;
    Clock::time_point printed;
  };
  void erase();
  void draw();

  std::string metric_;
  double chance_;
  std::size_t name_width_;
  bool terminal_;
  std::map<std::size_t, Running> running_;
  std::size_t drawn_ = 0;  // lines of the moving part on the screen
  Clock::time_point last_draw_;
};

/// How far a run is, in one line of at most `columns`: its name and step and the time left always,
/// then as much as there is room for of loss, metric, chance, gradient norm and sequences a second.
std::string progress_line(const std::string& name, const Progress& progress,
                          const std::string& metric, double chance, std::size_t columns);

/// "1:07", "2:03:11": for people.
std::string clock_text(double seconds);

}  // namespace carousel
