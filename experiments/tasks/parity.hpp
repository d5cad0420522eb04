#pragma once
#include <experiments/tasks/generated.hpp>

namespace carousel::tasks {

/// Is the number of ones odd?
struct Parity final : GeneratedTask {
  static constexpr const char* about = R"(
Parity of a sequence of bits: one bit of memory, changed by every 1, is all it takes, but no
shorter part of the sequence tells anything about the answer.

    input    [time, batch, 1]: random bits, 0 or 1
    target   1 where the number of ones so far is odd, else 0
    scored   the last step, or every step (`answer`), which is much easier to learn
    metric   accuracy; chance is 1/2
    lengths  uniform in `shortest` .. `length`; those of the test part may be others, so that it
             tells whether the rule was learned or the lengths

The baseline "present bit only" answers with the input: right at the first step of a sequence,
and else a guess.
)";

  Index length = 20;           ///< steps of the longest sequence
  Index shortest = 1;          ///< steps of the shortest one
  Index test_length = 0;       ///< the same for the test part; 0: as in training
  Index test_shortest = 0;     ///< 0: as in training
  std::string answer = "all";  ///< last or all

  Parity() : GeneratedTask("task parity") {}
  void settings(Settings& s) override;
  /// Errors also when a shortest length is above the longest one.
  void load(DType dtype) override;

  Index input_size() const override { return 1; }
  Index output_size() const override { return 1; }
  const Objective& objective() const override { return binary(); }
  double chance() const override { return 0.5; }
  std::string chance_is() const override { return "any answer"; }
  /// Expected of sequences with the lengths of the test part.
  std::vector<Baseline> baselines() const override;
  Lengths lengths() const override { return {shortest, length}; }
  Lengths test_lengths() const override;

 private:
  void draw(Random& random, Sequence& sequence) const override;
};

}  // namespace carousel::tasks
