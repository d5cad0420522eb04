#pragma once
#include <experiments/tasks/marked_numbers.hpp>

namespace carousel::tasks {

/// The product of two marked numbers of a long sequence.
struct Multiplication final : MarkedNumbers {
  static constexpr const char* about = R"(
The multiplication problem: experiment 5 of Hochreiter and Schmidhuber (1997), with the
sequences of the adding problem.

    input    [time, batch, 2]: a value uniform in [0, 1), and a marker that is 1 at one
             random step of each half of the sequence and else 0
    target   the product of the two marked values, at the last step only
    metric   mse; chance is 7/144, the variance of the product, reached by always answering 1/4
)";

  Multiplication() : MarkedNumbers("task multiplication") {}
  /// E[x²]² - E[x]⁴ = 1/9 - 1/16
  double chance() const override { return 7.0 / 144; }
  std::string chance_is() const override { return "constant 1/4"; }

 private:
  double answer(double first, double second) const override { return first * second; }
};

}  // namespace carousel::tasks
