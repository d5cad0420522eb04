#pragma once
#include <algorithm>
#include <autograd/ops.hpp>
#include <autograd/support/random.hpp>
#include <autograd/tape.hpp>
#include <cmath>
#include <initializer_list>
#include <limits>

namespace carousel::testing {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// A tensor with these elements in row-major order.
inline Tensor tensor(const Shape& shape, std::initializer_list<double> elements,
                     DType dtype = DType::float64) {
  Tensor result(dtype, shape);
  Index i = 0;
  for (const double element : elements) result.set(i++, element);
  return result;
}

/// Whether a tensor has these elements in row-major order, up to a relative error; infinities and
/// NaN as such.
inline bool elements_are(const Tensor& found, std::initializer_list<double> wanted,
                         double tolerance = 1e-14) {
  if (found.size() != static_cast<Index>(wanted.size())) return false;
  Index i = 0;
  for (const double w : wanted) {
    const double f = found.at(i++);
    if (std::isnan(w) ? std::isnan(f) : f == w) continue;
    if (!(std::abs(f - w) <= tolerance * std::abs(w)) || std::isinf(w)) return false;
  }
  return true;
}

/// Standard normal elements.
inline Tensor normal(const Shape& shape, Random& random, DType dtype = DType::float64) {
  Tensor result(dtype, shape);
  for (Index i = 0; i < result.size(); ++i) result.set(i, random.normal());
  return result;
}

/// |a - b| relative to |b|.
inline double relative(double a, double b) { return std::abs(a - b) / std::abs(b); }

/// The largest absolute element.
inline double largest(const Tensor& a) {
  double result = 0;
  for (Index i = 0; i < a.size(); ++i) result = std::max(result, std::abs(a.at(i)));
  return result;
}

/// Row r of the last two axes' first one, [rows, columns] -> [columns].
inline Tensor row(const Tensor& matrix, Index r) {
  const Index columns = matrix.shape().columns();
  Tensor result(matrix.dtype(), {columns});
  for (Index c = 0; c < columns; ++c) result.set(c, matrix.at(r * columns + c));
  return result;
}

}  // namespace carousel::testing
