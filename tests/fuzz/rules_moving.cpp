#include <tests/fuzz/rules.hpp>

// Parts and wholes: every element of the result is one of an operand, or a constant.

namespace carousel::fuzz {
namespace {

/// As build(), of the operand's kind.
template <class S, class F> Array<S> moved_as(Kind kind, const Extents& shape, const F& f) {
  Array<S> result = build<S>(shape, f);
  result.kind = kind;
  return result;
}

template <class S> Array<S> slice(const Call& c, const Operands<S>& xs) {
  const Array<S>& x = *xs[0];
  const int axis = axis_from_0(c.axis, x.rank());
  std::vector<Index> from;
  for (Index i = c.begin; c.step > 0 ? i < c.end : i > c.end; i += c.step) from.push_back(i);
  const Extents shape = with(x.shape, axis, static_cast<Index>(from.size()));
  return moved_as<S>(x.kind, shape, [&](const Place& p) {
    const auto i = static_cast<std::size_t>(p[static_cast<std::size_t>(axis)]);
    return x(with(p, axis, from[i]));
  });
}
template <class S> Array<S> at(const Call& c, const Operands<S>& xs) {
  const Array<S>& x = *xs[0];
  const int axis = axis_from_0(c.axis, x.rank());
  return moved_as<S>(x.kind, without(x.shape, axis),
                     [&](const Place& p) { return x(inserted(p, axis, c.begin)); });
}
/// Part `begin` of `end` parts.
template <class S> Array<S> split(const Call& c, const Operands<S>& xs) {
  const Array<S>& x = *xs[0];
  const int last = x.rank() - 1;
  const Index width = x.extent(last) / c.end;
  return moved_as<S>(x.kind, with(x.shape, last, width), [&](const Place& p) {
    return x(with(p, last, c.begin * width + p[static_cast<std::size_t>(last)]));
  });
}
template <class S> Array<S> concat(const Call& c, const Operands<S>& xs) {
  const int axis = axis_from_0(c.axis, xs[0]->rank());
  std::vector<std::pair<const Array<S>*, Index>> sources;  // operand and index for each index
  for (const Array<S>* x : xs) {
    for (Index i = 0; i < x->extent(axis); ++i) sources.emplace_back(x, i);
  }
  const Extents shape = with(xs[0]->shape, axis, static_cast<Index>(sources.size()));
  return build<S>(shape, [&](const Place& p) {
    const auto [x, i] = sources[static_cast<std::size_t>(p[static_cast<std::size_t>(axis)])];
    return (*x)(with(p, axis, i));
  });
}
template <class S> Array<S> stack(const Call& c, const Operands<S>& xs) {
  const auto axis = static_cast<std::size_t>(c.axis);
  const Extents shape = inserted(xs[0]->shape, c.axis, static_cast<Index>(xs.size()));
  return build<S>(shape, [&](const Place& p) {
    return (*xs[static_cast<std::size_t>(p[axis])])(without(p, c.axis));
  });
}
/// `end` times.
template <class S> Array<S> repeat(const Call& c, const Operands<S>& xs) {
  const Array<S>& x = *xs[0];
  const int axis = axis_from_0(c.axis, x.rank());
  const Index extent = x.extent(axis);
  return build<S>(with(x.shape, axis, extent * c.end), [&](const Place& p) {
    return x(with(p, axis, p[static_cast<std::size_t>(axis)] % extent));
  });
}
/// `begin` elements of value a before, `end` after.
template <class S> Array<S> pad(const Call& c, const Operands<S>& xs) {
  const Array<S>& x = *xs[0];
  const int axis = axis_from_0(c.axis, x.rank());
  const Index extent = x.extent(axis);
  return build<S>(with(x.shape, axis, c.begin + extent + c.end), [&](const Place& p) {
    const Index i = p[static_cast<std::size_t>(axis)] - c.begin;
    return i >= 0 && i < extent ? x(with(p, axis, i)) : S(c.a);
  });
}
template <class S> Array<S> flip(const Call& c, const Operands<S>& xs) {
  const Array<S>& x = *xs[0];
  const int axis = axis_from_0(c.axis, x.rank());
  return moved_as<S>(x.kind, x.shape, [&](const Place& p) {
    return x(with(p, axis, x.extent(axis) - 1 - p[static_cast<std::size_t>(axis)]));
  });
}
template <class S> Array<S> permute(const Call& c, const Operands<S>& xs) {
  const Array<S>& x = *xs[0];
  std::vector<int> order;
  Extents shape;
  for (const int axis : c.axes) {
    order.push_back(axis_from_0(axis, x.rank()));
    shape.push_back(x.extent(order.back()));
  }
  return moved_as<S>(x.kind, shape, [&](const Place& p) {
    Place from{};
    for (std::size_t i = 0; i < order.size(); ++i) from[static_cast<std::size_t>(order[i])] = p[i];
    return x(from);
  });
}
template <class S> Array<S> transpose(const Call&, const Operands<S>& xs) {
  const Array<S>& x = *xs[0];
  return moved_as<S>(x.kind, {x.extent(1), x.extent(0)}, [&](const Place& p) {
    return x(Place{p[1], p[0]});
  });
}
template <class S> Array<S> reshape(const Call& c, const Operands<S>& xs) {
  Array<S> result = *xs[0];
  result.shape = c.shape;
  return result;
}
template <class S> Array<S> broadcast_to(const Call& c, const Operands<S>& xs) {
  const Array<S>& x = *xs[0];
  const int missing = rank_of(c.shape) - x.rank();
  return build<S>(c.shape, [&](const Place& p) {
    Place from{};
    for (int axis = 0; axis < x.rank(); ++axis) {
      from[static_cast<std::size_t>(axis)] =
          x.extent(axis) == 1 ? 0 : p[static_cast<std::size_t>(axis + missing)];
    }
    return x(from);
  });
}
template <class S> Array<S> diagonal(const Call&, const Operands<S>& xs) {
  const Array<S>& x = *xs[0];
  const int last = x.rank() - 1;
  return build<S>(without(x.shape, last), [&](const Place& p) {
    return x(with(p, last, p[static_cast<std::size_t>(last - 1)]));
  });
}
template <class S> Array<S> diagonal_matrix(const Call&, const Operands<S>& xs) {
  const Array<S>& x = *xs[0];
  const auto last = static_cast<std::size_t>(x.rank());
  return build<S>(inserted(x.shape, x.rank(), x.shape.back()),
                  [&](const Place& p) { return p[last] == p[last - 1] ? x(p) : S(0.0); });
}
template <class S> Array<S> detach(const Call&, const Operands<S>& xs) {
  Array<S> result = *xs[0];
  for (S& element : result.x) element = constant(element);
  return result;
}

}  // namespace

template <class S> void add_moving_rules(Rules<S>& rules) {
  rules["slice"] = slice<S>;
  rules["at"] = at<S>;
  rules["split"] = split<S>;
  rules["concat"] = concat<S>;
  rules["stack"] = stack<S>;
  rules["repeat"] = repeat<S>;
  rules["pad"] = pad<S>;
  rules["flip"] = flip<S>;
  rules["reshape"] = reshape<S>;
  rules["permute"] = permute<S>;
  rules["transpose"] = transpose<S>;
  rules["broadcast_to"] = broadcast_to<S>;
  rules["diagonal"] = diagonal<S>;
  rules["diagonal_matrix"] = diagonal_matrix<S>;
  rules["detach"] = detach<S>;
}

template void add_moving_rules(Rules<First>&);
template void add_moving_rules(Rules<Second>&);

}  // namespace carousel::fuzz
