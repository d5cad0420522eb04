#include <experiments/tasks/sequence.hpp>

namespace carousel::tasks {

Batch blank_batch(DType dtype, const Shape& x, Index outputs) {
  const Shape places{x[0], x[1]};
  return {
      Tensor(dtype, x),
      outputs == one_class ? Tensor(DType::int64, places) : Tensor(dtype, {x[0], x[1], outputs}),
      std::vector<Index>(static_cast<std::size_t>(x[1])), Tensor(dtype, places)};
}

Sequence::Sequence(Batch& batch, Index b, Index length)
    : batch_(batch),
      b_(b),
      batch_size_(batch.x.shape()[1]),
      features_(batch.x.shape()[2]),
      outputs_(batch.target.shape().rank() == 2 ? 1 : batch.target.shape()[2]) {
  batch.lengths[static_cast<std::size_t>(b)] = length;
}

}  // namespace carousel::tasks
