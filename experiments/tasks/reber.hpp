#pragma once
#include <experiments/tasks/reber_grammar.hpp>
#include <experiments/tasks/task.hpp>

namespace carousel::tasks {

/// What may come next in a string of the embedded Reber grammar?
struct Reber final : Task {
  static constexpr const char* about = R"(
The embedded Reber grammar (Hochreiter and Schmidhuber 1997, experiment 1): predict the next
symbol at every step. The second symbol, T or P, comes again as the last but one, behind a
string of random length that tells nothing of it.

    input     [time, batch, 7], one-hot: B, T, P, S, X, V, E
    training  softmax cross-entropy with the symbol that does come next
    metric    strings: the share of strings for all of whose steps every symbol that may come
              next is more active than every one that may not, the paper's criterion
    sets      `training_strings` fixed strings, of which each batch draws; as many held out for
              validation, which takes the training strings too (the paper asks for both sets);
              as many for the test part. No string is in two of the sets.
)";

  Index training_strings = 256;
  Index strings_seed = 1;  ///< of the sets, the same for all runs

  void settings(Settings& s) override;
  void load(DType dtype) override;

  Index input_size() const override { return reber_symbol_count; }
  Index output_size() const override { return reber_symbol_count; }
  const Objective& objective() const override;
  double chance() const override { return 0; }
  std::string chance_is() const override { return "any constant prediction"; }

  Batch training(std::uint64_t seed, Index step, Index batch_size) const override;
  Index evaluation_batches(Split split, Index batch_size) const override;
  Batch evaluation(Split split, Index number, Index batch_size) const override;

 private:
  const std::vector<ReberString>& part(Split split) const {
    return split == Split::validation ? validation_ : test_;
  }
  Batch make(const std::vector<const ReberString*>& strings) const;

  DType dtype_ = DType::float32;
  std::vector<ReberString> training_, validation_, test_;
  Index longest_ = 0;  // steps
};

}  // namespace carousel::tasks
