#include <autograd/ops.hpp>
#include <autograd/ops/broadcasting.hpp>
#include <autograd/ops/edges.hpp>
#include <autograd/ops/elementwise.hpp>
#include <autograd/ops/samples.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/support/error.hpp>
#include <cmath>

namespace carousel {
namespace detail {
namespace {

void sample_divide(Sampler& s) {
  const Shape shape = s.shape(1);
  s.normal(shape) / s.uniform(shape, 0.5, 2);
  s.normal(shape) / s.uniform({shape.columns()}, -2, -0.5);
}
void sample_divide_into(Sampler& s) { 3.0 / s.uniform(s.shape(), -2, -0.5); }
void sample_power(Sampler& s) {
  const Shape shape = s.shape(1);
  pow(s.uniform(shape, 0.1, 2), s.normal(shape));
  pow(s.uniform(shape, 0.1, 2), s.normal({shape.columns()}));
}
void sample_power_of(Sampler& s) {
  pow(s.uniform(s.shape(), 0.1, 2), -1.5);
  pow(s.normal(s.shape()), 3);
}
Var plus(const Var& a, const Var& b) { return a + b; }
Var times(const Var& a, const Var& b) { return a * b; }
Var minus(const Var& a, const Var& b) { return a - b; }
Var minus(const Var& x) { return -x; }
Var add_three(const Var& x) { return x + 3.0; }
Var scale_by(const Var& x) { return x * -1.7; }
Var three_minus(const Var& x) { return 3.0 - x; }

}  // namespace

const Op add_op = at_edges(elementwise<Add>("add", "a + b", sample_binary<plus>), edges::add);
const Op subtract_op =
    at_edges(elementwise<Subtract>("subtract", "a - b", sample_binary<minus>), edges::subtract);
const Op multiply_op =
    at_edges(elementwise<Multiply>("multiply", "a b", sample_binary<times>), edges::multiply);
const Op divide_op = at_edges(elementwise<Divide>("divide", "a / b", sample_divide), edges::divide);
const Op power_op =
    at_edges(elementwise<Power>("power", "a^b, a >= 0", sample_power), edges::power);
const Op minimum_op = at_edges(
    elementwise<Minimum>("minimum", "the smaller of a and b", sample_apart<carousel::minimum>),
    edges::minimum);
const Op maximum_op = at_edges(
    elementwise<Maximum>("maximum", "the larger of a and b", sample_apart<carousel::maximum>),
    edges::maximum);
const Op add_constant_op =
    at_edges(elementwise<AddConstant>("add_constant", "x + c", sample_unary<add_three>),
             edges::add_constant);
const Op scale_op =
    at_edges(elementwise<Scale>("scale", "c x", sample_unary<scale_by>), edges::scale);
const Op subtract_from_op =
    at_edges(elementwise<SubtractFrom>("subtract_from", "c - x", sample_unary<three_minus>),
             edges::subtract_from);
const Op divide_into_op = at_edges(
    elementwise<DivideInto>("divide_into", "c / x", sample_divide_into), edges::divide_into);
const Op power_of_op =
    at_edges(elementwise<PowerOf>("power_of", "x^c", sample_power_of), edges::power_of);
const Op negate_op =
    at_edges(elementwise<Negate>("negate", "-x", sample_unary<minus>), edges::negate);

}  // namespace detail

using namespace detail;

Var operator+(const Var& a, const Var& b) { return binary(add_op, a, b); }
Var operator-(const Var& a, const Var& b) { return binary(subtract_op, a, b); }
Var operator*(const Var& a, const Var& b) { return binary(multiply_op, a, b); }
Var operator/(const Var& a, const Var& b) { return binary(divide_op, a, b); }
Var pow(const Var& a, const Var& b) { return binary(power_op, a, b); }
Var minimum(const Var& a, const Var& b) { return binary(minimum_op, a, b); }
Var maximum(const Var& a, const Var& b) { return binary(maximum_op, a, b); }
Var operator+(const Var& a, double c) { return with_scalar(add_constant_op, a, c); }
Var operator+(double c, const Var& a) { return with_scalar(add_constant_op, a, c); }
Var operator-(const Var& a, double c) { return with_scalar(add_constant_op, a, -c); }
Var operator-(double c, const Var& a) { return with_scalar(subtract_from_op, a, c); }
Var operator*(const Var& a, double c) { return with_scalar(scale_op, a, c); }
Var operator*(double c, const Var& a) { return with_scalar(scale_op, a, c); }
Var operator/(const Var& a, double c) { return with_scalar(scale_op, a, 1 / c); }
Var operator/(double c, const Var& a) { return with_scalar(divide_into_op, a, c); }
Var operator-(const Var& a) { return record(negate_op, {&a}); }

Var pow(double c, const Var& x) {
  if (!(c > 0)) {
    throw Error(ErrorKind::argument, "pow", "a base above 0", std::to_string(c));
  }
  return exp(x * std::log(c));
}

Var pow(const Var& x, double c) {
  if (c == 0) return with_scalar(power_of_op, detach(x), 0);  // 1, and no gradient
  if (c == 1) return x + 0.0;
  if (c == 2) return square(x);
  return with_scalar(power_of_op, x, c);
}

}  // namespace carousel
