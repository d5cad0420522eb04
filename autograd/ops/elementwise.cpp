#include <autograd/ops.hpp>
#include <autograd/ops/lanes.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/sampler.hpp>
#include <autograd/support/error.hpp>

namespace carousel {
namespace detail {
namespace {

template <class V>
constexpr V logistic(const V& x) {
  return 1.0 / (1.0 + exp(-x));
}

struct Add {
  static constexpr int arity = 2;
  template <class K>
  static void forward(K& k) {
    k.y = k.x[0] + k.x[1];
  }
  template <class K>
  static constexpr void pullback(K& k) {
    k.dx[0] += k.dy;
    k.dx[1] += k.dy;
  }
};
struct Subtract {
  static constexpr int arity = 2;
  template <class K>
  static void forward(K& k) {
    k.y = k.x[0] - k.x[1];
  }
  template <class K>
  static constexpr void pullback(K& k) {
    k.dx[0] += k.dy;
    k.dx[1] += -k.dy;
  }
};
struct Multiply {
  static constexpr int arity = 2;
  template <class K>
  static void forward(K& k) {
    k.y = k.x[0] * k.x[1];
  }
  template <class K>
  static constexpr void pullback(K& k) {
    k.dx[0] += k.dy * k.x[1];
    k.dx[1] += k.dy * k.x[0];
  }
};
struct Divide {
  static constexpr int arity = 2;
  template <class K>
  static void forward(K& k) {
    k.y = k.x[0] / k.x[1];
  }
  template <class K>
  static constexpr void pullback(K& k) {
    k.dx[0] += k.dy / k.x[1];
    k.dx[1] += -(k.dy * k.y / k.x[1]);
  }
};
struct AddConstant {
  static constexpr int arity = 1;
  template <class K>
  static void forward(K& k) {
    k.y = k.x[0] + k.a;
  }
  template <class K>
  static constexpr void pullback(K& k) {
    k.dx[0] += k.dy;
  }
};
struct Scale {
  static constexpr int arity = 1;
  template <class K>
  static void forward(K& k) {
    k.y = k.x[0] * k.a;
  }
  template <class K>
  static constexpr void pullback(K& k) {
    k.dx[0] += k.dy * k.a;
  }
};
struct SubtractFrom {
  static constexpr int arity = 1;
  template <class K>
  static void forward(K& k) {
    k.y = k.a - k.x[0];
  }
  template <class K>
  static constexpr void pullback(K& k) {
    k.dx[0] += -k.dy;
  }
};
struct DivideInto {
  static constexpr int arity = 1;
  template <class K>
  static void forward(K& k) {
    k.y = k.a / k.x[0];
  }
  template <class K>
  static constexpr void pullback(K& k) {
    k.dx[0] += -(k.dy * k.y / k.x[0]);
  }
};
struct Negate {
  static constexpr int arity = 1;
  template <class K>
  static void forward(K& k) {
    k.y = -k.x[0];
  }
  template <class K>
  static constexpr void pullback(K& k) {
    k.dx[0] += -k.dy;
  }
};
struct Sigmoid {
  static constexpr int arity = 1;
  template <class K>
  static void forward(K& k) {
    k.y = logistic(k.x[0]);
  }
  template <class K>
  static constexpr void pullback(K& k) {
    k.dx[0] += k.dy * k.y * (1.0 - k.y);
  }
};
struct Tanh {
  static constexpr int arity = 1;
  template <class K>
  static void forward(K& k) {
    k.y = tanh(k.x[0]);
  }
  template <class K>
  static constexpr void pullback(K& k) {
    k.dx[0] += k.dy * (1.0 - k.y * k.y);
  }
};
struct Relu {  // written so that NaN is kept: every comparison with it is false
  static constexpr int arity = 1;
  template <class K>
  static void forward(K& k) {
    k.y = select(k.x[0] < 0.0, k.zero, k.x[0]);
  }
  template <class K>
  static constexpr void pullback(K& k) {
    k.dx[0] += select(k.x[0] > 0.0, k.dy, k.zero);
  }
};
struct Exp {
  static constexpr int arity = 1;
  template <class K>
  static void forward(K& k) {
    k.y = exp(k.x[0]);
  }
  template <class K>
  static constexpr void pullback(K& k) {
    k.dx[0] += k.dy * k.y;
  }
};
struct Log {
  static constexpr int arity = 1;
  template <class K>
  static void forward(K& k) {
    k.y = log(k.x[0]);
  }
  template <class K>
  static constexpr void pullback(K& k) {
    k.dx[0] += k.dy / k.x[0];
  }
};
struct Softplus {  // ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|)
  static constexpr int arity = 1;
  template <class K>
  static void forward(K& k) {
    k.y = select(k.x[0] < 0.0, k.zero, k.x[0]) + log1p(exp(-abs(k.x[0])));
  }
  template <class K>
  static constexpr void pullback(K& k) {
    k.dx[0] += k.dy * logistic(k.x[0]);
  }
};
struct Square {
  static constexpr int arity = 1;
  template <class K>
  static void forward(K& k) {
    k.y = k.x[0] * k.x[0];
  }
  template <class K>
  static constexpr void pullback(K& k) {
    k.dx[0] += 2.0 * k.dy * k.x[0];
  }
};
struct SquaredError {
  static constexpr int arity = 2;
  template <class K>
  static void forward(K& k) {
    const auto e = k.x[0] - k.x[1];
    k.y = e * e;
  }
  template <class K>
  static constexpr void pullback(K& k) {
    const auto de = 2.0 * k.dy * (k.x[0] - k.x[1]);
    k.dx[0] += de;
    k.dx[1] += -de;
  }
};
struct BceWithLogits {  // softplus(x) - t x
  static constexpr int arity = 2;
  template <class K>
  static void forward(K& k) {
    k.y = select(k.x[0] < 0.0, k.zero, k.x[0]) + log1p(exp(-abs(k.x[0]))) - k.x[1] * k.x[0];
  }
  template <class K>
  static constexpr void pullback(K& k) {
    k.dx[0] += k.dy * (logistic(k.x[0]) - k.x[1]);
    k.dx[1] += -(k.dy * k.x[0]);
  }
};

// Matrices, a bias, rank 3, one column, and sizes that leave a partial lane.
template <Var (*f)(const Var&)>
void sample_unary(Sampler& s) {
  f(s.normal({3, 5}));
  f(s.normal({2, 33}));
  f(s.normal({2, 3, 4}));
  f(s.normal({7}));
  f(s.normal({}));
}
template <Var (*f)(const Var&, const Var&)>
void sample_binary(Sampler& s) {
  f(s.normal({3, 5}), s.normal({3, 5}));
  f(s.normal({2, 33}), s.normal({2, 33}));
  f(s.normal({4, 3}), s.normal({3}));
  f(s.normal({3}), s.normal({4, 3}));
  f(s.normal({2, 3, 17}), s.normal({17}));
  f(s.normal({5}), s.normal({}));
  const Var x = s.normal({3, 4});
  f(x, x);
}
void sample_divide(Sampler& s) {
  s.normal({3, 5}) / s.uniform({3, 5}, 0.5, 2);
  s.normal({3, 5}) / s.uniform({5}, -2, -0.5);
}
void sample_log(Sampler& s) {
  carousel::log(s.uniform({3, 5}, 0.1, 3));
  carousel::log(s.uniform({2, 17}, 0.1, 3));
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
              to_string(a) + " and " + to_string(b), "Ask for anything else with broadcast_to.");
}

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
const Op sigmoid_op =
    elementwise<Sigmoid>("sigmoid", "1 / (1 + e^-x)", sample_unary<carousel::sigmoid>);
const Op tanh_op =
    elementwise<Tanh>("tanh", "(e^x - e^-x) / (e^x + e^-x)", sample_unary<carousel::tanh>);
const Op relu_op = elementwise<Relu>("relu", "max(x, 0)", sample_unary<carousel::relu>);
const Op exp_op = elementwise<Exp>("exp", "e^x", sample_unary<carousel::exp>);
const Op log_op = elementwise<Log>("log", "ln x", sample_log);
const Op softplus_op =
    elementwise<Softplus>("softplus", "ln(1 + e^x)", sample_unary<carousel::softplus>);
const Op square_op = elementwise<Square>("square", "x²", sample_unary<carousel::square>);
const Op squared_error_op =
    elementwise<SquaredError>("squared_error", "(a - b)²", sample_binary<carousel::squared_error>);
const Op bce_with_logits_op = elementwise<BceWithLogits>("bce_with_logits", "ln(1 + e^x) - t x",
                                                         sample_binary<carousel::bce_with_logits>);

}  // namespace detail

using namespace detail;

namespace {

/// A scalar beside a larger operand is repeated; a bias needs no help.
Var repeated(const Var& scalar, const Var& other) {
  return broadcast_to(scalar.unbound() ? other.tape().use(scalar.unbound()) : scalar,
                      other.shape());
}

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

Var sigmoid(const Var& x) { return record(sigmoid_op, {&x}); }
Var tanh(const Var& x) { return record(tanh_op, {&x}); }
Var relu(const Var& x) { return record(relu_op, {&x}); }
Var exp(const Var& x) { return record(exp_op, {&x}); }
Var log(const Var& x) { return record(log_op, {&x}); }
Var softplus(const Var& x) { return record(softplus_op, {&x}); }
Var square(const Var& x) { return record(square_op, {&x}); }

Var squared_error(const Var& a, const Var& b) { return binary(squared_error_op, a, b); }
Var bce_with_logits(const Var& logits, const Var& target) {
  return binary(bce_with_logits_op, logits, target);
}

}  // namespace carousel
