#pragma once
#include <autograd/kernels/bodies/list.hpp>

/// The formulas of activation functions.
namespace carousel::detail {

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

using Activations =
    Bodies<Sigmoid, Tanh, Softsign, HardSigmoid, Softplus, Relu, LeakyRelu, Elu, Gelu, Silu>;

}  // namespace carousel::detail
