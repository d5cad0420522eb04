#pragma once
#include <experiments/tasks/generated.hpp>

namespace carousel::tasks {

/// Numbers of which two are marked, and something to be computed from those two at the last step.
///
/// x is [time, batch, 2]: a value uniform in [0, 1), a marker (0 or 1); one step of each half of
/// the sequence is marked.
class MarkedNumbers : public GeneratedTask {
 public:
  Index length = 100;        ///< T, shortest length in steps
  double length_spread = 0;  ///< lengths are uniform in [T, (1 + spread)·T]

  void settings(Settings& s) override;
  Index input_size() const override { return 2; }
  Index output_size() const override { return 1; }
  const Objective& objective() const override { return regression(); }
  Lengths lengths() const override { return spread_lengths(length, length_spread); }

 protected:
  using GeneratedTask::GeneratedTask;
  /// What is asked for, from the two marked values.
  virtual double answer(double first, double second) const = 0;
  void draw(Random& random, Sequence& sequence) const override;
};

}  // namespace carousel::tasks
