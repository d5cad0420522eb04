#pragma once
#include <experiments/tasks/task.hpp>

namespace carousel::tasks {

/// The adding problem (Hochreiter and Schmidhuber 1997, experiment 4) in the protocol of Arjovsky,
/// Shah and Bengio 2016: values uniform in [0, 1), one mark in each half of the sequence, target
/// the sum of the two marked values, asked for at the last step only.
///
/// x is [time, batch, 2]: value, marker (0 or 1). Training sequences are fresh at every step.
struct Adding final : Task {
  Index length = 100;                 ///< T, shortest length in steps
  double length_spread = 0;           ///< lengths are uniform in [T, (1 + spread)·T]
  Index evaluation_sequences = 2000;  ///< held out, for each of validation and test

  void settings(Settings& s) override;
  /// Draws nothing; errors when a setting is out of its range.
  void load(DType dtype) override;

  Index input_size() const override { return 2; }
  Index output_size() const override { return 1; }
  const Objective& objective() const override { return regression(); }
  /// The variance of a sum of two U[0, 1]: 2/12.
  double chance() const override { return 1.0 / 6; }
  std::string chance_is() const override { return "constant 1"; }

  Batch training(std::uint64_t seed, Index step, Index batch_size) const override;
  Index evaluation_batches(Split split, Index batch_size) const override;
  Batch evaluation(Split split, Index number, Index batch_size) const override;

  /// The largest length a sequence may have; every batch has that many steps.
  Index longest() const;

 private:
  Batch blank(Index batch_size) const;
  void draw(Random& random, Batch& batch, Index b) const;

  DType dtype_ = DType::float32;
};

}  // namespace carousel::tasks
