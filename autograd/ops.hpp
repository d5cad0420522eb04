#pragma once
#include <array>
#include <autograd/var.hpp>
#include <vector>

/// Every operation on Vars: one line each, bodies in ops/. A rank-2 value is [batch, features]
/// unless said otherwise; ops on features work on the last axis whatever the rank.
///
/// Broadcasting happens in two cases only: a scalar with anything, and a bias [features] with
/// [..., features]. Anything else is asked for with broadcast_to. Errors name op, axes and shapes.
namespace carousel {

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

// Functions, elementwise.
Var sigmoid(const Var& x);  ///< 1/(1 + e^-x)
Var tanh(const Var& x);
Var relu(const Var& x);  ///< max(x, 0); slope 0 at 0; NaN stays NaN
Var exp(const Var& x);
Var log(const Var& x);       ///< natural
Var softplus(const Var& x);  ///< ln(1 + e^x), without overflow
Var square(const Var& x);

// Products.
Var matmul(const Var& a, const Var& b);  ///< [n, k]·[k, m] -> [n, m]
/// x·Wᵀ for x [..., in] and W [out, in] -> [..., out]
Var linear(const Var& x, const Var& W);
/// x·Wᵀ + b, with b [out]
Var linear(const Var& x, const Var& W, const Var& b);
Var transpose(const Var& x);  ///< [n, m] -> [m, n]

// Parts and wholes.
/// Elements begin..end-1 of an axis; axes may be counted from the end (-1 is the last).
Var slice(const Var& x, int axis, Index begin, Index end);
/// Element i of an axis, which disappears: at(xs, 0, t) is the step [batch, features].
Var at(const Var& x, int axis, Index i);
/// Equal parts of the last axis, as views: the gates of a packed product.
std::vector<Var> split(const Var& x, Index parts);
template <std::size_t N> std::array<Var, N> split(const Var& x);
Var concat(const std::vector<Var>& xs, int axis);  ///< joined along an axis that exists
Var stack(const std::vector<Var>& xs);             ///< along a new first axis: steps -> sequence
Var reshape(const Var& x, const Shape& shape);
Var broadcast_to(const Var& x,
                 const Shape& shape);  ///< repeats axes of extent 1, and new first ones

// Reductions; the axes given disappear.
Var sum(const Var& x);
Var sum(const Var& x, std::initializer_list<int> axes);
Var mean(const Var& x);
Var mean(const Var& x, std::initializer_list<int> axes);

// Over the last axis.
Var softmax(const Var& x);
Var log_softmax(const Var& x);

// Losses, one value each; take mean or a weighted sum of them.
/// -ln softmax(logits)[label] for logits [n, classes] and int64 labels [n] -> [n]
Var cross_entropy(const Var& logits, const Var& labels);
/// Binary cross-entropy of sigmoid(logits), elementwise: softplus(x) - target·x
Var bce_with_logits(const Var& logits, const Var& target);
/// (a - b)², elementwise
Var squared_error(const Var& a, const Var& b);

// Choosing.
/// Rows of a table [count, features] by int64 indices [...] -> [..., features]
Var embedding(const Var& table, const Var& indices);
/// a where mask, else b: chooses, never multiplies, so NaN on the other side does no harm. The
/// mask is boolean, of the operands' shape or one entry a row ([batch] for [batch, features]).
Var select(const Var& mask, const Var& a, const Var& b);

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
