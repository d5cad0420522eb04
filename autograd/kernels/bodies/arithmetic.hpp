#pragma once
#include <autograd/kernels/bodies/list.hpp>

/// The formulas of arithmetic.
namespace carousel::detail {

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
struct Power {  // a^b for a >= 0; the slope by b at a = 0 is 0
  static constexpr int arity = 2;
  template <class K> static void forward(K& k) { k.y = power(k.x[0], k.x[1]); }
  template <class K> static constexpr void pullback(K& k) {
    // 0⁰ has slope 0; other a⁰, too, but their slope grows with b, so this formula has to have it.
    const auto slope = k.dy * k.x[1] * power(k.x[0], k.x[1] - 1.0);
    k.dx[0] += where(k.x[0] == 0.0, where(k.x[1] == 0.0, k.zero, slope), slope);
    k.dx[1] += where(k.x[0] == 0.0, k.zero, k.dy * k.y * log(k.x[0]));
  }
};
// Equal operands share the gradient; NaN beside a number gives NaN.
struct Minimum {
  static constexpr int arity = 2;
  template <class K> static void forward(K& k) {
    const auto &a = k.x[0], &b = k.x[1];
    k.y = where(a < b, a, where(b < a, b, where(b == b, a, b)));
  }
  template <class K> static constexpr void pullback(K& k) {
    const auto &a = k.x[0], &b = k.x[1];
    k.dx[0] += where(a < b, k.dy, where(b < a, k.zero, 0.5 * k.dy));
    k.dx[1] += where(b < a, k.dy, where(a < b, k.zero, 0.5 * k.dy));
  }
};
struct Maximum {
  static constexpr int arity = 2;
  template <class K> static void forward(K& k) {
    const auto &a = k.x[0], &b = k.x[1];
    k.y = where(a > b, a, where(b > a, b, where(b == b, a, b)));
  }
  template <class K> static constexpr void pullback(K& k) {
    const auto &a = k.x[0], &b = k.x[1];
    k.dx[0] += where(a > b, k.dy, where(b > a, k.zero, 0.5 * k.dy));
    k.dx[1] += where(b > a, k.dy, where(a > b, k.zero, 0.5 * k.dy));
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
struct PowerOf {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = power(k.x[0], k.a); }
  template <class K> static constexpr void pullback(K& k) {
    k.dx[0] += k.dy * k.a * power(k.x[0], k.a - 1.0);
  }
};
struct Negate {
  static constexpr int arity = 1;
  template <class K> static void forward(K& k) { k.y = -k.x[0]; }
  template <class K> static constexpr void pullback(K& k) { k.dx[0] += -k.dy; }
};

using Arithmetic = Bodies<Add, Subtract, Multiply, Divide, Power, Minimum, Maximum, AddConstant,
                          Scale, SubtractFrom, DivideInto, PowerOf, Negate>;

}  // namespace carousel::detail
