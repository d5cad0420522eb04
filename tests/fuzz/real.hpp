#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

/// Numbers of the reference. Nothing here, nor in dual.hpp, array.hpp and reference*, includes the
/// library's ops.
namespace carousel::fuzz {

/// A float64 that can be made to compute coarsely: with a grain, every result is off by up to twice
/// this share of its size, and has no more digits than that; with a negative one it only has no
/// more digits. What a coarse run changes is how far rounding errors can carry, and where it
/// changes much, the program is ill-conditioned or at a kink there. The error is a function of the
/// result and the grain, so that what is computed twice stays equal, and 0 stays 0.
struct Real {
  double v = 0, grain = 0;
  Real() = default;
  Real(double v) : v(v) {}  // NOLINT: numbers in formulas
  Real(double v, double grain) : v(v), grain(grain) {}
};

/// In -1..1, a function of the bits of two numbers: mixed as in splitmix64 (Steele et al. 2014).
inline double scrambled(double v, double salt) {
  std::uint64_t bits = 0, more = 0;
  std::memcpy(&bits, &v, sizeof v);
  std::memcpy(&more, &salt, sizeof salt);
  bits ^= more;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9U;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebU;
  bits ^= bits >> 31;
  return static_cast<double>(bits >> 11) * 0x1p-52 - 1;
}

/// The result of an operation on operands of that grain.
inline Real rounded(double v, double grain) {
  if (grain == 0 || v == 0 || !std::isfinite(v)) return {v, grain};
  const bool as_float32 = std::abs(grain) > 1e-9;
  if (as_float32 && std::abs(v) < 1e-37) return {0, grain};
  int exponent = 0;
  const int digits = -std::ilogb(grain);
  const double moved = grain > 0 ? v * (1 + 2 * grain * scrambled(v, grain)) : v;
  const double mantissa = std::frexp(moved, &exponent);
  return {std::ldexp(std::nearbyint(std::ldexp(mantissa, digits)), exponent - digits), grain};
}
inline Real rounded(double v, Real a, Real b) {
  return rounded(v, std::abs(a.grain) > std::abs(b.grain) ? a.grain : b.grain);
}

inline Real operator+(Real a, Real b) { return rounded(a.v + b.v, a, b); }
inline Real operator-(Real a, Real b) { return rounded(a.v - b.v, a, b); }
inline Real operator*(Real a, Real b) { return rounded(a.v * b.v, a, b); }
inline Real operator/(Real a, Real b) { return rounded(a.v / b.v, a, b); }
inline Real operator-(Real a) { return {-a.v, a.grain}; }

inline Real exp(Real x) { return rounded(std::exp(x.v), x.grain); }
inline Real expm1(Real x) { return rounded(std::expm1(x.v), x.grain); }
inline Real log(Real x) { return rounded(std::log(x.v), x.grain); }
inline Real log1p(Real x) { return rounded(std::log1p(x.v), x.grain); }
inline Real sqrt(Real x) { return rounded(std::sqrt(x.v), x.grain); }
inline Real sin(Real x) { return rounded(std::sin(x.v), x.grain); }
inline Real cos(Real x) { return rounded(std::cos(x.v), x.grain); }
inline Real erf(Real x) { return rounded(std::erf(x.v), x.grain); }
inline Real erfc(Real x) { return rounded(std::erfc(x.v), x.grain); }
inline Real tanh(Real x) { return rounded(std::tanh(x.v), x.grain); }
inline Real pow(Real x, double c) { return rounded(std::pow(x.v, c), x.grain); }
inline Real pow(Real a, Real b) { return rounded(std::pow(a.v, b.v), a, b); }

/// The number that decisions go by: which side of a kink, which pivot.
inline double primal(Real x) { return x.v; }

}  // namespace carousel::fuzz
