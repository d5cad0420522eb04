#include <algorithm>
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

// Attr: elements begin, begin + step, ... of an axis, up to but not with end. A range of the first
// or the last axis is a view; any other is copied.

Index count_of(const Attr& a) {
  const Index span = a.step > 0 ? a.end - a.begin : a.begin - a.end, step = std::abs(a.step);
  return span <= 0 ? 0 : (span + step - 1) / step;
}

Shape slice_shape(const Operands& x, const Attr& a) {
  const Shape& shape = x[0].shape;
  const int axis = axis_of(x, a, shape.rank());
  const Index count = a.step == 0 ? 0 : count_of(a), last = a.begin + (count - 1) * a.step,
              extent = shape[axis];
  const bool backwards = a.step > 0 && a.end < a.begin;
  const bool outside = count == 0 ? a.begin < 0 || a.begin > extent
                                  : a.begin < 0 || a.begin >= extent || last < 0 || last >= extent;
  if (a.step == 0 || backwards || outside || (a.step == 1 && a.end > extent)) {
    throw Error(ErrorKind::argument, x.op,
                "a range inside 0.." + std::to_string(extent) + " of axis " + std::to_string(axis) +
                    " of " + with_axes(shape),
                std::to_string(a.begin) + ".." + std::to_string(a.end) +
                    (a.step == 1 ? "" : " in steps of " + std::to_string(a.step)));
  }
  return shape.with(axis, count);
}

View slice_view(const View& x, const Attr& a) {
  const auto axis = static_cast<int>(a.axis);
  View y = x;
  y.shape = x.shape.with(axis, a.end - a.begin);
  Index elements = a.begin;
  if (axis < x.shape.rank() - 1) {
    elements *= x.stride;  // and by the rows that one element of axis 0 stands for
    for (int inner = 1; inner + 1 < x.shape.rank(); ++inner) elements *= x.shape[inner];
  }
  y.data = static_cast<char*>(x.data) + elements * static_cast<Index>(size_of(x.dtype));
  return y;
}

/// The walk over the elements of `whole` that the attribute names.
Steps part_of(const View& whole, const Attr& a, Index count) {
  return steps_of(whole).range(whole.shape.rank(), static_cast<int>(a.axis), a.begin, count,
                               a.step);
}

void pick_forward(const Forward& k) {
  move(k.x[0], part_of(k.x[0], *k.attr, count_of(*k.attr)), k.y, steps_of(k.y), k.add);
}

Shape place_shape(const Operands& x, const Attr& a) {
  const Shape& part = x[0].shape;
  const int axis = axis_of(x, a, std::min(part.rank(), a.shape.rank()));
  const Index count = part[axis], last = a.begin + (count - 1) * a.step, extent = a.shape[axis];
  const bool inside =
      count == 0 || (a.begin >= 0 && a.begin < extent && last >= 0 && last < extent && a.step != 0);
  if (!is_floating(x[0].dtype) || part.with(axis, 0) != a.shape.with(axis, 0) || !inside) {
    throw Error(ErrorKind::argument, x.op,
                "a floating part of " + to_string(a.shape) + " from " + std::to_string(a.begin) +
                    " on along axis " + std::to_string(axis),
                std::string(name(x[0].dtype)) + " " + to_string(part));
  }
  return a.shape;
}
void place_forward(const Forward& k) {
  const Index count = k.x[0].shape[static_cast<int>(k.attr->axis)];
  if (!k.add) fill(k.y, k.attr->scalar);
  move(k.x[0], steps_of(k.x[0]), k.y, part_of(k.y, *k.attr, count), k.add);
}

void slice_terms(Terms& k) {  // dy where it was taken from, zeros elsewhere
  Attr back = k.attr;
  back.shape = k.shape(k.x(0));
  back.scalar = 0;
  k.add(0, place_op, {k.dy()}, back);
}
void place_terms(Terms& k) {
  const Index count = k.shape(k.x(0))[static_cast<int>(k.attr.axis)];
  Attr back = k.attr;
  back.end = back.begin + count * back.step;
  k.add(0, pick_op, {k.dy()}, back);
}

