#pragma once
#include <array>
#include <autograd/losses.hpp>
#include <autograd/var.hpp>
#include <vector>

/// Every operation on Vars: one line each, bodies in ops/. A rank-2 value is [batch, features]
/// unless said otherwise; ops on features work on the last axis whatever the rank. Losses are in
/// losses.hpp, inverses and the like in linear_algebra.hpp, pairs of reals in complex.hpp.
///
/// Broadcasting happens in two cases only: a scalar with anything, and a bias [features] with
/// [..., features]. Anything else is asked for with broadcast_to. Errors name op, axes and shapes.
namespace carousel {

/// Axes may be counted from the end: -1 is the last.
using Axes = std::initializer_list<int>;

// Arithmetic, elementwise.
Var operator+(const Var& a, const Var& b);
Var operator-(const Var& a, const Var& b);
Var operator*(const Var& a, const Var& b);
Var operator/(const Var& a, const Var& b);
Var operator+(const Var& a, double c);
Var operator+(double c, const Var& a);
Var operator-(const Var& a, double c);
Var operator-(double c, const Var& a);
Var operator*(const Var& a, double c);
Var operator*(double c, const Var& a);
Var operator/(const Var& a, double c);
Var operator/(double c, const Var& a);
Var operator-(const Var& a);
Var pow(const Var& a, const Var& b);      ///< a^b, for a >= 0
Var pow(const Var& x, double c);          ///< x^c
Var pow(double c, const Var& x);          ///< c^x, for c > 0
Var minimum(const Var& a, const Var& b);  ///< equal operands share the gradient
Var maximum(const Var& a, const Var& b);
Var at_least(const Var& x, double c);  ///< max(x, c); slope 1 at c
Var at_most(const Var& x, double c);   ///< min(x, c); slope 1 at c
Var clamp(const Var& x, double low, double high);

// Functions, elementwise.
Var exp(const Var& x);
Var expm1(const Var& x);  ///< e^x - 1
Var log(const Var& x);    ///< natural
Var log1p(const Var& x);  ///< ln(1 + x)
Var square(const Var& x);
Var sqrt(const Var& x);
Var rsqrt(const Var& x);  ///< 1/√x
Var abs(const Var& x);    ///< slope 0 at 0
Var sign(const Var& x);   ///< -1, 0 or 1; no gradient passes
Var sin(const Var& x);
Var cos(const Var& x);
Var erf(const Var& x);
Var erfc(const Var& x);  ///< 1 - erf x, in relative accuracy also where it is small

// Activations, elementwise.
Var sigmoid(const Var& x);  ///< 1/(1 + e^-x)
Var tanh(const Var& x);
Var relu(const Var& x);  ///< max(x, 0); slope 0 at 0; NaN stays NaN
Var leaky_relu(const Var& x, double slope = 0.01);
Var elu(const Var& x, double alpha = 1);
Var gelu(const Var& x);         ///< x Φ(x), Φ the normal distribution
Var silu(const Var& x);         ///< x σ(x)
Var softplus(const Var& x);     ///< ln(1 + e^x), without overflow
Var log_sigmoid(const Var& x);  ///< ln σ(x), without overflow
Var softsign(const Var& x);     ///< x/(1 + |x|)
/// min(1, max(0, slope·x + 1/2)); PyTorch's slope is 1/6, that of older Keras and ONNX 0.2.
Var hard_sigmoid(const Var& x, double slope = 1.0 / 6);

// Products.
/// [..., n, k]·[..., k, m] -> [..., n, m] with the same leading axes; b may be one matrix for all.
Var matmul(const Var& a, const Var& b);
/// x·Wᵀ for x [..., in] and W [out, in] -> [..., out]
Var linear(const Var& x, const Var& W);
/// x·Wᵀ + b, with b [out]
Var linear(const Var& x, const Var& W, const Var& b);
Var outer(const Var& a, const Var& b);  ///< a bᵀ: [..., n] and [..., m] -> [..., n, m]

// Parts and wholes.
/// Elements begin, begin + step, ... of an axis up to but not with end.
Var slice(const Var& x, int axis, Index begin, Index end, Index step = 1);
/// Element i of an axis, which disappears: at(xs, 0, t) is the step [batch, features].
Var at(const Var& x, int axis, Index i);
/// Equal parts of the last axis, as views: the gates of a packed product.
std::vector<Var> split(const Var& x, Index parts);
template <std::size_t N> std::array<Var, N> split(const Var& x);
Var concat(const std::vector<Var>& xs, int axis);     ///< joined along an axis that exists
Var stack(const std::vector<Var>& xs, int axis = 0);  ///< along a new axis: steps -> sequence
Var repeat(const Var& x, int axis, Index times);      ///< x, x, ... along an axis
Var pad(const Var& x, int axis, Index before, Index after, double value = 0);
Var flip(const Var& x, int axis);  ///< from the end to the beginning
Var reshape(const Var& x, const Shape& shape);
Var permute(const Var& x, const Axes& order);        ///< axis i is axis order[i] of x
Var transpose(const Var& x);                         ///< [n, m] -> [m, n]
Var broadcast_to(const Var& x, const Shape& shape);  ///< repeats axes of 1, and new first ones
Var diagonal(const Var& x);                          ///< [..., n, n] -> [..., n]
Var diagonal_matrix(const Var& x);                   ///< [..., n] -> [..., n, n]

// Reductions; the axes given disappear, or are kept with extent 1.
Var sum(const Var& x);
Var sum(const Var& x, const Axes& axes, bool keep = false);
Var mean(const Var& x);  ///< NaN where there is no element
Var mean(const Var& x, const Axes& axes, bool keep = false);
Var max(const Var& x);  ///< of all elements; equal ones share the gradient
Var max(const Var& x, const Axes& axes, bool keep = false);
Var min(const Var& x);
Var min(const Var& x, const Axes& axes, bool keep = false);
Var logsumexp(const Var& x, const Axes& axes, bool keep = false);
Var norm(const Var& x);  ///< √Σ x²; slope 0 at 0
Var norm(const Var& x, const Axes& axes, bool keep = false);
Var cumsum(const Var& x, int axis);

// Over the last axis.
Var softmax(const Var& x);
Var log_softmax(const Var& x);
Var normalize(const Var& x, double epsilon = 1e-5);  ///< (x - mean) / √(variance + ε)
/// normalize(x)·gain + bias, both [features].
Var layer_norm(const Var& x, const Var& gain, const Var& bias, double epsilon = 1e-5);

// Choosing. A mask is boolean and carries no gradient.
Var greater(const Var& a, const Var& b);
Var greater(const Var& a, double c);
Var greater_equal(const Var& a, const Var& b);
Var greater_equal(const Var& a, double c);
Var less(const Var& a, const Var& b);
Var less(const Var& a, double c);
Var less_equal(const Var& a, const Var& b);
Var less_equal(const Var& a, double c);
Var equal(const Var& a, const Var& b);
Var equal(const Var& a, double c);
Var not_equal(const Var& a, const Var& b);
Var not_equal(const Var& a, double c);
Var logical_and(const Var& a, const Var& b);
Var logical_or(const Var& a, const Var& b);
Var logical_not(const Var& a);
/// a where the mask is set, else b: chooses, never multiplies, so NaN on the other side does no
/// harm. The mask has the operands' shape or one entry a row ([batch] for [batch, features]).
Var where(const Var& mask, const Var& a, const Var& b);
Var where(const Var& mask, const Var& a, double b);
Var where(const Var& mask, double a, const Var& b);
Var where(const Var& mask, double a, double b);  ///< numbers of a mask

// By index, int64.
/// Rows of a table [count, features] by indices [...] -> [..., features]
Var embedding(const Var& table, const Var& indices);
/// y[.., i, ..] = x[.., indices[.., i, ..], ..] along an axis; x and indices agree on the others.
Var gather(const Var& x, int axis, const Var& indices);
/// The other way: elements of x are added up where the indices say, on an axis of that extent.
Var scatter_add(const Var& x, int axis, const Var& indices, Index extent);

/// The same value; no gradient passes.
Var detach(const Var& x);
/// x itself, which now has a name in messages and in Tape::observed(name).
Var observe(const char* name, const Var& x);

namespace detail {
Var part(const Var& x, Index parts, Index i);
}

template <std::size_t N> std::array<Var, N> split(const Var& x) {
  std::array<Var, N> parts;
  for (std::size_t i = 0; i < N; ++i) {
    parts[i] = detail::part(x, static_cast<Index>(N), static_cast<Index>(i));
  }
  return parts;
}

}  // namespace carousel
