#include <autograd/ops.hpp>
#include <autograd/ops/axes.hpp>
#include <autograd/ops/broadcasting.hpp>
#include <autograd/ops/move.hpp>
#include <autograd/ops/samples.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/ops/terms.hpp>
#include <autograd/support/error.hpp>
#include <cmath>
#include <limits>

namespace carousel {
namespace detail {
namespace {

// Attr::axis is the set of axes of the larger operand that the smaller one has, too, as bits; there
// its extent may also be 1. Attr::scalar is a factor.

bool fits(const Shape& part, const Shape& whole, Index kept) {
  int next = 0;
  for (int axis = 0; axis < whole.rank(); ++axis) {
    if ((kept >> axis & 1) == 0) continue;
    if (next == part.rank() || (part[next] != whole[axis] && part[next] != 1)) return false;
    ++next;
  }
  return next == part.rank();
}

Shape sum_shape(const Operands& x, const Attr& a) {
  check_floating(x);
  if (!fits(a.shape, x[0].shape, a.axis)) {
    throw Error(ErrorKind::argument, x.op, "a sum of " + to_string(x[0].shape), to_string(a.shape));
  }
  return a.shape;
}
Shape spread_shape(const Operands& x, const Attr& a) {
  check_floating(x);
  if (!fits(x[0].shape, a.shape, a.axis)) {
    throw Error(ErrorKind::argument, x.op,
                "a shape whose last axes are those of " + to_string(x[0].shape) + ", or 1 there",
                to_string(a.shape));
  }
  return a.shape;
}

void sum_to_scalar(const Forward& k) {  // many terms, so in float64
  with_floating(k.y.dtype, [&](auto t) {
    using T = decltype(t);
    const T* x = k.x[0].as<T>();
    double total = 0;
    walk([&](Index from) { total += static_cast<double>(x[from]); }, steps_of(k.x[0]));
    T& y = *k.y.as<T>();
    y = static_cast<T>((k.add ? static_cast<double>(y) : 0.0) + total * k.attr->scalar);
  });
}
void sum_forward(const Forward& k) {
  if (k.y.shape.size() == 1) return sum_to_scalar(k);
  start_sum(k.y, k.add);
  if (std::isnan(k.attr->scalar)) return fill(k.y, k.attr->scalar);  // the mean of nothing
  const Shape& whole = k.x[0].shape;
  move(k.x[0], steps_of(k.x[0]), k.y, steps_of(whole, k.y, k.attr->axis), /*add=*/true,
       k.attr->scalar);
}
void spread_forward(const Forward& k) {
  move(k.x[0], steps_of(k.y.shape, k.x[0], k.attr->axis), k.y, steps_of(k.y), k.add,
       k.attr->scalar);
}

Attr with_shape(const Attr& attr, const Shape& shape) {
  Attr other = attr;
  other.shape = shape;
  return other;
}
void sum_terms(Terms& k) {  // every summand receives factor·dy
  k.add(0, spread_op, {k.dy()}, with_shape(k.attr, k.shape(k.x(0))));
}
void spread_terms(Terms& k) { k.add(0, sum_op, {k.dy()}, with_shape(k.attr, k.shape(k.x(0)))); }

// Attr::axis is the axis, Attr::step -1 to start at its end.

Shape cumsum_shape(const Operands& x, const Attr& a) {
  check_floating(x);
  axis_of(x, a, x[0].shape.rank());
  return x[0].shape;
}
void cumsum_forward(const Forward& k) {  // y_i = y_(i-1) + x_i
  const auto axis = static_cast<int>(k.attr->axis);
  const int rank = k.y.shape.rank();
  const Index n = k.y.shape[axis];
  const Steps x = steps_of(k.x[0]), y = steps_of(k.y);
  move(k.x[0], x, k.y, y, /*add=*/false);
  for (Index i = 1; i < n; ++i) {
    const Index to = k.attr->step > 0 ? i : n - 1 - i;
    move(k.y, y.range(rank, axis, to - k.attr->step, 1), k.y, y.range(rank, axis, to, 1),
         /*add=*/true);
  }
}
void cumsum_terms(Terms& k) {  // from the other end
  Attr back = k.attr;
  back.step = -back.step;
  k.add(0, cumsum_op, {k.dy()}, back);
}

void sample_sum(Sampler& s) {
  const Shape shape = s.shape(1);
  carousel::sum(s.normal(shape));
  for (int axis = 0; axis < shape.rank(); ++axis) carousel::sum(s.normal(shape), {axis});
  carousel::sum(s.normal({2, 3, s.extent()}), {0, 2});
  carousel::sum(s.normal({2, 3, s.extent(), 2}), {0, 1}, /*keep=*/true);
}
void sample_mean(Sampler& s) {
  carousel::mean(s.normal({s.extent(1), 3}));
  carousel::mean(s.normal({2, s.extent(1), s.extent()}), {1}, /*keep=*/true);
}
void sample_spread(Sampler& s) {
  const Index n = s.extent();
  broadcast_to(s.normal({}), {3, n});
  broadcast_to(s.normal({1, n}), {3, n});
  broadcast_to(s.normal({3, 1}), {2, 3, n});
  broadcast_to(s.normal({n}), {2, 3, n});
}
void sample_cumsum(Sampler& s) {
  const Shape shape = s.shape(1);
  for (int axis = 0; axis < shape.rank(); ++axis) cumsum(s.normal(shape), axis);
}

}  // namespace

namespace {
constexpr Op summing(const char* name, const char* doc, Sample sample) {
  return adding(by_terms<sum_terms>(op(name, doc, 1, sum_shape, sample), sum_forward));
}
}  // namespace

const Op sum_op = summing("sum", "the sum over some axes, which disappear", sample_sum);
const Op mean_op = summing("mean", "the mean over some axes, which disappear", sample_mean);
const Op spread_op = adding(by_terms<spread_terms>(
    op("broadcast_to", "axes of extent 1, and new axes, repeated", 1, spread_shape, sample_spread),
    spread_forward));
const Op cumsum_op = by_terms<cumsum_terms>(
    op("cumsum", "sum of all elements before and with this one", 1, cumsum_shape, sample_cumsum),
    cumsum_forward);

Index all_axes(const Shape& shape) { return (Index{1} << shape.rank()) - 1; }

Index axes_as_bits(const char* where, const Shape& shape, const Axes& axes) {
  Index bits = 0;
  for (const int axis : axes) bits |= Index{1} << checked_axis(where, shape, axis);
  return bits;
}

Shape remaining(const Shape& shape, Index reduced, bool keep) {
  Shape result;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if ((reduced >> axis & 1) == 0) {
      result.append(shape[axis]);
    } else if (keep) {
      result.append(1);
    }
  }
  return result;
}

Var sum_to(const Var& x, const Shape& shape) {
  Attr attr;
  attr.axis = all_axes(x.shape()) & ~((Index{1} << (x.shape().rank() - shape.rank())) - 1);
  attr.scalar = 1;
  attr.shape = shape;
  return record(sum_op, {&x}, attr);
}

}  // namespace detail

