#pragma once
#include <experiments/tasks/generated.hpp>

namespace carousel::tasks {

/// Is the number of ones so far odd?
struct Parity final : GeneratedTask {
  static constexpr const char* about = R"(
Parity: is the number of ones in a sequence of bits odd? One bit of memory suffices, but it
has to be kept and turned over without a mistake, however long the sequence is; every bit
counts, so that no shorter part of it says anything.

    input     [time, batch, 1]: 0 or 1, each with probability 1/2
    length    uniform in `shortest` .. `length`; those of the test part in `test_shortest` ..
              `test_length`, where they are given: does a cell go on to longer sequences?
              (Deletang et al. 2023 train on 1..40 and test on up to 500)
    asked     at the last step, or with `answer: all` at every step for the bits so far
)";

  Index length = 40, shortest = 1;
  Index test_length = 0, test_shortest = 0;  ///< 0: as in training
  std::string answer = "last";               ///< last or all

  Parity() : GeneratedTask("task parity") {}
  void settings(Settings& s) override;
  void load(DType dtype) override;

  Index input_size() const override { return 1; }
  Index output_size() const override { return 1; }
  const Objective& objective() const override { return binary(); }
  double chance() const override { return 0.5; }
  std::string chance_is() const override { return "either answer"; }
  Lengths lengths() const override { return {shortest, length}; }
  Lengths test_lengths() const override;

 protected:
  void draw(Random& random, Sequence& sequence) const override;
};

}  // namespace carousel::tasks
