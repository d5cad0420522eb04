#include <tests/fuzz/rules.hpp>

// Masks, choosing by them, and choosing by index.

namespace carousel::fuzz {
namespace {

template <class S, class F> Array<S> compared(const Operands<S>& x, const F& f) {
  Array<S> mask =
      map<S>(x, [&](const S& a, const S& b) { return S(f(primal(a), primal(b)) ? 1.0 : 0.0); });
  mask.kind = Kind::mask;
  return mask;
}
/// The same with Call::a as the second operand.
template <class S, class F> Array<S> compared_to(const Call& c, const Operands<S>& x, const F& f) {
  Array<S> mask = map<S>(x, [&](const S& a) { return S(f(primal(a), c.a) ? 1.0 : 0.0); });
  mask.kind = Kind::mask;
  return mask;
}

/// Whether a mask is set at a place of the operands: it has their shape, or one entry a row.
template <class S> bool set_at(const Array<S>& mask, const Place& place, int rank) {
  return primal(mask.rank() == rank ? mask(place) : mask(without(place, rank - 1))) != 0;
}
template <class S, class A, class B>
Array<S> chosen(const Array<S>& mask, const Extents& shape, const A& a, const B& b) {
  return build<S>(shape,
                  [&](const Place& p) { return set_at(mask, p, rank_of(shape)) ? a(p) : b(p); });
}

template <class S> Index index_at(const Array<S>& indices, const Place& place) {
  return static_cast<Index>(primal(indices(place)));
}

template <class S> Array<S> embedding(const Call&, const Operands<S>& x) {
  const Array<S>&table = *x[0], &indices = *x[1];
  const int last = indices.rank();
  return build<S>(inserted(indices.shape, last, table.extent(1)), [&](const Place& p) {
    return table(Place{index_at(indices, with(p, last, 0)), p[static_cast<std::size_t>(last)]});
  });
}
template <class S> Array<S> gather(const Call& c, const Operands<S>& x) {
  const Array<S>&from = *x[0], &indices = *x[1];
  const int axis = axis_from_0(c.axis, from.rank());
  return build<S>(indices.shape,
                  [&](const Place& p) { return from(with(p, axis, index_at(indices, p))); });
}
template <class S> Array<S> scatter_add(const Call& c, const Operands<S>& x) {
  const Array<S>&from = *x[0], &indices = *x[1];
  const int axis = axis_from_0(c.axis, from.rank());
  Array<S> sums = build<S>(with(from.shape, axis, c.end), [](const Place&) { return S(0.0); });
  each_place(from.shape, [&](const Place& p) {
    S& sum = sums(with(p, axis, index_at(indices, p)));
    sum = sum + from(p);
  });
  return sums;
}

}  // namespace

template <class S> void add_choosing_rules(Rules<S>& rules) {
  using Xs = const Operands<S>&;
  using C = const Call&;
  rules["greater"] = [](C, Xs x) { return compared<S>(x, std::greater<>()); };
  rules["greater_equal"] = [](C, Xs x) { return compared<S>(x, std::greater_equal<>()); };
  rules["less"] = [](C, Xs x) { return compared<S>(x, std::less<>()); };
  rules["less_equal"] = [](C, Xs x) { return compared<S>(x, std::less_equal<>()); };
  rules["equal"] = [](C, Xs x) { return compared<S>(x, std::equal_to<>()); };
  rules["not_equal"] = [](C, Xs x) { return compared<S>(x, std::not_equal_to<>()); };
  rules["x > c"] = [](C c, Xs x) { return compared_to<S>(c, x, std::greater<>()); };
  rules["x >= c"] = [](C c, Xs x) { return compared_to<S>(c, x, std::greater_equal<>()); };
  rules["x < c"] = [](C c, Xs x) { return compared_to<S>(c, x, std::less<>()); };
  rules["x <= c"] = [](C c, Xs x) { return compared_to<S>(c, x, std::less_equal<>()); };
  rules["x = c"] = [](C c, Xs x) { return compared_to<S>(c, x, std::equal_to<>()); };
  rules["x != c"] = [](C c, Xs x) { return compared_to<S>(c, x, std::not_equal_to<>()); };
  rules["logical_and"] = [](C, Xs x) {
    return compared<S>(x, [](double a, double b) { return a != 0 && b != 0; });
  };
  rules["logical_or"] = [](C, Xs x) {
    return compared<S>(x, [](double a, double b) { return a != 0 || b != 0; });
  };
  rules["logical_not"] = [](C c, Xs x) {
    return compared_to<S>(c, x, [](double a, double) { return a == 0; });
  };
  rules["where"] = [](C, Xs x) { return chosen<S>(*x[0], x[1]->shape, *x[1], *x[2]); };
  rules["where(mask, x, c)"] = [](C c, Xs x) {
    return chosen<S>(*x[0], x[1]->shape, *x[1], [&](const Place&) { return S(c.a); });
  };
  rules["where(mask, c, x)"] = [](C c, Xs x) {
    return chosen<S>(
        *x[0], x[1]->shape, [&](const Place&) { return S(c.a); }, *x[1]);
  };
  rules["embedding"] = embedding<S>;
  rules["gather"] = gather<S>;
  rules["scatter_add"] = scatter_add<S>;
}

template void add_choosing_rules(Rules<First>&);
template void add_choosing_rules(Rules<Second>&);

}  // namespace carousel::fuzz
