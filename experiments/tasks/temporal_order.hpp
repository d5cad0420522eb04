#pragma once
#include <experiments/tasks/generated.hpp>

namespace carousel::tasks {

/// In which order did the symbols X and Y come?
struct TemporalOrder final : GeneratedTask {
  static constexpr const char* about = R"(
Temporal order: experiments 6a (two symbols) and 6b (three) of Hochreiter and Schmidhuber
(1997). A long sequence of random letters hides a few that count; which were they, in order?

    input    [time, batch, 8], one-hot of E, B, a, b, c, d, X, Y: E first, B last, between them
             random letters of a..d, but X or Y at one random step of each window
    windows  for L = 100: steps 10..20 and 50..60, or 10..20, 33..43 and 66..76; others scale
    lengths  uniform in L .. 1.1 L
    target   which of X and Y stood in the windows, 4 or 8 classes, at the last step only; X is
             0, Y is 1, and the first window is the highest bit
    metric   accuracy; chance is 1/4 or 1/8, all classes being equally likely
)";

  Index length = 100;  ///< L, steps of the shortest sequence
  Index symbols = 2;   ///< 2 or 3 that count

  TemporalOrder() : GeneratedTask("task temporal_order") {}
  void settings(Settings& s) override;
  Index input_size() const override { return 8; }
  Index output_size() const override { return symbols == 2 ? 4 : 8; }
  const Objective& objective() const override { return classification(); }
  double chance() const override { return 1.0 / static_cast<double>(output_size()); }
  std::string chance_is() const override { return "any class"; }
  Lengths lengths() const override { return spread_lengths(length, 0.1); }

  /// The steps among which one carries a symbol that counts.
  struct Window {
    Index first, last;
  };
  std::vector<Window> windows() const;

 private:
  Index target_size() const override { return one_class; }
  void draw(Random& random, Sequence& sequence) const override;
};

}  // namespace carousel::tasks
