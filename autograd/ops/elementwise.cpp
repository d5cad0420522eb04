#include <autograd/ops/elementwise.hpp>
#include <autograd/ops/lanes.hpp>
#include <autograd/support/error.hpp>

namespace carousel::detail {
namespace {

void check_floating(const Operands& x) {
  for (int i = 0; i < x.count; ++i) {
    if (is_floating(x[i].dtype)) continue;
    throw Error(ErrorKind::argument, x.op, "floating operands",
                std::string(name(x[i].dtype)) + " " + to_string(x[i].shape),
                "Labels and masks are for embedding, cross_entropy and select.");
  }
}

}  // namespace

Shape unary_shape(const Operands& x, const Attr&) {
  check_floating(x);
  return x[0].shape;
}

Shape binary_shape(const Operands& x, const Attr&) {
  check_floating(x);
  const Shape &a = x[0].shape, &b = x[1].shape;
  if (a == b) return a;
  const auto is_bias_of = [](const Shape& bias, const Shape& whole) {
    return bias.rank() == 1 && whole.rank() > 1 && bias.columns() == whole.columns();
  };
  if (is_bias_of(b, a)) return a;
  if (is_bias_of(a, b)) return b;
  throw Error(ErrorKind::argument, x.op,
              "operands of one shape, or a bias [features] beside [..., features]",
              with_axes(a) + " and " + with_axes(b) + " (" + difference(a, b) + ")",
              "Ask for anything else with broadcast_to.");
}

namespace {

/// A scalar with the shape of the other operand.
Var repeated(const Var& scalar, const Var& other) {
  return broadcast_to(scalar.unbound() ? other.tape().use(scalar.unbound()) : scalar,
                      other.shape());
}

}  // namespace

Var binary(const Op& op, const Var& a, const Var& b) {
  const int rank_a = a.shape().rank(), rank_b = b.shape().rank();
  if (rank_a == 0 && rank_b > 0) {
    const Var wide = repeated(a, b);
    return record(op, {&wide, &b});
  }
  if (rank_b == 0 && rank_a > 0) {
    const Var wide = repeated(b, a);
    return record(op, {&a, &wide});
  }
  return record(op, {&a, &b});
}

}  // namespace carousel::detail
