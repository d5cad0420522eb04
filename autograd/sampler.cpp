#include <array>
#include <autograd/ops.hpp>
#include <autograd/sampler.hpp>

namespace carousel {

template <class Draw> Var Sampler::leaf(const Shape& shape, Draw draw) {
  const bool strided = shape.rank() > 0 && ++leaves_ % 2 == 0;
  const int last = shape.rank() - 1;
  Tensor values(tape_.dtype(), strided ? shape.with(last, shape[last] + 3) : shape);
  for (Index i = 0; i < values.size(); ++i) values.set(i, draw());
  Var whole = tape_.variable(values);
  return strided ? slice(whole, -1, 2, 2 + shape[last]) : whole;
}

Index Sampler::extent(Index least) {
  constexpr std::array<Index, 10> extents{0, 1, 2, 3, 3, 5, 5, 7, 9, 17};
  Index result = least - 1;
  while (result < least) {
    result = extents[static_cast<std::size_t>(random_.below(static_cast<Index>(extents.size())))];
  }
  return result;
}

Shape Sampler::shape(int least_rank) {
  const int rank = least_rank + static_cast<int>(random_.below(Shape::max_rank + 1 - least_rank));
  Shape result;
  for (int axis = 0; axis < rank; ++axis) {
    const bool leading = axis + 2 < rank;  // few of them: what they hold is the same again
    result.append(leading ? 1 + random_.below(3) : extent());
  }
  return result;
}

Var Sampler::normal(const Shape& shape) {
  return leaf(shape, [this] { return random_.normal(); });
}

Var Sampler::uniform(const Shape& shape, double low, double high) {
  return leaf(shape, [this, low, high] { return random_.uniform(low, high); });
}

Var Sampler::labels(const Shape& shape, Index classes) {
  Tensor values(DType::int64, shape);
  for (Index i = 0; i < values.size(); ++i) {
    values.data<Index>()[i] = random_.below(classes);
  }
  return tape_.input(values);
}

Var Sampler::mask(const Shape& shape) {
  Tensor values(DType::boolean, shape);
  for (Index i = 0; i < values.size(); ++i) values.data<bool>()[i] = random_.below(2) == 1;
  return tape_.input(values);
}

}  // namespace carousel
