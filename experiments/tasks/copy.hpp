#pragma once
#include <experiments/tasks/generated.hpp>

namespace carousel::tasks {

/// Symbols to be repeated after a delay.
struct Copy final : GeneratedTask {
  static constexpr const char* about = R"(
The copying problem, in the coding of Arjovsky, Shah and Bengio (2016): remember some
symbols, wait, and repeat them in order.

    input    [D + T + D, batch, K + 2], one-hot: D symbols, T - 1 blanks, a delimiter, D blanks;
             features are the blank, the K symbols and the delimiter, in this order
    target   the blank for D + T steps, then the D symbols; class 0 is the blank
    scored   every step
    metric   cross_entropy; chance is D ln K/(T + 2 D), reached by the blank and then any of
             the K symbols alike: 0.1733 for D = 10, K = 8 and T = 100
)";

  Index delay = 100;       ///< T
  Index symbols = 8;       ///< K, size of the alphabet
  Index data_length = 10;  ///< D

  Copy() : GeneratedTask("task copy") {}
  void settings(Settings& s) override;
  Index input_size() const override { return symbols + 2; }
  Index output_size() const override { return symbols + 1; }
  const Objective& objective() const override { return cross_entropy(); }
  double chance() const override;
  std::string chance_is() const override { return "blank, then any symbol"; }
  Lengths lengths() const override;

 private:
  Index target_size() const override { return one_class; }
  void draw(Random& random, Sequence& sequence) const override;
};

}  // namespace carousel::tasks
