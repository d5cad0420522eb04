#pragma once
#include <autograd/kernels/bodies/list.hpp>

/// The formulas of losses of elements.
namespace carousel::detail {

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
struct AbsoluteError {
  static constexpr int arity = 2;
  template <class K> static void forward(K& k) { k.y = abs(k.x[0] - k.x[1]); }
  template <class K> static constexpr void pullback(K& k) {
    const auto de = k.dy * signum(k.x[0] - k.x[1]);
    k.dx[0] += de;
    k.dx[1] += -de;
  }
};
struct Huber {  // e²/2, or δ (|e| - δ/2) beyond |e| = δ (Huber 1964)
  static constexpr int arity = 2;
  template <class K> static void forward(K& k) {
    const auto e = k.x[0] - k.x[1], size = abs(e);
    k.y = where(size < k.a, 0.5 * (e * e), k.a * (size - 0.5 * k.a));
  }
  template <class K> static constexpr void pullback(K& k) {
    const auto e = k.x[0] - k.x[1];
    const auto de = where(abs(e) < k.a, k.dy * e, k.dy * k.a * signum(e));
    k.dx[0] += de;
    k.dx[1] += -de;
  }
};
// Binary cross-entropies take x apart by its sign: softplus(x) - t x would leave only a rounding
// error of x where the answer is right and x is large, and the loss nearly 0.
struct BceWithLogits {  // softplus(x) - t x
  static constexpr int arity = 2;
  template <class K> static void forward(K& k) {
    const auto &x = k.x[0], &t = k.x[1];
    k.y = where(x < 0.0, -(t * x), (1.0 - t) * x) + soft_positive(-abs(x));
  }
  template <class K> static constexpr void pullback(K& k) {
    k.dx[0] += k.dy * (logistic(k.x[0]) - k.x[1]);
    k.dx[1] += -(k.dy * k.x[0]);
  }
};
struct WeightedBce {  // -p t ln σ(x) - (1 - t) ln(1 - σ(x)) = (1 - t) x + (1 + (p - 1) t)
                      // softplus(-x)
  static constexpr int arity = 3;
  template <class K> static void forward(K& k) {
    const auto &x = k.x[0], &t = k.x[1], &p = k.x[2];
    const auto weight = (p - 1.0) * t + 1.0;
    k.y = where(x < 0.0, -(p * t * x), (1.0 - t) * x) + weight * soft_positive(-abs(x));
  }
  template <class K> static constexpr void pullback(K& k) {
    const auto &x = k.x[0], &t = k.x[1], &p = k.x[2];
    const auto miss = soft_positive(-x);
    k.dx[0] += k.dy * (1.0 - t - ((p - 1.0) * t + 1.0) * logistic(-x));
    k.dx[1] += k.dy * ((p - 1.0) * miss - x);
    k.dx[2] += k.dy * t * miss;
  }
};
struct Kl {  // p (ln p - x), 0 where p is 0
  static constexpr int arity = 2;
  template <class K> static void forward(K& k) {
    const auto &x = k.x[0], &p = k.x[1];
    k.y = where(p == 0.0, k.zero, p * (log(p) - x));
  }
  template <class K> static constexpr void pullback(K& k) {
    const auto &x = k.x[0], &p = k.x[1];
    k.dx[0] += -(k.dy * p);
    k.dx[1] += where(p == 0.0, k.zero, k.dy * (log(p) + 1.0 - x));
  }
};

using Losses = Bodies<SquaredError, AbsoluteError, Huber, BceWithLogits, WeightedBce, Kl>;

}  // namespace carousel::detail
