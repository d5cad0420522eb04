#include <autograd/ops.hpp>
#include <autograd/ops/broadcasting.hpp>
#include <autograd/ops/edges.hpp>
#include <autograd/ops/move.hpp>
#include <autograd/ops/samples.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/ops/terms.hpp>
#include <autograd/support/error.hpp>
#include <autograd/tape.hpp>
#include <functional>

namespace carousel {
namespace detail {
namespace {

bool covers(const Shape& mask, const Shape& x) {
  return mask == x || (x.rank() > 0 && mask == x.without(x.rank() - 1));
}

/// The mask as an operand of steps: one entry an element, or one a row.
Steps mask_steps(const View& mask, const Shape& shape) {
  if (mask.shape == shape) return steps_of(shape, mask);
  const Index rows_only = (Index{1} << (shape.rank() - 1)) - 1;
  return steps_of(shape, mask, rows_only);
}

/// Calls f(offset in y, offset in x) where the mask is `side`.
template <class F>
void over_chosen(const View& mask, bool side, const View& y, const View& x, const F& f) {
  const bool* chosen = mask.as<bool>();
  const auto each = [&](Index to, Index from, Index m) {
    if (chosen[m] == side) f(to, from);
  };
  walk(each, steps_of(y), steps_of(x), mask_steps(mask, y.shape));
}

Shape where_shape(const Operands& x, const Attr&) {
  const Shape &mask = x[0].shape, &a = x[1].shape;
  if (x[0].dtype != DType::boolean || !is_floating(x[1].dtype) || !is_floating(x[2].dtype) ||
      a != x[2].shape || !covers(mask, a)) {
    throw Error(ErrorKind::argument, x.op,
                "a bool mask of the operands' shape, or of that without the last axis, and two "
                "floating operands of one shape",
                std::string("mask ") + name(x[0].dtype) + " " + to_string(mask) + ", a " +
                    name(x[1].dtype) + " " + to_string(a) + ", b " + name(x[2].dtype) + " " +
                    to_string(x[2].shape));
  }
  return a;
}
void where_forward(const Forward& k) {
  with_floating(k.y.dtype, [&](auto t) {
    using T = decltype(t);
    T* y = k.y.as<T>();
    for (int side = 1; side <= 2; ++side) {
      const T* x = k.x[side].as<T>();
      over_chosen(k.x[0], side == 1, k.y, k.x[side],
                  [x, y](Index to, Index from) { y[to] = x[from]; });
    }
  });
}
void where_terms(Terms& k) {  // dy goes to the side that was chosen
  Attr side;
  side.axis = 1;
  k.add(1, keep_op, {k.x(0), k.dy()}, side);
  side.axis = 0;
  k.add(2, keep_op, {k.x(0), k.dy()}, side);
}

// --- keep: x where the mask is Attr::axis, else 0 ---

Shape keep_shape(const Operands& x, const Attr&) {
  if (x[0].dtype != DType::boolean || !is_floating(x[1].dtype) || !covers(x[0].shape, x[1].shape)) {
    throw Error(ErrorKind::argument, x.op, "a bool mask and a floating operand",
                std::string(name(x[0].dtype)) + " " + to_string(x[0].shape) + " and " +
                    name(x[1].dtype) + " " + to_string(x[1].shape));
  }
  return x[1].shape;
}
void keep_forward(const Forward& k) {
  start_sum(k.y, k.add);
  with_floating(k.y.dtype, [&](auto t) {
    using T = decltype(t);
    T* y = k.y.as<T>();
    const T* x = k.x[1].as<T>();
    over_chosen(k.x[0], k.attr->axis == 1, k.y, k.x[1],
                [x, y](Index to, Index from) { y[to] += x[from]; });
  });
}
void keep_terms(Terms& k) { k.add(1, keep_op, {k.x(0), k.dy()}, k.attr); }

// --- comparisons and masks: no gradient passes ---

template <class Compare> void compare_forward(const Forward& k) {
  with_floating(k.x[0].dtype, [&](auto t) {
    using T = decltype(t);
    const T *a = k.x[0].as<T>(), *b = k.x[1].as<T>();
    bool* y = k.y.as<bool>();
    const auto each = [&](Index to, Index i, Index j) { y[to] = Compare{}(a[i], b[j]); };
    walk(each, steps_of(k.y), steps_of(k.y.shape, k.x[0]), steps_of(k.y.shape, k.x[1]));
  });
}
Shape masks_shape(const Operands& x, const Attr&) {
  for (int i = 0; i < x.count; ++i) {
    if (x[i].dtype == DType::boolean && x[i].shape == x[0].shape) continue;
    throw Error(ErrorKind::argument, x.op, "bool masks of one shape",
                std::string(name(x[i].dtype)) + " " + to_string(x[i].shape));
  }
  return x[0].shape;
}
template <class Logic> void masks_forward(const Forward& k) {
  const bool *a = k.x[0].as<bool>(), *b = k.x[1].as<bool>();
  bool* y = k.y.as<bool>();
  const auto each = [&](Index to, Index i, Index j) { y[to] = Logic{}(a[i], b[j]); };
  walk(each, steps_of(k.y), steps_of(k.x[0]), steps_of(k.x[1]));
}
void not_forward(const Forward& k) {
  const bool* a = k.x[0].as<bool>();
  bool* y = k.y.as<bool>();
  walk([&](Index to, Index i) { y[to] = !a[i]; }, steps_of(k.y), steps_of(k.x[0]));
}

template <Var (*compare)(const Var&, const Var&)> void sample_compare(Sampler& s) {
  const Shape shape = s.shape(1);
  const Var a = s.normal(shape);
  compare(a, s.normal(shape));
  compare(a, s.normal({shape.columns()}));
  compare(a, a);
}
template <Var (*f)(const Var&, const Var&)> void sample_masks(Sampler& s) {
  const Shape shape = s.shape();
  f(s.mask(shape), s.mask(shape));
}
void sample_not(Sampler& s) { logical_not(s.mask(s.shape())); }
void sample_where(Sampler& s) {
  const Shape shape = s.shape();
  where(s.mask(shape), s.normal(shape), s.normal(shape));
  const Shape rows = s.shape(1);
  where(s.mask(rows.without(rows.rank() - 1)), s.normal(rows), s.normal(rows));
}
void sample_keep(Sampler& s) {
  const Shape shape = s.shape();
  const Var mask = s.mask(shape), x = s.normal(shape);
  for (Index side = 0; side <= 1; ++side) {
    Attr attr;
    attr.axis = side;
    record(keep_op, {&mask, &x}, attr);
  }
}

template <class Compare> constexpr Op comparison(const char* name, const char* doc, Sample sample) {
  Op result = giving(stopping(op(name, doc, 2, elementwise_shape, sample)), Gives::mask);
  result.forward = compare_forward<Compare>;
  return result;
}
constexpr Op of_masks(const char* name, const char* doc, int arity, ForwardBody forward,
                      Sample sample) {
  Op result = giving(stopping(op(name, doc, arity, masks_shape, sample)), Gives::mask);
  result.forward = forward;
  return result;
}

}  // namespace

const Op where_op = by_terms<where_terms>(
    op("where", "a where the mask is set, else b", 3, where_shape, sample_where), where_forward,
    reads_x0);
const Op keep_op = adding(
    by_terms<keep_terms>(op("keep", "x on one side of a mask, else 0", 2, keep_shape, sample_keep),
                         keep_forward, reads_x0));

const Op greater_op =
    at_edges(comparison<std::greater<>>("greater", "a > b", sample_compare<carousel::greater>),
             edges::greater);
const Op greater_equal_op =
    at_edges(comparison<std::greater_equal<>>("greater_equal", "a >= b",
                                              sample_compare<carousel::greater_equal>),
             edges::greater_equal);
const Op less_op =
    at_edges(comparison<std::less<>>("less", "a < b", sample_compare<carousel::less>), edges::less);
const Op less_equal_op = at_edges(
    comparison<std::less_equal<>>("less_equal", "a <= b", sample_compare<carousel::less_equal>),
    edges::less_equal);
const Op equal_op = at_edges(
    comparison<std::equal_to<>>("equal", "a = b", sample_compare<carousel::equal>), edges::equal);
const Op not_equal_op = at_edges(
    comparison<std::not_equal_to<>>("not_equal", "a ≠ b", sample_compare<carousel::not_equal>),
    edges::not_equal);
const Op and_op = of_masks("logical_and", "both masks", 2, masks_forward<std::logical_and<>>,
                           sample_masks<carousel::logical_and>);
const Op or_op = of_masks("logical_or", "either mask", 2, masks_forward<std::logical_or<>>,
                          sample_masks<carousel::logical_or>);
const Op not_op = of_masks("logical_not", "the other side of a mask", 1, not_forward, sample_not);

}  // namespace detail

using namespace detail;

Var where(const Var& mask, const Var& a, const Var& b) { return record(where_op, {&mask, &a, &b}); }
Var where(const Var& mask, const Var& a, double b) {
  return where(mask, a, broadcast_to(scalar(a.tape(), b), a.shape()));
}
Var where(const Var& mask, double a, double b) {
  Tape& tape = mask.tape();
  return where(mask, broadcast_to(scalar(tape, a), mask.shape()),
               broadcast_to(scalar(tape, b), mask.shape()));
}
Var where(const Var& mask, double a, const Var& b) {
  return where(mask, broadcast_to(scalar(b.tape(), a), b.shape()), b);
}

Var greater(const Var& a, const Var& b) { return binary(greater_op, a, b); }
Var greater_equal(const Var& a, const Var& b) { return binary(greater_equal_op, a, b); }
Var less(const Var& a, const Var& b) { return binary(less_op, a, b); }
Var less_equal(const Var& a, const Var& b) { return binary(less_equal_op, a, b); }
Var equal(const Var& a, const Var& b) { return binary(equal_op, a, b); }
Var not_equal(const Var& a, const Var& b) { return binary(not_equal_op, a, b); }
Var greater(const Var& a, double c) { return greater(a, scalar(a.tape(), c)); }
Var greater_equal(const Var& a, double c) { return greater_equal(a, scalar(a.tape(), c)); }
Var less(const Var& a, double c) { return less(a, scalar(a.tape(), c)); }
Var less_equal(const Var& a, double c) { return less_equal(a, scalar(a.tape(), c)); }
Var equal(const Var& a, double c) { return equal(a, scalar(a.tape(), c)); }
Var not_equal(const Var& a, double c) { return not_equal(a, scalar(a.tape(), c)); }
Var logical_and(const Var& a, const Var& b) { return record(and_op, {&a, &b}); }
Var logical_or(const Var& a, const Var& b) { return record(or_op, {&a, &b}); }
Var logical_not(const Var& a) { return record(not_op, {&a}); }

}  // namespace carousel
