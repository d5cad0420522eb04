#include <autograd/ops.hpp>
#include <autograd/ops/axes.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/ops/walk.hpp>
#include <autograd/sampler.hpp>
#include <autograd/support/error.hpp>

namespace carousel {
namespace detail {
namespace {

// --- slice: a range of the first or the last axis is a view; of an inner axis, a copy ---

Shape slice_shape(const Operands& x, const Attr& a) {
  const Shape& shape = x[0].shape;
  const auto axis = static_cast<int>(a.axis);
  if (a.begin < 0 || a.end < a.begin || a.end > shape[axis]) {
    throw Error(ErrorKind::argument, x.op,
                "a range inside 0.." + std::to_string(shape[axis]) + " of axis " +
                    std::to_string(axis) + " of " + to_string(shape),
                std::to_string(a.begin) + ".." + std::to_string(a.end));
  }
  return shape.with(axis, a.end - a.begin);
}

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

/// Calls f(block of whole, block of part) for the blocks of neighbouring rows that elements
/// begin.. of an axis other than the last consist of; part has the extents of that range.
template <class F>
void over_blocks(const View& whole, const View& part, int axis, Index begin, const F& f) {
  Index outer = 1, inner = 1;
  for (int a = 0; a < axis; ++a) outer *= whole.shape[a];
  for (int a = axis + 1; a + 1 < whole.shape.rank(); ++a) inner *= whole.shape[a];
  const Index rows = part.shape[axis] * inner;
  const Shape block{rows, whole.columns()};
  for (Index o = 0; o < outer; ++o) {
    View w = offset(whole, (o * whole.shape[axis] + begin) * inner * whole.stride);
    View p = offset(part, o * rows * part.stride);
    w.shape = p.shape = block;
    f(w, p);
  }
}

void add_to(const View& from, const Slot& slot) {
  if (slot.fresh) {
    copy(from, slot.view);
  } else {
    accumulate(from, slot.view);
  }
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

// --- concat, stack: parts of one dense result ---

Shape concat_shape(const Operands& x, const Attr& a) {
  const auto axis = static_cast<int>(a.axis);
  Index total = 0;
  for (int i = 0; i < x.count; ++i) {
    const bool fits = x[i].shape.rank() == x[0].shape.rank() &&
                      x[i].shape.with(axis, 0) == x[0].shape.with(axis, 0);
    if (!fits || x[i].dtype != x[0].dtype || !is_floating(x[i].dtype)) {
      throw Error(
          ErrorKind::argument, x.op,
          "floating operands that agree on all axes but " + std::to_string(axis) +
              ", as the first: " + to_string(x[0].shape),
          "operand " + std::to_string(i) + ": " + name(x[i].dtype) + " " + to_string(x[i].shape));
    }
    total += x[i].shape[axis];
  }
  return x[0].shape.with(axis, total);
}

template <class F>
void over_parts(const Operands& x, int axis, const F& f) {
  Index begin = 0;
  for (int i = 0; i < x.count; ++i) {
    const Index end = begin + x[i].shape[axis];
    Attr range;
    range.axis = axis;
    range.begin = begin;
    range.end = end;
    f(i, range);
    begin = end;
  }
}

void concat_forward(const Forward& k) {
  const auto axis = static_cast<int>(k.attr->axis);
  over_parts(k.x, axis, [&](int i, const Attr& range) {
    if (axis == k.y.shape.rank() - 1) {
      copy(k.x[i], slice_view(k.y, range));
    } else {
      over_blocks(k.y, k.x[i], axis, range.begin,
                  [](const View& whole, const View& part) { copy(part, whole); });
    }
  });
}
void concat_pullback(const Pullback& k) {
  const auto axis = static_cast<int>(k.attr->axis);
  over_parts(k.x, axis, [&](int i, const Attr& range) {
    if (!k.dx[i].wanted) return;
    if (axis == k.dy.shape.rank() - 1) {
      accumulate(slice_view(k.dy, range), k.dx[i].view);
    } else {
      over_blocks(k.dy, k.dx[i].view, axis, range.begin,
                  [](const View& whole, const View& part) { accumulate(whole, part); });
    }
  });
}

Shape stack_shape(const Operands& x, const Attr&) {
  for (int i = 0; i < x.count; ++i) {
    if (x[i].shape == x[0].shape && is_floating(x[i].dtype)) continue;
    throw Error(
        ErrorKind::argument, x.op,
        "floating operands of one shape, as the first: " + to_string(x[0].shape),
        "operand " + std::to_string(i) + ": " + name(x[i].dtype) + " " + to_string(x[i].shape));
  }
  return x[0].shape.inserted(0, x.count);
}
View stacked_part(const View& whole, const View& part, Index i) {
  View block = offset(dense(whole.data, part.shape, whole.dtype), i * part.shape.size());
  return block;
}
void stack_forward(const Forward& k) {
  for (int i = 0; i < k.x.count; ++i) copy(k.x[i], stacked_part(k.y, k.x[i], i));
}
void stack_pullback(const Pullback& k) {
  Attr step;
  for (int i = 0; i < k.x.count; ++i) {
    if (!k.dx[i].wanted) continue;
    step.begin = i;
    step.end = i + 1;
    View block = k.dy.shape.rank() == 1 ? offset(k.dy, i) : slice_view(k.dy, step);
    block.shape = k.x[i].shape;
    add_to(block, k.dx[i]);
  }
}

// --- broadcast ---

Shape broadcast_shape(const Operands& x, const Attr& a) {
  const Shape& from = x[0].shape;
  const int shift = a.shape.rank() - from.rank();
  bool fits = shift >= 0 && is_floating(x[0].dtype);
  for (int axis = 0; fits && axis < from.rank(); ++axis) {
    fits = from[axis] == a.shape[axis + shift] || from[axis] == 1;
  }
  if (!fits) {
    throw Error(ErrorKind::argument, x.op,
                "a shape whose last axes are those of " + to_string(from) + ", or 1 there",
                to_string(a.shape));
  }
  return a.shape;
}
void broadcast_forward(const Forward& k) {
  with_floating(k.y.dtype, [&](auto t) {
    using T = decltype(t);
    const T* x = k.x[0].as<T>();
    T* y = k.y.as<T>();
    walk([x, y](Index to, Index from) { y[to] = x[from]; }, steps_of(k.y.shape, k.y),
         steps_of(k.y.shape, k.x[0]));
  });
}
void broadcast_pullback(const Pullback& k) {
  with_floating(k.dy.dtype, [&](auto t) {
    using T = decltype(t);
    const T* dy = k.dy.as<T>();
    T* dx = k.dx[0].view.as<T>();
    walk([dx, dy](Index from, Index to) { dx[to] += dy[from]; }, steps_of(k.dy.shape, k.dy),
         steps_of(k.dy.shape, k.dx[0].view));
  });
}

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
void sample_concat(Sampler& s) {
  concat({s.normal({3, 2}), s.normal({3, 4})}, -1);
  concat({s.normal({2, 3}), s.normal({1, 3}), s.normal({2, 3})}, 0);
  concat({s.normal({2, 3, 2}), s.normal({2, 1, 2})}, 1);
  concat({s.normal({3}), s.normal({2})}, 0);
}
void sample_stack(Sampler& s) {
  stack({s.normal({3, 4}), s.normal({3, 4}), s.normal({3, 4})});
  stack({s.normal({4}), s.normal({4})});
  stack({s.normal({}), s.normal({})});
}
void sample_broadcast(Sampler& s) {
  broadcast_to(s.normal({}), {3, 4});
  broadcast_to(s.normal({1, 4}), {3, 4});
  broadcast_to(s.normal({3, 1}), {2, 3, 4});
  broadcast_to(s.normal({4}), {2, 3, 4});
}
void sample_detach(Sampler& s) { detach(s.normal({3, 4})) * s.normal({3, 4}); }

constexpr Op op(const char* name, const char* doc, int arity,
                Shape (*shape)(const Operands&, const Attr&), void (*sample)(Sampler&)) {
  Op op{};
  op.name = name;
  op.doc = doc;
  op.arity = arity;
  op.shape = shape;
  op.sample = sample;
  return op;
}
constexpr Op viewing(Op op, View (*view)(const View&, const Attr&)) {
  op.view = view;
  return op;
}
constexpr Op computing(Op op, void (*forward)(const Forward&), void (*pullback)(const Pullback&),
                       bool assigns) {
  op.forward = forward;
  op.pullback = pullback;
  op.assigns = assigns;
  return op;
}
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
    copy_slice_forward, copy_slice_pullback, false);
const Op reshape_op = viewing(op("reshape", "the same elements under another shape, a view", 1,
                                 reshape_shape, sample_reshape),
                              reshape_view);
const Op copy_op =
    computing(op("copy", "the same elements, side by side", 1, same_shape, sample_copy),
              copy_forward, copy_pullback, true);
const Op detach_op = stopping(viewing(
    op("detach", "the same value; no gradient passes", 1, same_shape, sample_detach), same_view));
const Op concat_op =
    computing(op("concat", "operands joined along an axis", -1, concat_shape, sample_concat),
              concat_forward, concat_pullback, false);
const Op stack_op =
    computing(op("stack", "operands along a new first axis", -1, stack_shape, sample_stack),
              stack_forward, stack_pullback, true);
const Op broadcast_op =
    computing(op("broadcast_to", "axes of extent 1, and new first axes, repeated", 1,
                 broadcast_shape, sample_broadcast),
              broadcast_forward, broadcast_pullback, false);

int checked_axis(const char* where, const Shape& shape, int axis) {
  const int rank = shape.rank();
  if (axis < -rank || axis >= rank) {
    throw Error(ErrorKind::argument, where, "an axis of " + to_string(shape), std::to_string(axis),
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

Var concat(const std::vector<Var>& xs, int axis) {
  Attr attr;
  if (!xs.empty()) attr.axis = checked_axis("concat", xs[0].shape(), axis);
  return record(concat_op, xs, attr);
}

Var stack(const std::vector<Var>& xs) { return record(stack_op, xs); }

Var reshape(const Var& x, const Shape& shape) {
  Attr attr;
  attr.shape = shape;
  if (view_of(x).contiguous()) return record(reshape_op, {&x}, attr);
  const Var side_by_side = record(copy_op, {&x});
  return record(reshape_op, {&side_by_side}, attr);
}

Var broadcast_to(const Var& x, const Shape& shape) {
  Attr attr;
  attr.shape = shape;
  return record(broadcast_op, {&x}, attr);
}

Var detach(const Var& x) { return record(detach_op, {&x}); }

}  // namespace carousel
