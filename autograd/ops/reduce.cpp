#include <autograd/ops.hpp>
#include <autograd/ops/axes.hpp>
#include <autograd/ops/make.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/ops/walk.hpp>
#include <autograd/sampler.hpp>
#include <autograd/support/error.hpp>

namespace carousel {
namespace detail {
namespace {

// Attr::axis is the set of axes that stay, as bits; Attr::scalar the factor of the sum.

Shape kept_shape(const Operands& x, const Attr& a) {
  if (!is_floating(x[0].dtype)) {
    throw Error(ErrorKind::argument, x.op, "a floating operand", name(x[0].dtype));
  }
  Shape shape;
  for (int axis = 0; axis < x[0].shape.rank(); ++axis) {
    if ((a.axis >> axis & 1) != 0) shape.append(x[0].shape[axis]);
  }
  return shape;
}

void sum_forward(const Forward& k) {
  with_floating(k.y.dtype, [&](auto t) {
    using T = decltype(t);
    const T* x = k.x[0].as<T>();
    T* y = k.y.as<T>();
    const Shape& shape = k.x[0].shape;
    if (k.attr->axis == 0) {  // to a scalar: many terms, so in float64
      double total = 0;
      walk([&](Index from) { total += static_cast<double>(x[from]); }, steps_of(shape, k.x[0]));
      *y = static_cast<T>(total * k.attr->scalar);
      return;
    }
    fill_zero(k.y);
    walk([x, y](Index from, Index to) { y[to] += x[from]; }, steps_of(shape, k.x[0]),
         steps_of(shape, k.y, k.attr->axis));
    const auto factor = static_cast<T>(k.attr->scalar);
    for (Index i = 0; i < k.y.shape.size(); ++i) y[i] *= factor;
  });
}

void sum_pullback(const Pullback& k) {  // every summand receives factor·dy
  with_floating(k.dy.dtype, [&](auto t) {
    using T = decltype(t);
    const T* dy = k.dy.as<T>();
    T* dx = k.dx[0].view.as<T>();
    const auto factor = static_cast<T>(k.attr->scalar);
    const Shape& shape = k.x[0].shape;
    walk([dx, dy, factor](Index to, Index from) { dx[to] += factor * dy[from]; },
         steps_of(shape, k.dx[0].view), steps_of(shape, k.dy, k.attr->axis));
  });
}

template <Var (*all)(const Var&), Var (*some)(const Var&, std::initializer_list<int>)>
void sample_reduction(Sampler& s) {
  all(s.normal({3, 5}));
  all(s.normal({2, 3, 4}));
  some(s.normal({3, 5}), {0});
  some(s.normal({3, 5}), {-1});
  some(s.normal({2, 3, 4}), {1});
  some(s.normal({2, 3, 4}), {0, 2});
  some(s.normal({2, 3, 4, 2}), {0, 1});
}

constexpr Op reduction(const char* name, const char* doc, Sample sample) {
  return computing(op(name, doc, 1, kept_shape, sample), sum_forward, sum_pullback, reads_nothing);
}

}  // namespace

const Op sum_op = reduction("sum", "sum over some axes, which disappear",
                            sample_reduction<carousel::sum, carousel::sum>);
const Op mean_op = reduction("mean", "mean over some axes, which disappear",
                             sample_reduction<carousel::mean, carousel::mean>);

}  // namespace detail

namespace {

Var reduce(const Op& op, const Var& x, Index reduced) {
  const Shape& shape = x.shape();
  Index count = 1;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if ((reduced >> axis & 1) != 0) count *= shape[axis];
  }
  Attr attr;
  attr.axis = ((Index{1} << shape.rank()) - 1) & ~reduced;
  attr.scalar = &op == &detail::mean_op ? 1.0 / static_cast<double>(count) : 1.0;
  return record(op, {&x}, attr);
}

Index axes_as_bits(const Op& op, const Var& x, std::initializer_list<int> axes) {
  Index bits = 0;
  for (const int axis : axes) bits |= Index{1} << detail::checked_axis(op.name, x.shape(), axis);
  return bits;
}

}  // namespace

Var sum(const Var& x) { return reduce(detail::sum_op, x, (Index{1} << x.shape().rank()) - 1); }
Var sum(const Var& x, std::initializer_list<int> axes) {
  return reduce(detail::sum_op, x, axes_as_bits(detail::sum_op, x, axes));
}
Var mean(const Var& x) { return reduce(detail::mean_op, x, (Index{1} << x.shape().rank()) - 1); }
Var mean(const Var& x, std::initializer_list<int> axes) {
  return reduce(detail::mean_op, x, axes_as_bits(detail::mean_op, x, axes));
}

}  // namespace carousel
