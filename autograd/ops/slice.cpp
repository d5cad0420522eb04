#include <autograd/ops.hpp>
#include <autograd/ops/axes.hpp>
#include <autograd/ops/blocks.hpp>
#include <autograd/ops/make.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/sampler.hpp>
#include <autograd/support/error.hpp>

namespace carousel {
namespace detail {
View offset(View view, Index elements) {
  view.data = static_cast<char*>(view.data) + elements * static_cast<Index>(size_of(view.dtype));
  return view;
}

View slice_view(const View& x, const Attr& a) {
  const auto axis = static_cast<int>(a.axis);
  View y = x;
  y.shape = x.shape.with(axis, a.end - a.begin);
  if (axis == x.shape.rank() - 1) return offset(y, a.begin);
  Index rows = 1;  // rows that one element of axis 0 stands for
  for (int inner = 1; inner + 1 < x.shape.rank(); ++inner) rows *= x.shape[inner];
  return offset(y, a.begin * rows * x.stride);
}

void add_to(const View& from, const Slot& slot) {
  if (slot.fresh) {
    copy(from, slot.view);
  } else {
    accumulate(from, slot.view);
  }
}

namespace {

// --- slice: a range of the first or the last axis is a view; of an inner axis, a copy ---

Shape slice_shape(const Operands& x, const Attr& a) {
  const Shape& shape = x[0].shape;
  const auto axis = static_cast<int>(a.axis);
  if (a.begin < 0 || a.end < a.begin || a.end > shape[axis]) {
    throw Error(ErrorKind::argument, x.op,
                "a range inside 0.." + std::to_string(shape[axis]) + " of axis " +
                    std::to_string(axis) + " of " + with_axes(shape),
                std::to_string(a.begin) + ".." + std::to_string(a.end));
  }
  return shape.with(axis, a.end - a.begin);
}

void copy_slice_forward(const Forward& k) {
  over_blocks(k.x[0], k.y, static_cast<int>(k.attr->axis), k.attr->begin,
              [](const View& whole, const View& part) { copy(whole, part); });
}
void copy_slice_pullback(const Pullback& k) {
  over_blocks(k.dx[0].view, k.dy, static_cast<int>(k.attr->axis), k.attr->begin,
              [](const View& whole, const View& part) { accumulate(part, whole); });
}

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

Shape same_shape(const Operands& x, const Attr&) { return x[0].shape; }
View same_view(const View& x, const Attr&) { return x; }
void copy_forward(const Forward& k) { copy(k.x[0], k.y); }
void copy_pullback(const Pullback& k) { add_to(k.dy, k.dx[0]); }

// --- samples ---

void sample_slice(Sampler& s) {
  slice(s.normal({4, 6}), -1, 1, 4);
  slice(s.normal({4, 6}), 0, 1, 3);
  slice(s.normal({3, 2, 5}), 0, 2, 3);
  slice(s.normal({6}), 0, 2, 5);
  const auto parts = split<2>(s.normal({3, 8}));
  parts[0] * parts[1];
}
void sample_copy_slice(Sampler& s) {
  slice(s.normal({3, 5, 4}), 1, 1, 4);
  slice(s.normal({2, 3, 4, 2}), 2, 0, 3);
}
void sample_reshape(Sampler& s) {
  reshape(s.normal({4, 6}), {8, 3});
  reshape(s.normal({2, 3, 4}), {6, 4});
}
void sample_copy(Sampler& s) {
  reshape(slice(s.normal({4, 6}), -1, 1, 4), {6, 2});
  reshape(slice(s.normal({2, 2, 5}), -1, 0, 3), {12});
}
void sample_detach(Sampler& s) { detach(s.normal({3, 4})) * s.normal({3, 4}); }

constexpr Op stopping(Op op) {
  op.order = 0;
  return op;
}

}  // namespace

const Op slice_op = viewing(op("slice", "elements begin..end-1 of the first or last axis, a view",
                               1, slice_shape, sample_slice),
                            slice_view);
const Op copy_slice_op = computing(
    op("copy_slice", "elements begin..end-1 of an inner axis", 1, slice_shape, sample_copy_slice),
    copy_slice_forward, copy_slice_pullback, reads_nothing);
const Op reshape_op = viewing(op("reshape", "the same elements under another shape, a view", 1,
                                 reshape_shape, sample_reshape),
                              reshape_view);
const Op copy_op =
    computing(op("copy", "the same elements, side by side", 1, same_shape, sample_copy),
              copy_forward, copy_pullback, reads_nothing, /*assigns=*/true);
const Op detach_op = stopping(viewing(
    op("detach", "the same value; no gradient passes", 1, same_shape, sample_detach), same_view));

int checked_axis(const char* where, const Shape& shape, int axis) {
  const int rank = shape.rank();
  if (axis < -rank || axis >= rank) {
    throw Error(ErrorKind::argument, where, "an axis of " + with_axes(shape), std::to_string(axis),
                "Axes count from 0, or from the end as -1, -2, ...");
  }
  return axis < 0 ? axis + rank : axis;
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

Var slice(const Var& x, int axis, Index begin, Index end) {
  Attr attr;
  attr.axis = checked_axis("slice", x.shape(), axis);
  attr.begin = begin;
  attr.end = end;
  const bool inner = attr.axis != 0 && attr.axis != x.shape().rank() - 1;
  return record(inner ? copy_slice_op : slice_op, {&x}, attr);
}

Var at(const Var& x, int axis, Index i) {
  const int a = checked_axis("at", x.shape(), axis);
  return reshape(slice(x, a, i, i + 1), x.shape().without(a));
}

std::vector<Var> split(const Var& x, Index parts) {
  std::vector<Var> result;
  for (Index i = 0; i < parts; ++i) result.push_back(part(x, parts, i));
  return result;
}

Var reshape(const Var& x, const Shape& shape) {
  Attr attr;
  attr.shape = shape;
  if (view_of(x).contiguous()) return record(reshape_op, {&x}, attr);
  const Var side_by_side = record(copy_op, {&x});
  return record(reshape_op, {&side_by_side}, attr);
}

Var detach(const Var& x) { return record(detach_op, {&x}); }

}  // namespace carousel
