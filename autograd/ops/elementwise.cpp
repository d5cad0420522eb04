#include <autograd/failures/misuse.hpp>
#include <autograd/ops/broadcasting.hpp>
#include <autograd/ops/elementwise.hpp>
#include <autograd/support/error.hpp>
#include <autograd/tape.hpp>

namespace carousel::detail {
namespace {

bool is_bias_of(const Shape& bias, const Shape& whole) {
  return bias.rank() == 1 && whole.rank() > 1 && bias.columns() == whole.columns();
}

[[noreturn]] void misfit(const Operands& x) {
  std::string got = with_axes(x[0].shape);
  for (int i = 1; i < x.count; ++i) got += " and " + with_axes(x[i].shape);
  if (x.count == 2) got += " (" + difference(x[0].shape, x[1].shape) + ")";
  throw Error(ErrorKind::argument, x.op,
              "operands of one shape, or a bias [features] beside [..., features]", got,
              "Ask for anything else with broadcast_to.");
}

}  // namespace

void check_floating(const Operands& x) {
  for (int i = 0; i < x.count; ++i) {
    if (is_floating(x[i].dtype)) continue;
    throw Error(
        ErrorKind::argument, x.op, "floating operands",
        std::string(name(x[i].dtype)) + " " + to_string(x[i].shape),
        "Labels and masks are for embedding, cross_entropy and where; where(mask, 1.0, 0.0) "
        "makes numbers of a mask.");
  }
}

Shape common_shape(const Operands& x) {
  Shape widest = x[0].shape;
  for (int i = 1; i < x.count; ++i) {
    if (x[i].shape.rank() > widest.rank()) widest = x[i].shape;
  }
  for (int i = 0; i < x.count; ++i) {
    if (x[i].shape != widest && !is_bias_of(x[i].shape, widest)) misfit(x);
  }
  return widest;
}

Shape elementwise_shape(const Operands& x, const Attr&) {
  check_floating(x);
  return common_shape(x);
}

Var narrowed(const Var& dx, const Shape& x) {
  if (!dx || dx.shape() == x) return dx;
  return sum_to(dx, x);
}

Var scalar(Tape& tape, double value) {
  Tensor one(tape.dtype(), Shape{});
  one.set(0, value);
  return tape.input(one);
}

namespace {

/// A scalar with the shape of the other operand.
Var repeated(const Var& scalar, const Var& other) {
  return broadcast_to(scalar.unbound() ? other.tape().use(scalar.unbound()) : scalar,
                      other.shape());
}

/// An error of an operand that is no value says which op's and which one it is.
int rank_of(const Op& op, const Var& x, int operand) {
  try {
    return x.shape().rank();
  } catch (const Error& error) {
    throw of_operand(error, op.name, operand);
  }
}

}  // namespace

Var binary(const Op& op, const Var& a, const Var& b, const Attr& attr) {
  const int rank_a = rank_of(op, a, 0), rank_b = rank_of(op, b, 1);
  if (rank_a == 0 && rank_b > 0) {
    const Var wide = repeated(a, b);
    return record(op, {&wide, &b}, attr);
  }
  if (rank_b == 0 && rank_a > 0) {
    const Var wide = repeated(b, a);
    return record(op, {&a, &wide}, attr);
  }
  return record(op, {&a, &b}, attr);
}

Var ternary(const Op& op, const Var& a, const Var& b, const Var& c) {
  const Var* widest = &a;
  int operand = 0;
  for (const Var* x : {&a, &b, &c}) {
    if (rank_of(op, *x, operand++) > widest->shape().rank()) widest = x;
  }
  if (widest->shape().rank() == 0) return record(op, {&a, &b, &c});
  const auto wide = [widest](const Var& x) {
    return x.shape().rank() == 0 ? repeated(x, *widest) : x;
  };
  const Var wide_a = wide(a), wide_b = wide(b), wide_c = wide(c);
  return record(op, {&wide_a, &wide_b, &wide_c});
}

Var with_scalar(const Op& op, const Var& x, double c) {
  Attr attr;
  attr.scalar = c;
  return record(op, {&x}, attr);
}

}  // namespace carousel::detail
