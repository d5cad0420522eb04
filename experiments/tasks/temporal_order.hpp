#pragma once
#include <experiments/tasks/generated.hpp>

namespace carousel::tasks {

/// In which order did a few symbols come?
struct TemporalOrder final : GeneratedTask {
  static constexpr const char* about = R"(
The temporal order problem (Hochreiter and Schmidhuber 1997, experiments 6a and 6b): a
sequence begins with E, ends with B, and consists of the distractors a, b, c, d but for two
(or three) places, which hold X or Y. Their order is asked for at the last step.

    length    uniform in L .. 1.1 L, L = 100
    places    2 symbols: one step of 10..20, one of 50..60
              3 symbols: one step of 10..20, one of 33..43, one of 66..76
              (in hundredths of L)
    input     [time, batch, 8], one-hot: E, B, a, b, c, d, X, Y
    classes   XX, XY, YX, YY (4), or XXX .. YYY (8)

Softmax outputs and cross-entropy here; the paper has logistic outputs, trained by squared
errors, and counts a sequence as right when all errors are below 0.3.
)";

  Index length = 100;          ///< L, shortest length in steps
  double length_spread = 0.1;  ///< lengths are uniform in [L, (1 + spread)·L]
  Index symbols = 2;           ///< how many X or Y there are: 2 or 3

  TemporalOrder() : GeneratedTask("task temporal_order") {}
  void settings(Settings& s) override;

  Index input_size() const override { return 8; }
  Index output_size() const override { return Index{1} << symbols; }
  const Objective& objective() const override { return classification(); }
  double chance() const override { return 1.0 / static_cast<double>(output_size()); }
  std::string chance_is() const override { return "any constant class"; }
  Lengths lengths() const override { return spread_lengths(length, length_spread); }

 protected:
  Index target_size() const override { return one_class; }
  void draw(Random& random, Sequence& sequence) const override;
};

}  // namespace carousel::tasks
