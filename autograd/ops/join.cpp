#include <autograd/ops.hpp>
#include <autograd/ops/axes.hpp>
#include <autograd/ops/blocks.hpp>
#include <autograd/ops/make.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/ops/walk.hpp>
#include <autograd/sampler.hpp>
#include <autograd/support/error.hpp>

namespace carousel {
namespace detail {
namespace {

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
              ", as the first: " + with_axes(x[0].shape),
          "operand " + std::to_string(i) + ": " + name(x[i].dtype) + " " + with_axes(x[i].shape));
    }
    total += x[i].shape[axis];
  }
  return x[0].shape.with(axis, total);
}

template <class F> void over_parts(const Operands& x, int axis, const F& f) {
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
        "floating operands of one shape, as the first: " + with_axes(x[0].shape),
        "operand " + std::to_string(i) + ": " + name(x[i].dtype) + " " + with_axes(x[i].shape));
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

}  // namespace

const Op concat_op =
    computing(op("concat", "operands joined along an axis", -1, concat_shape, sample_concat),
              concat_forward, concat_pullback, reads_nothing);
const Op stack_op =
    computing(op("stack", "operands along a new first axis", -1, stack_shape, sample_stack),
              stack_forward, stack_pullback, reads_nothing, /*assigns=*/true);
const Op broadcast_op =
    computing(op("broadcast_to", "axes of extent 1, and new first axes, repeated", 1,
                 broadcast_shape, sample_broadcast),
              broadcast_forward, broadcast_pullback, reads_nothing);

}  // namespace detail

using namespace detail;

Var concat(const std::vector<Var>& xs, int axis) {
  Attr attr;
  if (!xs.empty()) attr.axis = checked_axis("concat", xs[0].shape(), axis);
  return record(concat_op, xs, attr);
}

Var stack(const std::vector<Var>& xs) { return record(stack_op, xs); }

Var broadcast_to(const Var& x, const Shape& shape) {
  Attr attr;
  attr.shape = shape;
  return record(broadcast_op, {&x}, attr);
}

}  // namespace carousel
