#include <tests/fuzz/generator.hpp>

// Parts and wholes, reductions, rows.

namespace carousel::fuzz {
namespace {

using Name = const std::string&;

/// Mostly a floating node; where moves take masks and integers, too, at times one of those.
int movable(Builder& b, const Builder::Wanted& wanted) {
  const double draw = b.random().uniform();
  int found = -1;
  if (draw < 0.12) found = b.find(Kind::mask, wanted);
  if (draw > 0.95) found = b.find(Kind::integer, wanted);
  return found >= 0 ? found : b.any(wanted);
}

/// An axis of a shape, counted from either end.
int axis_of(Builder& b, int rank) {
  const auto axis = static_cast<int>(b.below(rank));
  return b.chance(0.3) ? axis - rank : axis;
}
Index extent_along(Builder& b, int node, int axis) {
  const int rank = b.rank(node);
  return b.value(node).extent(axis < 0 ? axis + rank : axis);
}

/// A call on a node that has axes, with one of them chosen.
std::optional<Call> along_an_axis(Builder& b, Name op, bool floating_only = false) {
  const auto has_axes = [&](int i) { return b.rank(i) > 0; };
  const int x = floating_only ? b.any(has_axes) : movable(b, has_axes);
  if (x < 0) return std::nullopt;
  Call call;
  call.op = op;
  call.inputs = {x};
  call.axis = axis_of(b, b.rank(x));
  return call;
}

bool slice(Builder& b, Name op) {
  std::optional<Call> call = along_an_axis(b, op);
  if (!call) return false;
  const Index n = extent_along(b, call->inputs[0], call->axis);
  call->begin = b.below(n + 1);
  call->end = call->begin + b.below(n - call->begin + 1);
  if (n > 1 && b.chance(0.35)) {
    call->step = b.one_of<Index>({2, 3, -1, -2});
    if (call->step < 0) {  // from the last of the range down to before its first
      call->begin = b.below(n);
      call->end = b.below(call->begin + 1) - 1;
    } else {
      call->begin = b.below(n);
      call->end = call->begin + 1 + b.below(n - call->begin);
    }
  }
  return b.add(*call) >= 0;
}
bool at(Builder& b, Name op) {
  std::optional<Call> call = along_an_axis(b, op);
  if (!call) return false;
  const Index n = extent_along(b, call->inputs[0], call->axis);
  if (n == 0) return false;
  call->begin = b.below(n);
  return b.add(*call) >= 0;
}
bool split(Builder& b, Name op) {
  Call call;
  call.op = op;
  call.end = b.one_of<Index>({1, 2, 2, 3, 5});
  const int x =
      movable(b, [&](int i) { return b.rank(i) > 0 && b.shape(i).back() % call.end == 0; });
  call.inputs = {x};
  // All parts of a packed value, as gates are, or one of them.
  const Index only = b.chance(0.5) ? b.below(call.end) : -1;
  for (call.begin = 0; call.begin < call.end; ++call.begin) {
    if (only >= 0 && call.begin != only) continue;
    if (b.add(call) < 0) return false;
  }
  return true;
}
bool concat(Builder& b, Name op) {
  std::optional<Call> call = along_an_axis(b, op, /*floating_only=*/true);
  if (!call) return false;
  const int first = call->inputs[0], rank = b.rank(first);
  const int axis = call->axis < 0 ? call->axis + rank : call->axis;
  for (Index more = b.below(3); more > 0; --more) {
    const int other = b.find([&](int i) {
      return b.rank(i) == rank && with(b.shape(i), axis, 0) == with(b.shape(first), axis, 0);
    });
    const Extents shape = b.chance(0.5) ? b.shape(first) : with(b.shape(first), axis, b.extent());
    call->inputs.push_back(other >= 0 && b.chance(0.7) ? other : b.of_shape(shape));
  }
  return b.add(*call) >= 0;
}
bool stack(Builder& b, Name op) {
  const int first = b.any([&](int i) { return b.rank(i) < 4; });
  if (first < 0) return false;
  Call call;
  call.op = op;
  call.inputs = {first};
  for (Index more = b.below(3); more > 0; --more) {
    call.inputs.push_back(b.chance(0.2) ? first : b.of_shape(b.shape(first)));
  }
  call.axis = static_cast<int>(b.below(b.rank(first) + 1));
  return b.add(call) >= 0;
}
bool repeat(Builder& b, Name op) {
  std::optional<Call> call = along_an_axis(b, op, /*floating_only=*/true);
  if (!call) return false;
  call->end = b.below(4);
  return b.add(*call) >= 0;
}
bool pad(Builder& b, Name op) {
  std::optional<Call> call = along_an_axis(b, op, /*floating_only=*/true);
  if (!call) return false;
  call->begin = b.below(3);
  call->end = b.below(3);
  if (b.chance(0.5)) call->a = b.number();
  return b.add(*call) >= 0;
}
bool flip(Builder& b, Name op) {
  std::optional<Call> call = along_an_axis(b, op);
  return call && b.add(*call) >= 0;
}
bool reshape(Builder& b, Name op) {
  Call call;
  call.op = op;
  call.inputs = {movable(b, [](int) { return true; })};
  if (call.inputs[0] < 0) return false;
  Extents factors;  // of the number of elements, which groups of them keep
  Index left = b.value(call.inputs[0]).size();
  if (left == 0) return false;
  for (Index f = 2; f <= left; ++f) {
    for (; left % f == 0; left /= f) factors.push_back(f);
  }
  const Index axes = factors.empty() ? b.below(4) : 1 + b.below(4);
  call.shape.assign(static_cast<std::size_t>(axes), 1);
  for (const Index f : factors) call.shape[static_cast<std::size_t>(b.below(axes))] *= f;
  return b.add(call) >= 0;
}
bool permute(Builder& b, Name op) {
  Call call;
  call.op = op;
  call.inputs = {movable(b, [&](int i) { return b.rank(i) > 1 || b.chance(0.1); })};
  if (call.inputs[0] < 0) return false;
  const int rank = b.rank(call.inputs[0]);
  for (const Index axis : b.random().permutation(rank)) {
    call.axes.push_back(static_cast<int>(axis) - (b.chance(0.2) ? rank : 0));
  }
  return b.add(call) >= 0;
}
bool transpose(Builder& b, Name op) {
  return b.add(op, {movable(b, [&](int i) { return b.rank(i) == 2; })}) >= 0;
}
bool detach(Builder& b, Name op) {
  return b.add(op, {movable(b, [](int) { return true; })}) >= 0;
}
bool broadcast_to(Builder& b, Name op) {
  const int x = b.any([&](int i) {
    const Extents& s = b.shape(i);
    return s.empty() || std::count(s.begin(), s.end(), 1) > 0 || s.size() < 3;
  });
  if (x < 0) return false;
  Call call;
  call.op = op;
  call.inputs = {x};
  call.shape = b.shape(x);
  for (Index& extent : call.shape) {
    if (extent == 1 && b.chance(0.7)) extent = b.extent();
  }
  for (Index more = b.below(4 - b.rank(x) + 1); more > 0; --more) {
    call.shape.insert(call.shape.begin(), b.extent());
  }
  return size_of(call.shape) <= 800 && b.add(call) >= 0;
}
bool diagonal(Builder& b, Name op) {
  int x = b.find([&](int i) {
    const int rank = b.rank(i);
    return rank >= 2 && b.value(i).extent(rank - 1) == b.value(i).extent(rank - 2);
  });
  if (x < 0) {
    const Index n = b.extent();
    x = b.of_shape(b.chance(0.5) ? Extents{n, n} : Extents{2, n, n});
  }
  return b.add(op, {x}) >= 0;
}
bool diagonal_matrix(Builder& b, Name op) {
  return b.add(op, {b.any([&](int i) { return b.rank(i) > 0 && b.rank(i) < 4; })}) >= 0;
}

// --- reductions and rows ---

bool over_axes(Builder& b, Name op) {
  const bool of_nothing = op == "sum" || op == "mean";  // also defined where there is no element
  Call call;
  call.op = op;
  call.inputs = {b.any([&](int i) { return of_nothing || b.rank(i) > 0; })};
  if (call.inputs[0] < 0) return false;
  const int rank = b.rank(call.inputs[0]);
  for (int axis = 0; axis < rank; ++axis) {
    const bool empty = b.value(call.inputs[0]).extent(axis) == 0;
    if ((empty && !of_nothing) || b.chance(0.5)) continue;
    call.axes.push_back(axis - (b.chance(0.3) ? rank : 0));
  }
  if (call.axes.empty() && !of_nothing) return false;
  if (b.chance(0.3)) std::reverse(call.axes.begin(), call.axes.end());
  call.keep = b.chance(0.4);
  if (op == "logsumexp") call.inputs[0] = b.within(call.inputs[0], 100);
  return b.add(call, of_nothing) >= 0;
}
bool over_all(Builder& b, Name op) { return b.add(op, {b.any()}) >= 0; }
bool cumsum(Builder& b, Name op) {
  std::optional<Call> call = along_an_axis(b, op, /*floating_only=*/true);
  return call && b.add(*call) >= 0;
}
bool has_row(Builder& b, int i) { return b.rank(i) > 0 && b.shape(i).back() > 0; }
bool rows(Builder& b, Name op) {
  return b.add(op, {b.any([&](int i) { return has_row(b, i); })}) >= 0;
}
bool normalize(Builder& b, Name op) {
  Call call;
  call.op = op;
  call.a = b.one_of<double>({1e-5, 1e-3, 0.1});
  const int x = b.any([&](int i) { return has_row(b, i); });
  if (x < 0) return false;
  call.inputs = {x};
  if (op == "layer_norm") {
    call.inputs.push_back(b.of_shape({b.shape(x).back()}));
    call.inputs.push_back(b.of_shape({b.shape(x).back()}));
  }
  return b.add(call) >= 0;
}

}  // namespace

void add_array_proposals(Proposals& proposals) {
  proposals["slice"] = slice;
  proposals["at"] = at;
  proposals["split"] = split;
  proposals["concat"] = concat;
  proposals["stack"] = stack;
  proposals["repeat"] = repeat;
  proposals["pad"] = pad;
  proposals["flip"] = flip;
  proposals["reshape"] = reshape;
  proposals["permute"] = permute;
  proposals["transpose"] = transpose;
  proposals["detach"] = detach;
  proposals["broadcast_to"] = broadcast_to;
  proposals["diagonal"] = diagonal;
  proposals["diagonal_matrix"] = diagonal_matrix;
  for (const char* op : {"sum", "mean", "max", "min", "logsumexp", "norm"}) {
    proposals[op] = over_axes;
  }
  proposals["sum of all"] = proposals["mean of all"] = over_all;
  proposals["cumsum"] = cumsum;
  proposals["softmax"] = proposals["log_softmax"] = rows;
  proposals["normalize"] = proposals["layer_norm"] = normalize;
}

}  // namespace carousel::fuzz
