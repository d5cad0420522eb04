#pragma once
#include <autograd/shape.hpp>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <xsimd/xsimd.hpp>

/// SIMD lanes: the type that the formulas of an op are run on.
namespace carousel::detail {

template <class T> using Lane = xsimd::batch<T>;
template <class T> using Choice = xsimd::batch_bool<T>;

template <class T> Lane<T> where(const Choice<T>& c, const Lane<T>& a, const Lane<T>& b) {
  return xsimd::select(c, a, b);
}

// What the formulas need besides xsimd's functions, which are found by their argument.
template <class V> V logistic(const V& x) { return 1.0 / (1.0 + exp(-x)); }
/// -1, 0 or 1; NaN for NaN.
template <class T> Lane<T> signum(const Lane<T>& x) {
  return where(x > Lane<T>(T(0)), Lane<T>(T(1)), where(x < Lane<T>(T(0)), Lane<T>(T(-1)), x));
}
/// ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|), which does not overflow.
template <class T> Lane<T> soft_positive(const Lane<T>& x) {
  return where(x < Lane<T>(T(0)), Lane<T>(T(0)), x) + log1p(exp(-abs(x)));
}

/// Denormal numbers times two to the power of this are normal.
template <class T> constexpr int denormal_bits = std::numeric_limits<T>::digits + 1;
template <class T> Choice<T> is_denormal(const Lane<T>& x) {
  return abs(x) < Lane<T>(std::numeric_limits<T>::min()) && x != Lane<T>(T(0));
}

/// ln x. More special than xsimd's, so that it is taken; that one, of version 8, is -746.5 for
/// every denormal float64: it takes the exponent before it scales the number.
template <class T> Lane<T> log(const Lane<T>& x) {
  const Choice<T> denormal = is_denormal(x);
  if (!xsimd::any(denormal)) return xsimd::log(x);
  const auto factor = std::ldexp(T(1), denormal_bits<T>);
  const Lane<T> scaled = xsimd::log(where(denormal, x * factor, x));
  return where(denormal, scaled - std::log(factor), scaled);
}

/// The standard library's function, lane by lane, where xsimd 8 is not good enough.
template <class T, class F, class... Rest>
Lane<T> lane_by_lane(const F& f, const Lane<T>& x, const Rest&... rest) {
  constexpr std::size_t width = Lane<T>::size;
  constexpr std::size_t operands = 1 + sizeof...(rest);
  alignas(64) T values[operands][width];
  std::size_t k = 0;
  x.store_aligned(values[k++]);
  (rest.store_aligned(values[k++]), ...);
  for (std::size_t i = 0; i < width; ++i) {
    if constexpr (operands == 1) {
      values[0][i] = f(values[0][i]);
    } else {
      values[0][i] = f(values[0][i], values[1][i]);
    }
  }
  return Lane<T>::load_aligned(values[0]);
}

/// a^b: xsimd's is off by hundreds of units in the last place at large exponents, 0 wherever a is,
/// and wrong for denormal numbers.
template <class T> Lane<T> power(const Lane<T>& a, const Lane<T>& b) {
  return lane_by_lane([](T x, T y) { return std::pow(x, y); }, a, b);
}

// sin and cos: xsimd's reduce an argument far from 0 by way of memory, lane by lane as well.
template <class T> Lane<T> sin(const Lane<T>& x) {
  return lane_by_lane([](T v) { return std::sin(v); }, x);
}
template <class T> Lane<T> cos(const Lane<T>& x) {
  return lane_by_lane([](T v) { return std::cos(v); }, x);
}

/// erf: xsimd's is off by some 70 units in the last place in float64.
inline Lane<float> erf(const Lane<float>& x) { return xsimd::erf(x); }
inline Lane<double> erf(const Lane<double>& x) {
  return lane_by_lane([](double v) { return std::erf(v); }, x);
}
/// erfc: xsimd's keeps 11 digits of float64 at 8.
inline Lane<float> erfc(const Lane<float>& x) { return xsimd::erfc(x); }
inline Lane<double> erfc(const Lane<double>& x) {
  return lane_by_lane([](double v) { return std::erfc(v); }, x);
}

/// The normal distribution Φ(x), in relative accuracy also below 0.
template <class T> Lane<T> normal_share(const Lane<T>& x) {
  return Lane<T>(T(0.5)) * erfc(Lane<T>(T(-0.70710678118654752440)) * x);
}

/// Full lanes read and write in place; the last, partial one goes through a padded copy, so that
/// the same instructions make every element whatever its position.
template <class T, bool full> Lane<T> load(const T* from, Index count) {
  if constexpr (full) {
    return Lane<T>::load_unaligned(from);
  } else {
    alignas(64) T padded[Lane<T>::size] = {};
    std::memcpy(padded, from, static_cast<std::size_t>(count) * sizeof(T));
    return Lane<T>::load_aligned(padded);
  }
}

template <class T, bool full> void store(const Lane<T>& lane, T* to, Index count) {
  if constexpr (full) {
    lane.store_unaligned(to);
  } else {
    alignas(64) T padded[Lane<T>::size];
    lane.store_aligned(padded);
    std::memcpy(to, padded, static_cast<std::size_t>(count) * sizeof(T));
  }
}

/// Runs body(full, column, count) over the columns of a row: whole lanes, then the rest.
template <class T, class F>
[[gnu::always_inline]] inline void over_columns(Index columns, const F& body) {
  constexpr auto width = static_cast<Index>(Lane<T>::size);
  Index c = 0;
  for (; c + width <= columns; c += width) body(std::true_type{}, c, width);
  if (c < columns) body(std::false_type{}, c, columns - c);
}

}  // namespace carousel::detail
