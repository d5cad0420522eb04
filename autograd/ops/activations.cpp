#include <autograd/ops.hpp>
#include <autograd/ops/edges.hpp>
#include <autograd/ops/elementwise.hpp>
#include <autograd/ops/samples.hpp>
#include <autograd/ops/table.hpp>

namespace carousel {
namespace detail {
namespace {

struct Sigmoid {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = logistic(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += k.dy * k.y * (1.0 - k.y); }
};
struct Tanh {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = tanh(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += k.dy * (1.0 - k.y * k.y); }
};
struct Softsign {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = k.x[0] / (abs(k.x[0]) + 1.0); }
  template <class K> static constexpr void pullback(K& k) {
    const auto d = abs(k.x[0]) + 1.0;
    k.dx[0] += k.dy / (d * d);
  }
};
struct HardSigmoid {  // min(1, max(0, c x + 1/2)); slope 0 at both corners
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) {
    const auto v = k.a * k.x[0] + 0.5;
    k.y = where(v < 0.0, k.zero, where(v > 1.0, k.one, v));
  }
  template <class K> static constexpr void pullback(K& k) {
    k.dx[0] += where(k.y > 0.0, where(k.y < 1.0, k.dy * k.a, k.zero), k.zero);
  }
};
struct Softplus {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = soft_positive(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += k.dy * logistic(k.x[0]); }
};

// The rectifiers are written so that NaN is kept: every comparison with it is false.
struct Relu {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = where(k.x[0] < 0.0, k.zero, k.x[0]); }
  template <class K> static constexpr void pullback(K& k) {
    k.dx[0] += where(k.x[0] > 0.0, k.dy, k.zero);
  }
};
struct LeakyRelu {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = where(k.x[0] < 0.0, k.a * k.x[0], k.x[0]); }
  template <class K> static constexpr void pullback(K& k) {
    k.dx[0] += where(k.x[0] > 0.0, k.dy, k.dy * k.a);
  }
};
struct Elu {  // a (e^x - 1) below 0
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) {
    k.y = where(k.x[0] > 0.0, k.x[0], k.a * expm1(k.x[0]));
  }
  template <class K> static constexpr void pullback(K& k) {
    k.dx[0] += where(k.x[0] > 0.0, k.dy, k.dy * (k.y + k.a));
  }
};
struct Gelu {  // x Φ(x), Φ the normal distribution (Hendrycks and Gimpel 2016)
  static constexpr int arity = 1;
  static constexpr double density = 0.39894228040143267794;  // 1/√(2π)
  template <class K> static void forward(K& k) { k.y = k.x[0] * normal_share(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) {
    const auto& x = k.x[0];
    k.dx[0] += k.dy * (normal_share(x) + density * x * exp(-0.5 * (x * x)));
  }
};
struct Silu {  // x σ(x)
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = k.x[0] * logistic(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) {
    const auto s = logistic(k.x[0]);
    k.dx[0] += k.dy * s * (k.x[0] * (1.0 - s) + 1.0);
  }
};

Var leaky(const Var& x) { return leaky_relu(x); }
Var elu_of_two(const Var& x) { return elu(x, 2); }
Var hard(const Var& x) { return hard_sigmoid(x); }

}  // namespace

const Op sigmoid_op =
    at_edges(elementwise<Sigmoid>("sigmoid", "1 / (1 + e^-x)", sample_unary<carousel::sigmoid>),
             edges::sigmoid);
const Op tanh_op =
    at_edges(elementwise<Tanh>("tanh", "(e^x - e^-x) / (e^x + e^-x)", sample_unary<carousel::tanh>),
             edges::tanh);
const Op softsign_op =
    at_edges(elementwise<Softsign>("softsign", "x / (1 + |x|)", sample_unary<carousel::softsign>),
             edges::softsign);
const Op hard_sigmoid_op = at_edges(
    elementwise<HardSigmoid>("hard_sigmoid", "min(1, max(0, c x + 1/2))", sample_unary<hard>),
    edges::hard_sigmoid);
const Op softplus_op =
    at_edges(elementwise<Softplus>("softplus", "ln(1 + e^x)", sample_unary<carousel::softplus>),
             edges::softplus);
const Op relu_op =
    at_edges(elementwise<Relu>("relu", "max(x, 0)", sample_unary<carousel::relu>), edges::relu);
const Op leaky_relu_op =
    at_edges(elementwise<LeakyRelu>("leaky_relu", "x, or c x below 0", sample_unary<leaky>),
             edges::leaky_relu);
const Op elu_op = at_edges(
    elementwise<Elu>("elu", "x, or c (e^x - 1) below 0", sample_unary<elu_of_two>), edges::elu);
const Op gelu_op = at_edges(
    elementwise<Gelu>("gelu", "x Φ(x), Φ the normal distribution", sample_unary<carousel::gelu>),
    edges::gelu);
const Op silu_op = at_edges(
    elementwise<Silu>("silu", "x / (1 + e^-x)", sample_unary<carousel::silu>), edges::silu);

}  // namespace detail

using namespace detail;

Var sigmoid(const Var& x) { return record(sigmoid_op, {&x}); }
Var tanh(const Var& x) { return record(tanh_op, {&x}); }
Var softsign(const Var& x) { return record(softsign_op, {&x}); }
Var hard_sigmoid(const Var& x, double slope) { return with_scalar(hard_sigmoid_op, x, slope); }
Var softplus(const Var& x) { return record(softplus_op, {&x}); }
Var log_sigmoid(const Var& x) { return -softplus(-x); }
Var relu(const Var& x) { return record(relu_op, {&x}); }
Var leaky_relu(const Var& x, double slope) { return with_scalar(leaky_relu_op, x, slope); }
Var elu(const Var& x, double alpha) { return with_scalar(elu_op, x, alpha); }
Var gelu(const Var& x) { return record(gelu_op, {&x}); }
Var silu(const Var& x) { return record(silu_op, {&x}); }

}  // namespace carousel
