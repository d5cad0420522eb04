#pragma once
#include <autograd/kernels/lanes.hpp>
#include <tuple>

/// Formulas over a row of elements, for ops that work on the last axis: the operators and functions
/// of lanes, and sums over the row. A formula is an expression that is computed lane by lane when
/// it is assigned or summed; nothing of a row is stored in between.
namespace carousel::detail {

template <class T, class E> struct RowExpression {
  const E& self() const { return static_cast<const E&>(*this); }
};

/// The elements of a row where they stand.
template <class T> struct Row : RowExpression<T, Row<T>> {
  Row(const T* data, Index n) : data(data), n(n) {}
  Index columns() const { return n; }
  template <bool full> Lane<T> lane(Index c, Index count) const {
    return load<T, full>(data + c, count);
  }
  const T* data;
  Index n;
};

/// One number for the whole row.
template <class T> struct Same : RowExpression<T, Same<T>> {
  explicit Same(T value = T(0)) : value(value) {}
  Index columns() const { return 0; }
  template <bool> const Lane<T>& lane(Index, Index) const { return value; }
  Lane<T> value;
};

/// A function of expressions, place by place.
template <class T, class F, class... A> struct Mapped : RowExpression<T, Mapped<T, F, A...>> {
  explicit Mapped(F f, const A&... parts) : f(f), parts(parts...) {}
  Index columns() const {
    return std::apply([](const A&... a) { return std::max({a.columns()...}); }, parts);
  }
  template <bool full> auto lane(Index c, Index count) const {
    return std::apply([&](const A&... a) { return f(a.template lane<full>(c, count)...); }, parts);
  }
  F f;
  std::tuple<A...> parts;
};

template <class T, class F, class... A> auto mapped(F f, const RowExpression<T, A>&... a) {
  return Mapped<T, F, A...>(f, a.self()...);
}
template <class T> Same<T> same(double c) { return Same<T>(static_cast<T>(c)); }

template <class T, class A, class B>
auto operator+(const RowExpression<T, A>& a, const RowExpression<T, B>& b) {
  return mapped([](const auto& x, const auto& y) { return x + y; }, a, b);
}
template <class T, class A, class B>
auto operator-(const RowExpression<T, A>& a, const RowExpression<T, B>& b) {
  return mapped([](const auto& x, const auto& y) { return x - y; }, a, b);
}
template <class T, class A, class B>
auto operator*(const RowExpression<T, A>& a, const RowExpression<T, B>& b) {
  return mapped([](const auto& x, const auto& y) { return x * y; }, a, b);
}
template <class T, class A, class B>
auto operator/(const RowExpression<T, A>& a, const RowExpression<T, B>& b) {
  return mapped([](const auto& x, const auto& y) { return x / y; }, a, b);
}
template <class T, class A, class B>
auto operator==(const RowExpression<T, A>& a, const RowExpression<T, B>& b) {
  return mapped([](const auto& x, const auto& y) { return x == y; }, a, b);
}
template <class T, class A> auto operator==(const RowExpression<T, A>& a, double c) {
  return a == same<T>(c);
}
template <class T, class A> auto operator>(const RowExpression<T, A>& a, double c) {
  return mapped([](const auto& x, const auto& y) { return x > y; }, a, same<T>(c));
}
template <class T, class A> auto operator-(const RowExpression<T, A>& a) {
  return mapped([](const auto& x) { return -x; }, a);
}
template <class T, class A> auto exp(const RowExpression<T, A>& a) {
  return mapped([](const auto& x) { return exp(x); }, a);
}
template <class T, class A> auto log(const RowExpression<T, A>& a) {
  return mapped([](const auto& x) { return log(x); }, a);
}
template <class T, class A> auto sqrt(const RowExpression<T, A>& a) {
  return mapped([](const auto& x) { return sqrt(x); }, a);
}
template <class T, class A> auto abs(const RowExpression<T, A>& a) {
  return mapped([](const auto& x) { return abs(x); }, a);
}
template <class T, class A> auto square(const RowExpression<T, A>& a) {
  return mapped([](const auto& x) { return x * x; }, a);
}
template <class T, class C, class A, class B>
auto where(const RowExpression<T, C>& c, const RowExpression<T, A>& a,
           const RowExpression<T, B>& b) {
  return mapped([](const auto& x, const auto& y, const auto& z) { return where(x, y, z); }, c, a,
                b);
}

/// The row folded into one number: lanes first, then the elements of the last lane.
template <class T, class E, class F> T folded(const RowExpression<T, E>& row, T start, const F& f) {
  const E& e = row.self();
  Lane<T> lanes(start);
  alignas(64) T parts[Lane<T>::size];
  T result = start;
  over_columns<T>(e.columns(), [&](auto whole, Index c, Index count) {
    if constexpr (decltype(whole)::value) {
      lanes = f(lanes, e.template lane<true>(c, count));
    } else {
      e.template lane<false>(c, count).store_aligned(parts);
      for (Index i = 0; i < count; ++i) result = f(Lane<T>(result), Lane<T>(parts[i])).get(0);
    }
  });
  lanes.store_aligned(parts);
  for (const T part : parts) result = f(Lane<T>(result), Lane<T>(part)).get(0);
  return result;
}

template <class T, class E> Same<T> row_sum(const RowExpression<T, E>& e) {
  return Same<T>(folded(e, T(0), [](const auto& a, const auto& b) { return a + b; }));
}
template <class T, class E> auto row_mean(const RowExpression<T, E>& e) {
  return Same<T>(row_sum(e).value.get(0) / static_cast<T>(e.self().columns()));
}
/// x - mean. The mean is rounded, and what is left of it would be seen in the gradient of a row
/// whose mean is large beside its deviation.
template <class T, class E> auto row_centred(const RowExpression<T, E>& e) {
  const auto d = e - row_mean(e);
  return d - row_mean(d);
}
/// The largest element; NaN if there is one.
template <class T, class E> Same<T> row_max(const RowExpression<T, E>& e) {
  return Same<T>(folded(e, -std::numeric_limits<T>::infinity(), [](const auto& a, const auto& b) {
    return where(a == a, where(a > b, a, b), a);
  }));
}

/// √Σ x², also where the squares leave the range of T.
template <class T, class E> Same<T> row_norm(const RowExpression<T, E>& e) {
  const T squares = row_sum(square(e)).value.get(0);
  if (squares >= std::numeric_limits<T>::min() / std::numeric_limits<T>::epsilon() &&
      std::isfinite(squares)) {
    return Same<T>(std::sqrt(squares));
  }
  const Same<T> largest = row_max(abs(e));
  const T size = largest.value.get(0);
  if (size == T(0) || !std::isfinite(size)) return largest;
  return Same<T>(size * std::sqrt(row_sum(square(e / largest)).value.get(0)));
}

/// What is taken off a row so that e^x does not overflow.
template <class T, class E> Same<T> row_shift(const RowExpression<T, E>& e) {
  const T largest = row_max(e).value.get(0);
  return Same<T>(std::isfinite(largest) ? largest : T(0));
}
/// ln Σ e^x
template <class T, class E> Same<T> row_log_sum_exp(const RowExpression<T, E>& e) {
  const Same<T> shift = row_shift(e);
  return Same<T>(std::log(row_sum(exp(e - shift)).value.get(0)) + shift.value.get(0));
}

/// Softmax and its logarithm. Not by way of ln Σ e^x, which is as large as x: at x = 1000 float32
/// would leave four digits.
template <class T, class D> struct RowShares {
  D shifted;
  Same<T> total;
  auto shares() const { return exp(shifted) / total; }
  auto logs() const { return shifted - Same<T>(std::log(total.value.get(0))); }
};
template <class T, class E> auto row_shares(const RowExpression<T, E>& e) {
  const auto shifted = e - row_shift(e);
  return RowShares<T, std::decay_t<decltype(shifted)>>{shifted, row_sum(exp(shifted))};
}

}  // namespace carousel::detail
