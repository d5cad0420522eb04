#pragma once
#include <tests/fuzz/reference.hpp>

/// What the files of rules share.
namespace carousel::fuzz {

template <class S> using Operands = std::vector<const Array<S>*>;

/// An axis counted from 0.
inline int axis_from_0(int axis, int rank) { return axis < 0 ? axis + rank : axis; }

/// The element that stands beside a place of the result: the operand has its shape, is a scalar, or
/// a bias [features].
template <class S> const S& beside(const Array<S>& x, const Place& place, int rank) {
  if (x.rank() == 0) return x.x[0];
  if (x.rank() == rank) return x(place);
  return x(Place{place[static_cast<std::size_t>(rank - 1)]});
}
/// The shape of an elementwise result: that of the operand with the most axes.
template <class S> Extents widest(const Operands<S>& x) {
  Extents shape = x[0]->shape;
  for (const auto* operand : x) {
    if (operand->rank() > rank_of(shape)) shape = operand->shape;
  }
  return shape;
}

/// An elementwise function of one, two or three operands.
template <class S, class F> Array<S> map(const Operands<S>& x, const F& f) {
  const Extents shape = widest<S>(x);
  const int rank = rank_of(shape);
  return build<S>(shape, [&](const Place& p) {
    if constexpr (std::is_invocable_v<F, S>) {
      return f(beside(*x[0], p, rank));
    } else if constexpr (std::is_invocable_v<F, S, S>) {
      return f(beside(*x[0], p, rank), beside(*x[1], p, rank));
    } else {
      return f(beside(*x[0], p, rank), beside(*x[1], p, rank), beside(*x[2], p, rank));
    }
  });
}

/// A function of each row: f(elements) gives the row's one number.
template <class S, class F> Array<S> by_row(const Array<S>& x, const F& f) {
  const int last = x.rank() - 1;
  return build<S>(without(x.shape, last), [&](const Place& p) {
    std::vector<S> row;
    for (Index c = 0; c < x.extent(last); ++c) row.push_back(x(with(p, last, c)));
    return f(row);
  });
}

template <class S> S total(const std::vector<S>& terms) {
  S sum(0.0);
  for (const S& term : terms) sum = sum + term;
  return sum;
}
/// ln Σ e^x; shifted by a constant, so that nothing overflows.
template <class S> S log_sum_exp(const std::vector<S>& x) {
  double shift = primal(x[0]);
  for (const S& element : x) shift = std::max(shift, primal(element));
  S sum(0.0);
  for (const S& element : x) sum = sum + exp(element - shift);
  return log(sum) + shift;
}

/// A loss as it ends: an element each, their mean, their sum.
template <class S> Array<S> ended(const Array<S>& losses, End reduction) {
  if (reduction == End::none) return losses;
  const S sum = total(losses.x);
  return build<S>({}, [&](const Place&) {
    return reduction == End::sum ? sum : sum / static_cast<double>(losses.size());
  });
}

}  // namespace carousel::fuzz
