#include <autograd/ops.hpp>
#include <autograd/ops/axes.hpp>
#include <autograd/ops/move.hpp>
#include <autograd/ops/samples.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/ops/terms.hpp>
#include <autograd/support/error.hpp>

namespace carousel {
namespace detail {
namespace {

// --- reshape, copy, detach ---

Shape reshape_shape(const Operands& x, const Attr& a) {
  if (a.shape.size() != x[0].shape.size()) {
    throw Error(ErrorKind::argument, x.op,
                "a shape of " + std::to_string(x[0].shape.size()) + " elements, as in " +
                    to_string(x[0].shape),
                to_string(a.shape));
  }
  return a.shape;
}
View reshape_view(const View& x, const Attr& a) { return dense(x.data, a.shape, x.dtype); }
void reshape_graph(const GraphPullback& k) { k.dx[0] = reshape(k.dy, k.x[0].shape()); }

Shape same_shape(const Operands& x, const Attr&) { return x[0].shape; }
View same_view(const View& x, const Attr&) { return x; }
void copy_forward(const Forward& k) {
  if (k.add) {
    accumulate(k.x[0], k.y);
  } else {
    copy(k.x[0], k.y);
  }
}
void copy_terms(Terms& k) { k.add(0, copy_op, {k.dy()}); }

// --- permute: axis i of y is axis Attr::shape[i] of x ---

bool is_order(const Shape& order, int rank) {
  unsigned seen = 0;
  for (int i = 0; i < order.rank(); ++i) seen |= order[i] < rank ? 1U << order[i] : 0U;
  return order.rank() == rank && seen == (1U << rank) - 1U;
}
Shape permute_shape(const Operands& x, const Attr& a) {
  if (!is_order(a.shape, x[0].shape.rank())) {
    throw Error(ErrorKind::argument, x.op,
                "an order of the " + std::to_string(x[0].shape.rank()) + " axes of " +
                    to_string(x[0].shape),
                to_string(a.shape));
  }
  Shape shape;
  for (int i = 0; i < a.shape.rank(); ++i) shape.append(x[0].shape[static_cast<int>(a.shape[i])]);
  return shape;
}
void permute_forward(const Forward& k) {
  const Steps x = steps_of(k.x[0]);
  Steps turned = x;
  const int rank = k.y.shape.rank(), shift = Shape::max_rank - rank;
  for (int i = 0; i < rank; ++i) {
    const auto to = static_cast<std::size_t>(i + shift);
    const auto from = static_cast<std::size_t>(k.attr->shape[i] + shift);
    turned.extent[to] = x.extent[from];
    turned.step[to] = x.step[from];
  }
  move(k.x[0], turned, k.y, steps_of(k.y), k.add);
}
void permute_terms(Terms& k) {
  Attr back;
  back.shape = k.attr.shape;
  for (int i = 0; i < back.shape.rank(); ++i) {
    back.shape = back.shape.with(static_cast<int>(k.attr.shape[i]), i);
  }
  k.add(0, permute_op, {k.dy()}, back);
}

// --- concat along Attr::axis ---

Shape concat_shape(const Operands& x, const Attr& a) {
  const int axis = axis_of(x, a, x[0].shape.rank());
  Index total = 0;
  for (int i = 0; i < x.count; ++i) {
    const bool fits = x[i].shape.rank() == x[0].shape.rank() &&
                      x[i].shape.with(axis, 0) == x[0].shape.with(axis, 0);
    if (!fits || x[i].dtype != x[0].dtype || !is_floating(x[i].dtype)) {
      throw Error(
          ErrorKind::argument, x.op,
          "floating operands that agree on all axes but " + std::to_string(axis) +
              ", as the first: " + with_axes(x[0].shape),
          "operand " + std::to_string(i) + ": " + name(x[i].dtype) + " " + with_axes(x[i].shape));
    }
    total += x[i].shape[axis];
  }
  return x[0].shape.with(axis, total);
}
void concat_forward(const Forward& k) {
  const auto axis = static_cast<int>(k.attr->axis);
  Index begin = 0;
  for (int i = 0; i < k.x.count; ++i) {
    const Index n = k.x[i].shape[axis];
    move(k.x[i], steps_of(k.x[i]), k.y, steps_of(k.y).range(k.y.shape.rank(), axis, begin, n),
         k.add);
    begin += n;
  }
}
void concat_terms(Terms& k) {
  Attr range;
  range.axis = k.attr.axis;
  for (int i = 0; i < k.count(); ++i) {
    range.begin = range.end;
    range.end += k.shape(k.x(i))[static_cast<int>(range.axis)];
    k.add(i, pick_op, {k.dy()}, range);
  }
}

void sample_reshape(Sampler& s) {
  const Index n = s.extent();
  reshape(s.normal({4, 2 * n}), {8, n});
  reshape(s.normal({2, n, 4}), {2 * n, 4});
}
void sample_copy(Sampler& s) {
  reshape(slice(s.normal({4, 6}), -1, 1, 4), {6, 2});
  reshape(slice(s.normal({2, 2, s.extent() + 2}), -1, 0, 2), {8});
}
void sample_detach(Sampler& s) { detach(s.normal({3, 4})) * s.normal({3, 4}); }
void sample_permute(Sampler& s) {
  transpose(s.normal({s.extent(), s.extent()}));
  permute(s.normal({s.extent(), 2, s.extent()}), {2, 0, 1});
  permute(s.normal({2, s.extent(), 3, s.extent()}), {1, 3, 0, 2});
}
void sample_concat(Sampler& s) {
  const Index n = s.extent();
  concat({s.normal({3, n}), s.normal({3, 4})}, -1);
  concat({s.normal({2, n}), s.normal({1, n}), s.normal({2, n})}, 0);
  concat({s.normal({2, 3, n}), s.normal({2, 1, n})}, 1);
  stack({s.normal({n}), s.normal({n})});
}
}  // namespace

const Op reshape_op = viewing(op("reshape", "the same elements under another shape, a view", 1,
                                 reshape_shape, sample_reshape),
                              reshape_view, reshape_graph);
const Op copy_op = giving(
    adding(by_terms<copy_terms>(
        op("copy", "the same elements, side by side", 1, same_shape, sample_copy), copy_forward)),
    Gives::as_operand);
const Op detach_op = stopping(
    viewing(op("detach", "the same value; no gradient passes", 1, same_shape, sample_detach),
            same_view, nullptr));
const Op permute_op = giving(
    adding(by_terms<permute_terms>(
        op("permute", "axes in another order", 1, permute_shape, sample_permute), permute_forward)),
    Gives::as_operand);
const Op concat_op = by_terms<concat_terms>(
    op("concat", "operands joined along an axis", -1, concat_shape, sample_concat), concat_forward);
}  // namespace detail

using namespace detail;

Var reshape(const Var& x, const Shape& shape) {
  Attr attr;
  attr.shape = shape;
  if (view_of(x).contiguous()) return record(reshape_op, {&x}, attr);
  const Var side_by_side = record(copy_op, {&x});
  return record(reshape_op, {&side_by_side}, attr);
}

Var detach(const Var& x) { return record(detach_op, {&x}); }

Var permute(const Var& x, const Axes& order) {
  Attr attr;
  for (const int axis : order) attr.shape.append(checked_axis("permute", x.shape(), axis));
  return record(permute_op, {&x}, attr);
}

Var transpose(const Var& x) {
  if (x.shape().rank() != 2) {
    throw Error(ErrorKind::argument, "transpose", "a matrix [n, m]", to_string(x.shape()),
                "permute takes an order of axes.");
  }
  return permute(x, {1, 0});
}

Var concat(const std::vector<Var>& xs, int axis) {
  Attr attr;
  if (!xs.empty()) attr.axis = checked_axis("concat", xs[0].shape(), axis);
  return record(concat_op, xs, attr);
}

Var stack(const std::vector<Var>& xs, int axis) {
  if (xs.empty()) throw Error(ErrorKind::argument, "stack", "at least one operand", "none");
  const Shape first = xs[0].shape();
  if (axis < 0 || axis > first.rank()) {
    throw Error(ErrorKind::argument, "stack",
                "a new axis in 0.." + std::to_string(first.rank()) + " of " + with_axes(first),
                std::to_string(axis));
  }
  std::vector<Var> slices;
  slices.reserve(xs.size());
  for (const Var& x : xs) {
    if (x.shape() != first) {
      throw Error(ErrorKind::argument, "stack",
                  "operands of one shape, as the first: " + with_axes(first),
                  "operand " + std::to_string(slices.size()) + ": " + with_axes(x.shape()));
    }
    slices.push_back(reshape(x, first.inserted(axis, 1)));
  }
  return concat(slices, axis);
}

Var repeat(const Var& x, int axis, Index times) {
  const Shape shape = x.shape();
  const int a = checked_axis("repeat", shape, axis);
  Index before = 1, after = 1;
  for (int i = 0; i < a; ++i) before *= shape[i];
  for (int i = a; i < shape.rank(); ++i) after *= shape[i];
  const Var wide = broadcast_to(reshape(x, {before, 1, after}), {before, times, after});
  return reshape(wide, shape.with(a, shape[a] * times));
}

}  // namespace carousel
