#pragma once
#include <experiments/tasks/batching.hpp>
#include <experiments/tasks/legal_symbols.hpp>
#include <experiments/tasks/reber_grammar.hpp>
#include <set>

namespace carousel::tasks {

/// Which symbols may come next in a string of the embedded Reber grammar?
struct Reber final : Task {
  static constexpr const char* about = R"(
The embedded Reber grammar: experiment 1 of Hochreiter and Schmidhuber (1997), after Smith and
Zipser (1989), Cleeremans et al. (1989) and Fahlman (1991). A string of the Reber grammar stands
between two symbols that are both T or both P: to predict the last but one symbol of the whole,
one has to remember the second one.

    input    [time, batch, 7], one-hot of B, T, P, S, X, V, E: a string without its last symbol
    target   [time, batch, 14]: the next symbol, one-hot, which the loss sees; then all that the
             grammar allows there, for the metric
    scored   every step
    loss     softmax cross-entropy
    metric   strings: the share of strings all of whose steps have larger outputs for all legal
             symbols than for all others; chance is 0
    parts    training: a fixed set of strings, drawn from with replacement; validation: the
             same set and held-out strings, as the criterion of 1997 asks for both; test: other
             held-out strings. All strings of all parts are different.
)";

  Index training_strings = 256;    ///< 0: fresh ones, but none that is held out
  Index evaluation_strings = 256;  ///< held out, for each of validation and test

  void settings(Settings& s) override;
  /// Draws the strings.
  void load(DType dtype) override;

  Index input_size() const override { return reber_symbol_count; }
  Index output_size() const override { return reber_symbol_count; }
  const Objective& objective() const override { return legal_symbols(); }
  /// No constant output suits every step of a string.
  double chance() const override { return 0; }
  std::string chance_is() const override { return "constant output"; }

  Batch training(std::uint64_t seed, Index step, Index batch_size) const override;
  Index evaluation_batches(Split split, Index batch_size) const override;
  Batch evaluation(Split split, Index number, Index batch_size) const override;

 private:
  ReberString fresh(Random& random) const;
  Part part(Split split) const;
  Batch make(const std::vector<const ReberString*>& chosen, Index time) const;
  void require_loaded() const;

  std::vector<ReberString> strings_;  // training | held out for validation | for the test
  std::set<std::string> known_;       // their texts
  Index longest_ = 0;                 // steps of the longest of them
  DType dtype_ = DType::float32;
};

}  // namespace carousel::tasks