using namespace detail;

namespace {

Var scaled_sum(const Var& x, Index reduced, bool keep, bool average) {
  const Shape shape = x.shape();
  Index count = 1;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if ((reduced >> axis & 1) != 0) count *= shape[axis];
  }
  constexpr double nothing = std::numeric_limits<double>::quiet_NaN();  // 0/0
  const double share = count == 0 ? nothing : 1.0 / static_cast<double>(count);
  Attr attr;
  attr.shape = remaining(shape, reduced, keep);
  attr.axis = keep ? all_axes(shape) : all_axes(shape) & ~reduced;
  attr.scalar = average ? share : 1.0;
  return record(average ? mean_op : sum_op, {&x}, attr);
}

}  // namespace

Var sum(const Var& x) { return scaled_sum(x, all_axes(x.shape()), false, false); }
Var sum(const Var& x, const Axes& axes, bool keep) {
  return scaled_sum(x, axes_as_bits("sum", x.shape(), axes), keep, false);
}
Var mean(const Var& x) { return scaled_sum(x, all_axes(x.shape()), false, true); }
Var mean(const Var& x, const Axes& axes, bool keep) {
  return scaled_sum(x, axes_as_bits("mean", x.shape(), axes), keep, true);
}

Var broadcast_to(const Var& x, const Shape& shape) {
  const int missing = shape.rank() - x.shape().rank();
  Attr attr;
  attr.axis = missing < 0 ? 0 : all_axes(shape) & ~((Index{1} << missing) - 1);
  attr.scalar = 1;
  attr.shape = shape;
  return record(spread_op, {&x}, attr);
}

Var cumsum(const Var& x, int axis) {
  Attr attr;
  attr.axis = checked_axis("cumsum", x.shape(), axis);
  return record(cumsum_op, {&x}, attr);
}

}  // namespace carousel