void sample_slice(Sampler& s) {
  const Index n = s.extent();
  slice(s.normal({4, n + 3}), -1, 1, n + 2);
  slice(s.normal({n + 3, 5}), 0, 1, n + 2);
  slice(s.normal({3, 2, n}), 0, 2, 3);
  slice(s.normal({n + 2}), 0, 2, n + 2);
  const auto parts = split<2>(s.normal({3, 2 * n}));
  parts[0] * parts[1];
}
void sample_pick(Sampler& s) {
  const Index n = s.extent();
  slice(s.normal({3, n + 2, 4}), 1, 1, n + 1);
  slice(s.normal({2, 3, 4, n}), 2, 0, 3);
  slice(s.normal({3, n + 1}), 1, 0, n + 1, 2);
  slice(s.normal({n + 1, 3}), 0, 1, n + 1, 3);
  flip(s.normal({2, n}), -1);
  slice(s.normal({5, 2}), 0, 4, 0, -2);
}
void sample_place(Sampler& s) {
  const Shape shape = s.shape(1);
  pad(s.normal(shape), 0, 2, 1);
  pad(s.normal(shape), -1, 0, 3, 1.5);
}

}  // namespace

const Op slice_op =
    viewing_by<slice_terms>(op("slice", "elements begin..end-1 of the first or last axis, a view",
                               1, slice_shape, sample_slice),
                            slice_view);
const Op pick_op = giving(
    adding(by_terms<slice_terms>(op("pick", "elements begin, begin + step, ... of an axis, a copy",
                                    1, slice_shape, sample_pick),
                                 pick_forward)),
    Gives::as_operand);
const Op place_op = adding(
    by_terms<place_terms>(op("pad", "x at some places of a larger array, a constant elsewhere", 1,
                             place_shape, sample_place),
                          place_forward));

int checked_axis(const char* where, const Shape& shape, int axis) {
  const int rank = shape.rank();
  if (axis < -rank || axis >= rank) {
    throw Error(ErrorKind::argument, where, "an axis of " + with_axes(shape), std::to_string(axis),
                "Axes count from 0, or from the end as -1, -2, ...");
  }
  return axis < 0 ? axis + rank : axis;
}

int axis_of(const Operands& x, const Attr& attr, int rank) {
  if (attr.axis >= 0 && attr.axis < rank) return static_cast<int>(attr.axis);
  throw Error(ErrorKind::argument, x.op, "an axis below " + std::to_string(rank),
              std::to_string(attr.axis));
}

const View& view_of(const Var& x) { return x.tape().nodes()[x.id()].value; }

Var part(const Var& x, Index parts, Index i) {
  const Index columns = x.shape().columns();
  if (parts < 1 || columns % parts != 0) {
    throw Error(ErrorKind::argument, "split",
                "a last axis that " + std::to_string(parts) + " parts divide",
                to_string(x.shape()));
  }
  return slice(x, -1, i * (columns / parts), (i + 1) * (columns / parts));
}

}  // namespace detail

using namespace detail;

Var slice(const Var& x, int axis, Index begin, Index end, Index step) {
  const Shape shape = x.shape();
  Attr attr;
  attr.axis = checked_axis("slice", shape, axis);
  attr.begin = begin;
  attr.end = end;
  attr.step = step;
  const bool view = step == 1 && (attr.axis == 0 || attr.axis == shape.rank() - 1);
  return record(view ? slice_op : pick_op, {&x}, attr);
}

Var flip(const Var& x, int axis) {
  const Index n = x.shape()[checked_axis("flip", x.shape(), axis)];
  return n == 0 ? x : slice(x, axis, n - 1, -1, -1);
}

Var at(const Var& x, int axis, Index i) {
  const int a = checked_axis("at", x.shape(), axis);
  return reshape(slice(x, a, i, i + 1), x.shape().without(a));
}

std::vector<Var> split(const Var& x, Index parts) {
  std::vector<Var> result;
  result.push_back(part(x, parts, 0));  // which refuses 0 parts, too
  for (Index i = 1; i < parts; ++i) result.push_back(part(x, parts, i));
  return result;
}

Var pad(const Var& x, int axis, Index before, Index after, double value) {
  const Shape shape = x.shape();
  if (before < 0 || after < 0) {
    throw Error(ErrorKind::argument, "pad", "numbers of elements",
                std::to_string(before) + " before and " + std::to_string(after) + " after",
                "slice cuts off.");
  }
  Attr attr;
  attr.axis = checked_axis("pad", shape, axis);
  attr.begin = before;
  attr.scalar = value;
  attr.shape = shape.with(axis, before + shape[static_cast<int>(attr.axis)] + after);
  return record(place_op, {&x}, attr);
}

}  // namespace carousel
