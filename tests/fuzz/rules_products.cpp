#include <tests/fuzz/rules.hpp>

// Products of matrices, and what linear_algebra.hpp has: elimination and a power series, with dual
// numbers as coefficients.

namespace carousel::fuzz {
namespace {

template <class S> Array<S> matmul(const Call&, const Operands<S>& xs) {
  const Array<S>&a = *xs[0], &b = *xs[1];
  const int last = a.rank() - 1;
  const bool one_for_all = b.rank() == 2;
  return build<S>(with(a.shape, last, b.shape.back()), [&](const Place& p) {
    S sum(0.0);
    for (Index k = 0; k < a.extent(last); ++k) {
      const Place in_b =
          one_for_all ? Place{k, p[static_cast<std::size_t>(last)]} : with(p, last - 1, k);
      sum = sum + a(with(p, last, k)) * b(in_b);
    }
    return sum;
  });
}
template <class S> Array<S> linear(const Call&, const Operands<S>& xs) {
  const Array<S>&x = *xs[0], &W = *xs[1];
  const int last = x.rank() - 1;
  return build<S>(with(x.shape, last, W.extent(0)), [&](const Place& p) {
    const Index out = p[static_cast<std::size_t>(last)];
    S sum = xs.size() > 2 ? (*xs[2])(Place{out}) : S(0.0);
    for (Index in = 0; in < W.extent(1); ++in) {
      sum = sum + x(with(p, last, in)) * W(Place{out, in});
    }
    return sum;
  });
}
template <class S> Array<S> outer(const Call&, const Operands<S>& xs) {
  const Array<S>&a = *xs[0], &b = *xs[1];
  const int rank = a.rank();
  return build<S>(inserted(a.shape, rank, b.shape.back()),
                  [&](const Place& p) { return a(without(p, rank)) * b(without(p, rank - 1)); });
}

template <class S> Array<S> identity(Index n) {
  return build<S>({n, n}, [](const Place& p) { return S(p[0] == p[1] ? 1.0 : 0.0); });
}

/// Gaussian elimination with row pivoting.
template <class S> Array<S> solved(Array<S> A, Array<S> b) {
  const Index n = A.extent(0), m = b.extent(1);
  for (Index k = 0; k < n; ++k) {
    Index pivot = k;
    for (Index r = k; r < n; ++r) {
      if (std::abs(primal(A({r, k}))) > std::abs(primal(A({pivot, k})))) pivot = r;
    }
    for (Index c = 0; c < n; ++c) std::swap(A({k, c}), A({pivot, c}));
    for (Index c = 0; c < m; ++c) std::swap(b({k, c}), b({pivot, c}));
    for (Index r = 0; r < n; ++r) {
      if (r == k) continue;
      const S factor = A({r, k}) / A({k, k});
      for (Index c = k; c < n; ++c) A({r, c}) = A({r, c}) - factor * A({k, c});
      for (Index c = 0; c < m; ++c) b({r, c}) = b({r, c}) - factor * b({k, c});
    }
  }
  for (Index r = 0; r < n; ++r) {
    for (Index c = 0; c < m; ++c) b({r, c}) = b({r, c}) / A({r, r});
  }
  return b;
}

/// Σ Aᵏ/k! of A/2ˢ, squared s times.
template <class S> Array<S> matrix_exponential(const Call& call, const Operands<S>& xs) {
  Array<S> A = *xs[0];
  const Index n = A.extent(0);
  double size = 0;
  for (const S& element : A.x) size += std::abs(primal(element));
  int squarings = 0;
  for (; size > 0.5; size /= 2) ++squarings;
  for (S& element : A.x) element = std::ldexp(1.0, -squarings) * element;
  Array<S> sum = identity<S>(n), term = identity<S>(n);
  for (int k = 1; k <= 20; ++k) {
    term = matmul<S>(call, {&term, &A});
    for (S& element : term.x) element = element / static_cast<double>(k);
    for (std::size_t i = 0; i < sum.x.size(); ++i) sum.x[i] = sum.x[i] + term.x[i];
  }
  for (int i = 0; i < squarings; ++i) sum = matmul<S>(call, {&sum, &sum});
  return sum;
}

}  // namespace

template <class S> void add_product_rules(Rules<S>& rules) {
  using Xs = const Operands<S>&;
  using C = const Call&;
  rules["matmul"] = matmul<S>;
  rules["linear"] = linear<S>;
  rules["linear with bias"] = linear<S>;
  rules["outer"] = outer<S>;
  rules["solve"] = [](C, Xs x) { return solved(*x[0], *x[1]); };
  rules["inverse"] = [](C, Xs x) { return solved(*x[0], identity<S>(x[0]->extent(0))); };
  rules["matrix_exponential"] = matrix_exponential<S>;
}

template void add_product_rules(Rules<First>&);
template void add_product_rules(Rules<Second>&);

}  // namespace carousel::fuzz
