#include <autograd/ops.hpp>
#include <autograd/ops/elementwise.hpp>
#include <autograd/ops/lanes.hpp>
#include <autograd/ops/table.hpp>

namespace carousel {
namespace detail {
namespace {

template <class V> constexpr V logistic(const V& x) { return 1.0 / (1.0 + exp(-x)); }

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
struct Relu {  // written so that NaN is kept: every comparison with it is false
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = select(k.x[0] < 0.0, k.zero, k.x[0]); }
  template <class K> static constexpr void pullback(K& k) {
    k.dx[0] += select(k.x[0] > 0.0, k.dy, k.zero);
  }
};
struct Exp {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = exp(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += k.dy * k.y; }
};
struct Log {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = log(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += k.dy / k.x[0]; }
};
struct Softplus {  // ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|)
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) {
    k.y = select(k.x[0] < 0.0, k.zero, k.x[0]) + log1p(exp(-abs(k.x[0])));
  }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += k.dy * logistic(k.x[0]); }
};
struct Square {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = k.x[0] * k.x[0]; }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += 2.0 * k.dy * k.x[0]; }
};
struct SquaredError {
  static constexpr int arity = 2;
  template <class K> static void forward(K& k) {
    const auto e = k.x[0] - k.x[1];
    k.y = e * e;
  }
  template <class K> static constexpr void pullback(K& k) {
    const auto de = 2.0 * k.dy * (k.x[0] - k.x[1]);
    k.dx[0] += de;
    k.dx[1] += -de;
  }
};
struct BceWithLogits {  // softplus(x) - t x
  static constexpr int arity = 2;
  template <class K> static void forward(K& k) {
    k.y = select(k.x[0] < 0.0, k.zero, k.x[0]) + log1p(exp(-abs(k.x[0]))) - k.x[1] * k.x[0];
  }
  template <class K> static constexpr void pullback(K& k) {
    k.dx[0] += k.dy * (logistic(k.x[0]) - k.x[1]);
    k.dx[1] += -(k.dy * k.x[0]);
  }
};

void sample_log(Sampler& s) {
  carousel::log(s.uniform({3, 5}, 0.1, 3));
  carousel::log(s.uniform({2, 17}, 0.1, 3));
}

}  // namespace

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
