#include <autograd/ops.hpp>
#include <autograd/ops/elementwise.hpp>
#include <autograd/ops/lanes.hpp>
#include <autograd/ops/table.hpp>

namespace carousel {
namespace detail {
namespace {

struct Add {
  static constexpr int arity = 2;
  template <class K> static void forward(K& k) { k.y = k.x[0] + k.x[1]; }
  template <class K> static constexpr void pullback(K& k) {
    k.dx[0] += k.dy;
    k.dx[1] += k.dy;
  }
};
struct Subtract {
  static constexpr int arity = 2;
  template <class K> static void forward(K& k) { k.y = k.x[0] - k.x[1]; }
  template <class K> static constexpr void pullback(K& k) {
    k.dx[0] += k.dy;
    k.dx[1] += -k.dy;
  }
};
struct Multiply {
  static constexpr int arity = 2;
  template <class K> static void forward(K& k) { k.y = k.x[0] * k.x[1]; }
  template <class K> static constexpr void pullback(K& k) {
    k.dx[0] += k.dy * k.x[1];
    k.dx[1] += k.dy * k.x[0];
  }
};
struct Divide {
  static constexpr int arity = 2;
  template <class K> static void forward(K& k) { k.y = k.x[0] / k.x[1]; }
  template <class K> static constexpr void pullback(K& k) {
    k.dx[0] += k.dy / k.x[1];
    k.dx[1] += -(k.dy * k.y / k.x[1]);
  }
};
struct AddConstant {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = k.x[0] + k.a; }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += k.dy; }
};
struct Scale {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = k.x[0] * k.a; }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += k.dy * k.a; }
};
struct SubtractFrom {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = k.a - k.x[0]; }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += -k.dy; }
};
struct DivideInto {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = k.a / k.x[0]; }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += -(k.dy * k.y / k.x[0]); }
};
struct Negate {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = -k.x[0]; }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += -k.dy; }
};

void sample_divide(Sampler& s) {
  s.normal({3, 5}) / s.uniform({3, 5}, 0.5, 2);
  s.normal({3, 5}) / s.uniform({5}, -2, -0.5);
}
void sample_divide_into(Sampler& s) { 3.0 / s.uniform({3, 5}, -2, -0.5); }
Var plus(const Var& a, const Var& b) { return a + b; }
Var times(const Var& a, const Var& b) { return a * b; }
Var minus(const Var& a, const Var& b) { return a - b; }
Var minus(const Var& x) { return -x; }
Var add_three(const Var& x) { return x + 3.0; }
Var scale_by(const Var& x) { return x * -1.7; }
Var three_minus(const Var& x) { return 3.0 - x; }

}  // namespace

const Op add_op = elementwise<Add>("add", "a + b", sample_binary<plus>);
const Op subtract_op = elementwise<Subtract>("subtract", "a - b", sample_binary<minus>);
const Op multiply_op = elementwise<Multiply>("multiply", "a b", sample_binary<times>);
const Op divide_op = elementwise<Divide>("divide", "a / b", sample_divide);
const Op add_constant_op =
    elementwise<AddConstant>("add_constant", "x + c", sample_unary<add_three>);
const Op scale_op = elementwise<Scale>("scale", "c x", sample_unary<scale_by>);
const Op subtract_from_op =
    elementwise<SubtractFrom>("subtract_from", "c - x", sample_unary<three_minus>);
const Op divide_into_op = elementwise<DivideInto>("divide_into", "c / x", sample_divide_into);
const Op negate_op = elementwise<Negate>("negate", "-x", sample_unary<minus>);

}  // namespace detail

using namespace detail;

namespace {

Var with_scalar(const Op& op, const Var& x, double c) {
  Attr attr;
  attr.scalar = c;
  return record(op, {&x}, attr);
}

}  // namespace

Var operator+(const Var& a, const Var& b) { return binary(add_op, a, b); }
Var operator-(const Var& a, const Var& b) { return binary(subtract_op, a, b); }
Var operator*(const Var& a, const Var& b) { return binary(multiply_op, a, b); }
Var operator/(const Var& a, const Var& b) { return binary(divide_op, a, b); }
Var operator+(const Var& a, double c) { return with_scalar(add_constant_op, a, c); }
Var operator+(double c, const Var& a) { return with_scalar(add_constant_op, a, c); }
Var operator-(const Var& a, double c) { return with_scalar(add_constant_op, a, -c); }
Var operator-(double c, const Var& a) { return with_scalar(subtract_from_op, a, c); }
Var operator*(const Var& a, double c) { return with_scalar(scale_op, a, c); }
Var operator*(double c, const Var& a) { return with_scalar(scale_op, a, c); }
Var operator/(const Var& a, double c) { return with_scalar(scale_op, a, 1 / c); }
Var operator/(double c, const Var& a) { return with_scalar(divide_into_op, a, c); }
Var operator-(const Var& a) { return record(negate_op, {&a}); }

}  // namespace carousel
