#pragma once
#include <tests/fuzz/real.hpp>

namespace carousel::fuzz {

/// A dual number: a value and its derivative along one direction, carried through every operation
/// by the rules of the calculus. Of dual numbers themselves it carries a second direction and the
/// mixed second derivative, d.d.
template <class T> struct Dual {
  T v{}, d{};
  Dual() = default;
  Dual(double constant) : v(constant) {}  // NOLINT: numbers in formulas
  Dual(const T& v, const T& d) : v(v), d(d) {}
};

using First = Dual<Real>;
using Second = Dual<First>;

template <class T> double primal(const Dual<T>& x) { return primal(x.v); }

/// An independent number of that value: v along the first direction, w along the second.
inline First seeded(First, double value, double grain, double v, double) {
  return {Real(value, grain), Real(v, grain)};
}
inline Second seeded(Second, double value, double grain, double v, double w) {
  return {{Real(value, grain), Real(v, grain)}, {Real(w, grain), Real(0, grain)}};
}
/// x, with its derivatives moved on by v and w.
inline First moved(const First& x, double v, double) { return {x.v, x.d + v}; }
inline Second moved(const Second& x, double v, double w) {
  return {moved(x.v, v, 0), {x.d.v + w, x.d.d}};
}

/// x, computed on with that grain: constants in formulas have none.
inline Real grained(Real x, double grain) { return {x.v, grain}; }
template <class T> Dual<T> grained(const Dual<T>& x, double grain) {
  return {grained(x.v, grain), grained(x.d, grain)};
}

/// The same value without derivative.
inline Real constant(Real x) { return x; }
template <class T> Dual<T> constant(const Dual<T>& x) { return {constant(x.v), T(0)}; }

// What a check reads off: the derivative along the first direction, the mixed second one.
inline double slope(const First& x) { return x.d.v; }
inline double slope(const Second& x) { return x.v.d.v; }
inline double bend(const Second& x) { return x.d.d.v; }

template <class T> Dual<T> operator+(const Dual<T>& a, const Dual<T>& b) {
  return {a.v + b.v, a.d + b.d};
}
template <class T> Dual<T> operator-(const Dual<T>& a, const Dual<T>& b) {
  return {a.v - b.v, a.d - b.d};
}
template <class T> Dual<T> operator*(const Dual<T>& a, const Dual<T>& b) {
  return {a.v * b.v, a.d * b.v + a.v * b.d};
}
template <class T> Dual<T> operator/(const Dual<T>& a, const Dual<T>& b) {
  return {a.v / b.v, (a.d * b.v - a.v * b.d) / (b.v * b.v)};
}
template <class T> Dual<T> operator-(const Dual<T>& a) { return {-a.v, -a.d}; }
template <class T> Dual<T> operator+(const Dual<T>& a, double c) { return a + Dual<T>(c); }
template <class T> Dual<T> operator+(double c, const Dual<T>& a) { return Dual<T>(c) + a; }
template <class T> Dual<T> operator-(const Dual<T>& a, double c) { return a - Dual<T>(c); }
template <class T> Dual<T> operator-(double c, const Dual<T>& a) { return Dual<T>(c) - a; }
template <class T> Dual<T> operator*(double c, const Dual<T>& a) { return Dual<T>(c) * a; }
template <class T> Dual<T> operator*(const Dual<T>& a, double c) { return a * Dual<T>(c); }
template <class T> Dual<T> operator/(const Dual<T>& a, double c) { return a / Dual<T>(c); }
template <class T> Dual<T> operator/(double c, const Dual<T>& a) { return Dual<T>(c) / a; }

template <class T> Dual<T> exp(const Dual<T>& x) { return {exp(x.v), exp(x.v) * x.d}; }
template <class T> Dual<T> expm1(const Dual<T>& x) {
  return {expm1(x.v), (expm1(x.v) + 1.0) * x.d};
}
template <class T> Dual<T> log(const Dual<T>& x) { return {log(x.v), x.d / x.v}; }
template <class T> Dual<T> log1p(const Dual<T>& x) { return {log1p(x.v), x.d / (1.0 + x.v)}; }
template <class T> Dual<T> sqrt(const Dual<T>& x) { return {sqrt(x.v), x.d / (2.0 * sqrt(x.v))}; }
template <class T> Dual<T> sin(const Dual<T>& x) { return {sin(x.v), cos(x.v) * x.d}; }
template <class T> Dual<T> cos(const Dual<T>& x) { return {cos(x.v), -(sin(x.v) * x.d)}; }
template <class T> Dual<T> tanh(const Dual<T>& x) {
  return {tanh(x.v), (1.0 - tanh(x.v) * tanh(x.v)) * x.d};
}
template <class T> Dual<T> erf(const Dual<T>& x) {
  const double two_over_root_pi = 2 / std::sqrt(std::acos(-1.0));
  return {erf(x.v), two_over_root_pi * exp(-(x.v * x.v)) * x.d};
}
template <class T> Dual<T> erfc(const Dual<T>& x) {
  const double two_over_root_pi = 2 / std::sqrt(std::acos(-1.0));
  return {erfc(x.v), -two_over_root_pi * exp(-(x.v * x.v)) * x.d};
}
inline Real sigmoid(Real x) { return 1.0 / (1.0 + exp(-x)); }
template <class T> Dual<T> sigmoid(const Dual<T>& x) {
  return {sigmoid(x.v), sigmoid(x.v) * (1.0 - sigmoid(x.v)) * x.d};
}
/// ln(1 + e^x), where neither e^x nor its square overflows.
template <class T> Dual<T> softplus(const Dual<T>& x) {
  return primal(x) > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}
template <class T> Dual<T> pow(const Dual<T>& x, double c) {
  if (c == 0) return {T(1), T(0)};
  return {pow(x.v, c), c * pow(x.v, c - 1) * x.d};
}
template <class T> Dual<T> pow(const Dual<T>& a, const Dual<T>& b) {
  return {pow(a.v, b.v), b.v * pow(a.v, b.v - 1.0) * a.d + pow(a.v, b.v) * log(a.v) * b.d};
}

}  // namespace carousel::fuzz
