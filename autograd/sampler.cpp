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
