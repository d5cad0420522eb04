#pragma once
#include <autograd/kernels/bodies/list.hpp>

/// The formulas of elementary functions.
namespace carousel::detail {

struct Exp {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = exp(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += k.dy * k.y; }
};
struct Expm1 {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = expm1(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += k.dy * (k.y + 1.0); }
};
struct Log {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = log(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += k.dy / k.x[0]; }
};
struct Log1p {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = log1p(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += k.dy / (k.x[0] + 1.0); }
};
struct Square {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = k.x[0] * k.x[0]; }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += 2.0 * k.dy * k.x[0]; }
};
struct Sqrt {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = sqrt(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += 0.5 * k.dy / k.y; }
};
struct Rsqrt {  // d/dx x^(-1/2) = -y³/2
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = 1.0 / sqrt(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += -0.5 * k.dy * k.y / k.x[0]; }
};
struct Abs {  // slope 0 at 0
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = abs(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += k.dy * signum(k.x[0]); }
};
struct Sign {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = signum(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += k.zero; }
};
struct Sin {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = sin(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += k.dy * cos(k.x[0]); }
};
struct Cos {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = cos(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += -(k.dy * sin(k.x[0])); }
};
struct Erf {  // d/dx erf x = 2/√π e^(-x²)
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = erf(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) {
    constexpr double two_over_root_pi = 1.12837916709551257390;
    k.dx[0] += two_over_root_pi * k.dy * exp(-(k.x[0] * k.x[0]));
  }
};

struct Erfc {  // d/dx erfc x = -2/√π e^(-x²)
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = erfc(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) {
    constexpr double two_over_root_pi = 1.12837916709551257390;
    k.dx[0] += -two_over_root_pi * k.dy * exp(-(k.x[0] * k.x[0]));
  }
};

// Clamping on one side; the gradient passes where x is inside or at the bound.
struct AtLeast {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = where(k.x[0] < k.a, k.a, k.x[0]); }
  template <class K> static constexpr void pullback(K& k) {
    k.dx[0] += where(k.x[0] < k.a, k.zero, k.dy);
  }
};
struct AtMost {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = where(k.x[0] > k.a, k.a, k.x[0]); }
  template <class K> static constexpr void pullback(K& k) {
    k.dx[0] += where(k.x[0] > k.a, k.zero, k.dy);
  }
};

using Functions = Bodies<Exp, Expm1, Log, Log1p, Square, Sqrt, Rsqrt, Abs, Sign, Sin, Cos, Erf,
                         Erfc, AtLeast, AtMost>;

}  // namespace carousel::detail
