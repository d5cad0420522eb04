#pragma once
#include <experiments/tasks/sequence.hpp>

namespace carousel::tasks {

/// How many steps the sequences of a task have: uniform in shortest..longest.
struct Lengths {
  Index shortest, longest;
};

/// T .. ⌊(1 + spread)·T⌋
Lengths spread_lengths(Index shortest, double spread);

/// A task that makes its sequences up. Training sees fresh ones at every step, drawn from (seed,
/// step); the held-out ones have a stream each, so that the set does not depend on how it is cut
/// into batches. All batches are padded to the longest length possible: they have one shape, which
/// is planned for once.
///
/// A task derived from it is its settings and sizes, its lengths, and how one sequence is drawn.
class GeneratedTask : public Task {
 public:
  Index evaluation_sequences = 2000;  ///< held out, for each of validation and test

  /// Lists `evaluation_sequences`; a derived task lists its own settings before.
  void settings(Settings& s) override;
  /// Draws nothing; errors when a setting is out of its range.
  void load(DType dtype) override;

  Batch training(std::uint64_t seed, Index step, Index batch_size) const override;
  Index evaluation_batches(Split split, Index batch_size) const override;
  Batch evaluation(Split split, Index number, Index batch_size) const override;

  virtual Lengths lengths() const = 0;
  virtual Lengths test_lengths() const { return lengths(); }
  /// The steps of every batch but those of the test part.
  Index longest() const { return lengths().longest; }

 protected:
  /// `where` starts the messages: "task adding".
  explicit GeneratedTask(const char* where) : where_(where) {}
  const char* where() const { return where_; }
  /// Numbers in the target of a step, or one_class.
  virtual Index target_size() const { return output_size(); }
  /// Writes a sequence of the length that it has; all that is random in it comes from `random`.
  virtual void draw(Random& random, Sequence& sequence) const = 0;

 private:
  Batch zeros(const Lengths& lengths, Index batch_size) const;
  void add(Random& random, const Lengths& lengths, Batch& batch, Index b) const;

  const char* where_;
  DType dtype_ = DType::float32;
};

}  // namespace carousel::tasks
