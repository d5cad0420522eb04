#pragma once
#include <experiments/tasks/task.hpp>

namespace carousel::tasks {

/// In place of a number of outputs: the target of a step is one class.
constexpr Index one_class = 0;

/// A batch of zeros in which nothing counts yet: x of shape [time, batch, features]; target
/// [time, batch, outputs] numbers, or int64 classes [time, batch] where `outputs` is one_class.
Batch blank_batch(DType dtype, const Shape& x, Index outputs);

/// Writes one sequence of a batch.
class Sequence {
 public:
  /// Sequence b of a batch that outlives this, with `length` steps.
  Sequence(Batch& batch, Index b, Index length);

  Index length() const { return batch_.lengths[static_cast<std::size_t>(b_)]; }
  void input(Index t, Index feature, double value) {
    batch_.x.set(place(t) * features_ + feature, value);
  }
  /// One-hot input: symbol k at step t.
  void symbol(Index t, Index k) { input(t, k, 1); }
  /// What is to be predicted at step t: a class, or the number of one output.
  void target(Index t, double value, Index output = 0) {
    batch_.target.set(place(t) * outputs_ + output, value);
  }
  /// The prediction of step t counts.
  void score(Index t) { batch_.weight.set(place(t), 1); }
  /// Asks for a class, or for the one number that there is, at step t.
  void ask(Index t, double value) {
    target(t, value);
    score(t);
  }

 private:
  Index place(Index t) const { return t * batch_size_ + b_; }

  Batch& batch_;
  Index b_, batch_size_, features_, outputs_;
};

}  // namespace carousel::tasks
