#include <tests/fuzz/generator.hpp>

// Products, linear algebra, choosing by index, cross-entropies.

namespace carousel::fuzz {
namespace {

using Name = const std::string&;

Extents without_last(Extents shape) {
  shape.pop_back();
  return shape;
}
Extents and_last(Extents shape, Index extent) {
  shape.push_back(extent);
  return shape;
}

bool matmul(Builder& b, Name op) {
  const int a = b.any([&](int i) { return b.rank(i) >= 2; });
  if (a < 0) return false;
  const Extents shape = b.shape(a);
  const Extents leading = without_last(without_last(shape));
  if (shape.back() == shape[shape.size() - 2] && b.chance(0.2)) return b.add(op, {a, a}) >= 0;
  const Extents right = b.chance(0.4) ? Extents{shape.back(), b.extent()}
                                      : and_last(and_last(leading, shape.back()), b.extent());
  return b.add(op, {a, b.of_shape(right)}) >= 0;
}
bool linear(Builder& b, Name op) {
  const int x = b.any([&](int i) { return b.rank(i) >= 1; });
  if (x < 0) return false;
  const Index in = b.shape(x).back(), out = b.extent();
  if (b.rank(x) == 2 && b.chance(0.1) && op == "linear") return b.add(op, {x, x}) >= 0;
  std::vector<int> inputs{x, b.of_shape({out, in})};
  if (op != "linear") inputs.push_back(b.of_shape({out}));
  return b.add(op, inputs) >= 0;
}
bool outer(Builder& b, Name op) {
  const int a = b.any([&](int i) { return b.rank(i) >= 1 && b.rank(i) <= 3; });
  if (a < 0) return false;
  if (b.chance(0.2)) return b.add(op, {a, a}) >= 0;
  const int other = b.of_shape(and_last(without_last(b.shape(a)), b.extent()));
  return b.add(op, b.chance(0.5) ? std::vector<int>{a, other} : std::vector<int>{other, a}) >= 0;
}

/// A matrix no larger than 5 in all.
int small_matrix(Builder& b, Index n, double most) {
  const int any = b.find([&](int i) {
    return b.rank(i) == 2 && b.value(i).extent(0) == n && b.value(i).extent(1) == n;
  });
  return b.within(any >= 0 && b.chance(0.7) ? any : b.of_shape({n, n}), most);
}
/// ... that a multiple of the identity keeps away from singular ones.
int regular_matrix(Builder& b, Index n) {
  std::vector<double> diagonal(static_cast<std::size_t>(n * n), 0);
  for (Index i = 0; i < n; ++i) {
    diagonal[static_cast<std::size_t>(i * n + i)] = static_cast<double>(n) + 1;
  }
  const int matrix = small_matrix(b, n, 1);
  return matrix < 0 ? -1 : b.add("add", {matrix, b.constants({n, n}, diagonal)});
}
Index order(Builder& b) { return b.one_of<Index>({1, 2, 3, 3, 5, 0}); }

bool solve(Builder& b, Name op) {
  const Index n = order(b);
  const int A = regular_matrix(b, n);
  const int right = b.find([&](int i) { return b.rank(i) == 2 && b.value(i).extent(0) == n; });
  return b.add(op, {A, right >= 0 && b.chance(0.5) ? right : b.of_shape({n, b.extent()})}) >= 0;
}
bool inverse(Builder& b, Name op) { return b.add(op, {regular_matrix(b, order(b))}) >= 0; }
bool exponential(Builder& b, Name op) {
  const Index n = order(b);
  const int A = small_matrix(b, n, b.chance(0.2) ? 4 : 1);
  return b.add(op, {A}) >= 0;
}

// --- by index ---

int indices(Builder& b, const Extents& shape, Index count) {
  if (count == 0 && size_of(shape) > 0) return -1;
  const int found = b.find(Kind::integer, [&](int i) {
    const auto& x = b.value(i).x;
    return b.shape(i) == shape && std::all_of(x.begin(), x.end(), [&](const First& index) {
             return primal(index) < static_cast<double>(count);
           });
  });
  return found >= 0 && b.chance(0.7) ? found : b.integers(shape, std::max<Index>(count, 1));
}
bool embedding(Builder& b, Name op) {
  int table = b.find([&](int i) { return b.rank(i) == 2; });
  if (table < 0) table = b.of_shape({b.extent(), b.extent()});
  Extents shape = b.extents();
  if (shape.size() > 3) shape.pop_back();
  if (table < 0 || size_of(shape) > 60) return false;
  return b.add(op, {table, indices(b, shape, b.value(table).extent(0))}) >= 0;
}
bool along_axis(Builder& b, Name op) {
  const int x = b.any([&](int i) { return b.rank(i) > 0; });
  if (x < 0) return false;
  const int rank = b.rank(x), axis = static_cast<int>(b.below(rank));
  Call call;
  call.op = op;
  call.axis = axis - (b.chance(0.3) ? rank : 0);
  if (op == "gather") {
    call.inputs = {x, indices(b, with(b.shape(x), axis, b.extent()), b.value(x).extent(axis))};
  } else {
    call.end = b.extent();
    call.inputs = {x, indices(b, b.shape(x), call.end)};
  }
  return b.add(call) >= 0;
}

// --- labels ---

int logits(Builder& b) {
  return b.within(b.any([&](int i) { return b.rank(i) > 0 && b.shape(i).back() > 0; }), 100);
}
bool soft_cross_entropy(Builder& b, Name op) {
  const int x = logits(b);
  return x >= 0 && b.add(op, {x, b.of_shape(b.shape(x))}) >= 0;
}
bool cross_entropy(Builder& b, Name op) {
  const int x = logits(b);
  if (x < 0) return false;
  const Index classes = b.shape(x).back();
  Call call;
  call.op = op;
  call.keep = op != "cross_entropy" && b.chance(0.5);
  if (call.keep) call.begin = b.below(classes + 1);
  // The label to ignore may be none of the classes.
  const Index labels = call.begin == classes ? classes + 1 : classes;
  call.inputs = {x, indices(b, without_last(b.shape(x)), labels)};
  if (op == "cross_entropy") return b.add(call) >= 0;
  if (b.chance(0.5)) call.a = b.one_of<double>({0.1, 0.25, 1});
  if (b.chance(0.5)) call.inputs.push_back(b.positive(b.of_shape({classes})));
  call.reduction = b.one_of<End>({End::none, End::mean, End::mean, End::sum});
  return b.add(call) >= 0;
}

}  // namespace

void add_product_proposals(Proposals& proposals) {
  proposals["matmul"] = matmul;
  proposals["linear"] = proposals["linear with bias"] = linear;
  proposals["outer"] = outer;
  proposals["solve"] = solve;
  proposals["inverse"] = inverse;
  proposals["matrix_exponential"] = exponential;
  proposals["embedding"] = embedding;
  proposals["gather"] = proposals["scatter_add"] = along_axis;
  proposals["soft_cross_entropy"] = soft_cross_entropy;
  proposals["cross_entropy"] = proposals["cross_entropy with options"] = cross_entropy;
}

}  // namespace carousel::fuzz
