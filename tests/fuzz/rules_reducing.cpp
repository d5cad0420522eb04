#include <tests/fuzz/rules.hpp>

// Reductions over axes, and what works on the last axis.

namespace carousel::fuzz {
namespace {

/// f of the elements along some axes, which disappear or stay with extent 1.
template <class S, class F>
Array<S> reduced(const Array<S>& x, const std::vector<int>& axes, bool keep, const F& f) {
  std::vector<bool> gone(x.shape.size(), false);
  for (const int axis : axes) gone[static_cast<std::size_t>(axis_from_0(axis, x.rank()))] = true;
  Extents outer = x.shape, inner = x.shape, left;
  for (std::size_t axis = 0; axis < gone.size(); ++axis) {
    (gone[axis] ? outer : inner)[axis] = 1;
    if (!gone[axis] || keep) left.push_back(gone[axis] ? 1 : x.shape[axis]);
  }
  Array<S> result = build<S>(outer, [&](const Place& p) {
    std::vector<S> elements;
    each_place(inner, [&](const Place& q) {
      Place both = p;
      for (std::size_t axis = 0; axis < both.size(); ++axis) both[axis] += q[axis];
      elements.push_back(x(both));
    });
    return f(elements);
  });
  result.shape = left;
  return result;
}

template <class S> S mean_of(const std::vector<S>& x) {
  return total(x) / static_cast<double>(x.size());
}
/// Equal elements share the gradient.
template <class S> S largest(const std::vector<S>& x) {
  double most = primal(x[0]);
  for (const S& element : x) most = std::max(most, primal(element));
  std::vector<S> hits;
  for (const S& element : x) {
    if (primal(element) == most) hits.push_back(element);
  }
  return hits.size() == 1 ? hits[0] : mean_of(hits);
}
template <class S> S smallest(std::vector<S> x) {
  for (S& element : x) element = -element;
  return -largest(x);
}
template <class S> S norm(const std::vector<S>& x) {
  S sum(0.0);
  for (const S& element : x) sum = sum + element * element;
  return primal(sum) == 0 ? S(0.0) : sqrt(sum);
}

/// A function of whole rows: f(row) gives a row.
template <class S, class F> Array<S> rows_to_rows(const Array<S>& x, const F& f) {
  Array<S> result = x;
  const std::size_t width = static_cast<std::size_t>(x.shape.back());
  for (std::size_t begin = 0; begin < x.x.size(); begin += width) {
    const auto from = x.x.begin() + static_cast<std::ptrdiff_t>(begin);
    const std::vector<S> row = f(std::vector<S>(from, from + static_cast<std::ptrdiff_t>(width)));
    std::copy(row.begin(), row.end(), result.x.begin() + static_cast<std::ptrdiff_t>(begin));
  }
  return result;
}
template <class S> std::vector<S> log_softmax(std::vector<S> row) {
  const S norm = log_sum_exp(row);
  for (S& element : row) element = element - norm;
  return row;
}
template <class S> std::vector<S> softmax(std::vector<S> row) {
  row = log_softmax(row);
  for (S& element : row) element = exp(element);
  return row;
}
template <class S> std::vector<S> normalized(std::vector<S> row, double epsilon) {
  const S mean = mean_of(row);
  std::vector<S> squares;
  for (const S& element : row) squares.push_back((element - mean) * (element - mean));
  const S deviation = sqrt(mean_of(squares) + epsilon);
  for (S& element : row) element = (element - mean) / deviation;
  return row;
}

template <class S> Array<S> cumsum(const Call& c, const Operands<S>& xs) {
  const Array<S>& x = *xs[0];
  const int axis = axis_from_0(c.axis, x.rank());
  return build<S>(x.shape, [&](const Place& p) {
    S sum(0.0);
    for (Index i = 0; i <= p[static_cast<std::size_t>(axis)]; ++i) sum = sum + x(with(p, axis, i));
    return sum;
  });
}
template <class S> Array<S> layer_norm(const Call& c, const Operands<S>& xs) {
  const Array<S> rows =
      rows_to_rows(*xs[0], [&](const std::vector<S>& row) { return normalized(row, c.a); });
  return map<S>({&rows, xs[1], xs[2]},
                [](const S& x, const S& gain, const S& bias) { return x * gain + bias; });
}

}  // namespace

template <class S> void add_reducing_rules(Rules<S>& rules) {
  using Row = const std::vector<S>&;
  using Xs = const Operands<S>&;
  using C = const Call&;
  rules["sum of all"] = [](C, Xs x) {
    return build<S>({}, [&](const Place&) { return total(x[0]->x); });
  };
  rules["mean of all"] = [](C, Xs x) {
    return build<S>({}, [&](const Place&) { return mean_of(x[0]->x); });
  };
  rules["sum"] = [](C c, Xs x) { return reduced(*x[0], c.axes, c.keep, total<S>); };
  rules["mean"] = [](C c, Xs x) { return reduced(*x[0], c.axes, c.keep, mean_of<S>); };
  rules["max"] = [](C c, Xs x) { return reduced(*x[0], c.axes, c.keep, largest<S>); };
  rules["min"] = [](C c, Xs x) { return reduced(*x[0], c.axes, c.keep, smallest<S>); };
  rules["logsumexp"] = [](C c, Xs x) { return reduced(*x[0], c.axes, c.keep, log_sum_exp<S>); };
  rules["norm"] = [](C c, Xs x) { return reduced(*x[0], c.axes, c.keep, norm<S>); };
  rules["cumsum"] = cumsum<S>;
  rules["softmax"] = [](C, Xs x) { return rows_to_rows(*x[0], softmax<S>); };
  rules["log_softmax"] = [](C, Xs x) { return rows_to_rows(*x[0], log_softmax<S>); };
  rules["normalize"] = [](C c, Xs x) {
    return rows_to_rows(*x[0], [&](Row row) { return normalized(row, c.a); });
  };
  rules["layer_norm"] = layer_norm<S>;
}

template void add_reducing_rules(Rules<First>&);
template void add_reducing_rules(Rules<Second>&);

}  // namespace carousel::fuzz
