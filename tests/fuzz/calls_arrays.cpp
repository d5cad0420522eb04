#include <autograd/linear_algebra.hpp>
#include <autograd/ops.hpp>
#include <tests/fuzz/calls.hpp>

namespace carousel::fuzz {
namespace {

using C = const Call&;
using X = const std::vector<Var>&;

/// f with the axes of a call, whose number the compiler wants to know.
template <class F> Var with_axes(C c, const F& f) {
  const std::vector<int>& a = c.axes;
  switch (a.size()) {
    case 0:
      return f(Axes{});
    case 1:
      return f(Axes{a[0]});
    case 2:
      return f(Axes{a[0], a[1]});
    case 3:
      return f(Axes{a[0], a[1], a[2]});
    default:
      return f(Axes{a[0], a[1], a[2], a[3]});
  }
}

/// Through split<N> where N is 2, else through split(x, parts).
Var part(C c, X x) {
  const auto which = static_cast<std::size_t>(c.begin);
  return c.end == 2 ? split<2>(x[0])[which] : split(x[0], c.end)[which];
}

void add_moves(Runs& runs) {
  runs["slice"] = [](C c, X x) { return slice(x[0], c.axis, c.begin, c.end, c.step); };
  runs["at"] = [](C c, X x) { return at(x[0], c.axis, c.begin); };
  runs["split"] = part;
  runs["concat"] = [](C c, X x) { return concat(x, c.axis); };
  runs["stack"] = [](C c, X x) { return stack(x, c.axis); };
  runs["repeat"] = [](C c, X x) { return repeat(x[0], c.axis, c.end); };
  runs["pad"] = [](C c, X x) { return pad(x[0], c.axis, c.begin, c.end, c.a); };
  runs["flip"] = [](C c, X x) { return flip(x[0], c.axis); };
  runs["reshape"] = [](C c, X x) { return reshape(x[0], shape_of(c.shape)); };
  runs["permute"] = [](C c, X x) {
    return with_axes(c, [&](const Axes& order) { return permute(x[0], order); });
  };
  runs["transpose"] = [](C, X x) { return transpose(x[0]); };
  runs["broadcast_to"] = [](C c, X x) { return broadcast_to(x[0], shape_of(c.shape)); };
  runs["diagonal"] = [](C, X x) { return diagonal(x[0]); };
  runs["diagonal_matrix"] = [](C, X x) { return diagonal_matrix(x[0]); };
  runs["detach"] = [](C, X x) { return detach(x[0]); };
  runs["embedding"] = [](C, X x) { return embedding(x[0], x[1]); };
  runs["gather"] = [](C c, X x) { return gather(x[0], c.axis, x[1]); };
  runs["scatter_add"] = [](C c, X x) { return scatter_add(x[0], c.axis, x[1], c.end); };
}

template <Var (*f)(const Var&, const Axes&, bool)> Var over_axes(C c, X x) {
  return with_axes(c, [&](const Axes& axes) { return f(x[0], axes, c.keep); });
}

void add_reductions(Runs& runs) {
  runs["sum of all"] = [](C, X x) { return sum(x[0]); };
  runs["mean of all"] = [](C, X x) { return mean(x[0]); };
  runs["sum"] = over_axes<sum>;
  runs["mean"] = over_axes<mean>;
  runs["max"] = over_axes<max>;
  runs["min"] = over_axes<min>;
  runs["logsumexp"] = over_axes<logsumexp>;
  runs["norm"] = over_axes<norm>;
  runs["cumsum"] = [](C c, X x) { return cumsum(x[0], c.axis); };
  runs["softmax"] = [](C, X x) { return softmax(x[0]); };
  runs["log_softmax"] = [](C, X x) { return log_softmax(x[0]); };
  runs["normalize"] = [](C c, X x) { return normalize(x[0], c.a); };
  runs["layer_norm"] = [](C c, X x) { return layer_norm(x[0], x[1], x[2], c.a); };
}

void add_products(Runs& runs) {
  runs["matmul"] = [](C, X x) { return matmul(x[0], x[1]); };
  runs["linear"] = [](C, X x) { return linear(x[0], x[1]); };
  runs["linear with bias"] = [](C, X x) { return linear(x[0], x[1], x[2]); };
  runs["outer"] = [](C, X x) { return outer(x[0], x[1]); };
  runs["solve"] = [](C, X x) { return solve(x[0], x[1]); };
  runs["inverse"] = [](C, X x) { return inverse(x[0]); };
  runs["matrix_exponential"] = [](C, X x) { return matrix_exponential(x[0]); };
}

}  // namespace

void add_array_calls(Runs& runs) {
  add_moves(runs);
  add_reductions(runs);
  add_products(runs);
}

}  // namespace carousel::fuzz
