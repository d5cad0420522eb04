#pragma once
#include <experiments/tasks/marked_numbers.hpp>

namespace carousel::tasks {

/// The sum of two marked numbers of a long sequence.
struct Adding final : MarkedNumbers {
  static constexpr const char* about = R"(
The adding problem: experiment 4 of Hochreiter and Schmidhuber (1997), in the protocol of
Arjovsky, Shah and Bengio (2016) that most later papers follow.

    input    [time, batch, 2]: a value uniform in [0, 1), and a marker that is 1 at one
             random step of each half of the sequence and else 0
    target   the sum of the two marked values, at the last step only
    metric   mse; chance is 1/6, the variance of the sum, reached by always answering 1
)";

  Adding() : MarkedNumbers("task adding") {}
  /// The variance of a sum of two U[0, 1]: 2/12.
  double chance() const override { return 1.0 / 6; }
  std::string chance_is() const override { return "constant 1"; }

 private:
  double answer(double first, double second) const override { return first + second; }
};

}  // namespace carousel::tasks
