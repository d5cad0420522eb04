#include <tests/fuzz/generator.hpp>

namespace carousel::fuzz {
namespace {

constexpr Index most_elements = 800;
constexpr double most_size = 1e4;

double largest(const Array<First>& x) {
  double result = 0;
  for (const First& element : x.x) result = std::max(result, std::abs(primal(element)));
  return result;
}
double smallest(const Array<First>& x) {
  double result = most_size;
  for (const First& element : x.x) result = std::min(result, primal(element));
  return result;
}
bool finite(const Array<First>& x) {
  return std::all_of(x.x.begin(), x.x.end(),
                     [](const First& element) { return std::isfinite(primal(element)); });
}
double as_float(double x) { return static_cast<double>(static_cast<float>(x)); }

}  // namespace

Builder::Builder(std::uint64_t seed) : random_(seed, "fuzz") {
  program_.seed = seed;
  for (int i = 0; i < 3; ++i) drawn_.push_back(one_of<Index>({1, 2, 3, 5, 7, 17, 2, 3}));
}

Index Builder::extent() {
  if (chance(0.7)) return one_of(drawn_);
  return one_of<Index>({0, 1, 2, 3, 5, 7, 17});
}

double Builder::number() {
  if (chance(0.3)) return one_of<double>({-2, -1, -0.5, 0.5, 1, 1.5, 2});
  const double size = random_.uniform(0.2, 2);
  return as_float(chance(0.5) ? size : -size);
}

Extents Builder::extents() {
  Extents shape;
  const Index rank = one_of<Index>({0, 1, 1, 2, 2, 2, 3, 3, 4});
  while (rank_of(shape) < rank) shape.push_back(extent());
  while (size_of(shape) > most_elements / 2) shape.pop_back();
  return shape;
}

int Builder::find(Kind kind, const Wanted& wanted) {
  std::vector<int> fitting;
  for (int i = 0; i < static_cast<int>(values_.size()); ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (values_[at].kind != kind || !finite_[at] || !wanted(i)) continue;
    fitting.push_back(i);
    if (uses_[at] == 0) fitting.insert(fitting.end(), 3, i);
  }
  if (fitting.empty()) return -1;
  const auto count = static_cast<Index>(fitting.size());
  return fitting[static_cast<std::size_t>(std::max(below(count), chance(0.5) ? below(count) : 0))];
}
int Builder::find(const Wanted& wanted) { return find(Kind::floating, wanted); }

int Builder::any(const Wanted& wanted) {
  if (!chance(0.05)) {
    const int found = find(wanted);
    if (found >= 0) return found;
  }
  for (int attempt = 0; attempt < 8; ++attempt) {
    Extents shape = extents();
    // Looked at before it is made: a leaf that nobody wants is of no use.
    values_.push_back(
        {Kind::floating, shape, std::vector<First>(static_cast<std::size_t>(size_of(shape)))});
    const bool fits = wanted(static_cast<int>(values_.size()) - 1);
    values_.pop_back();
    if (fits) return leaf(shape);
  }
  return -1;
}

int Builder::of_shape(const Extents& shape) {
  if (size_of(shape) > most_elements) return -1;
  if (chance(0.6)) {
    const int found = find([&](int i) { return this->shape(i) == shape; });
    if (found >= 0) return found;
  }
  if (chance(0.4)) {
    const int found =
        find([&](int i) { return value(i).size() == size_of(shape) && this->shape(i) != shape; });
    if (found >= 0) {
      Call call;
      call.op = "reshape";
      call.inputs = {found};
      call.shape = shape;
      return add(call);
    }
  }
  if (chance(0.3)) {
    const int found = find([&](int i) { return rank(i) == 0; });
    if (found >= 0) {
      Call call;
      call.op = "broadcast_to";
      call.inputs = {found};
      call.shape = shape;
      return add(call);
    }
  }
  return leaf(shape);
}

int Builder::beside(int node) {
  if (node < 0) return -1;
  const Extents shape = this->shape(node);
  if (chance(0.1)) return node;
  if (chance(0.2)) return of_shape({});
  if (shape.size() > 1 && chance(0.3)) return of_shape({shape.back()});
  return of_shape(shape);
}

int Builder::positive(int node) {
  if (node < 0 || smallest(value(node)) >= 0.05) return node;
  Call call;
  call.op = "x + c";
  call.a = 0.25;
  call.inputs = {
      add(one_of<std::string>({"square", "abs", "sigmoid", "softplus", "relu"}), {node})};
  return call.inputs[0] < 0 ? -1 : add(call);
}

int Builder::within(int node, double most) {
  if (node < 0 || largest(value(node)) <= most) return node;
  Call call;
  call.op = chance(0.3) ? "clamp" : one_of<std::string>({"tanh", "softsign", "sin", "erf"});
  call.a = -0.9;
  call.b = 0.8;
  if (call.op != "clamp") call.a = call.b = 0;
  call.inputs = {node};
  node = add(call);
  if (node < 0 || most >= 1) return node;
  call = {};
  call.op = "x * c";
  call.a = most;
  call.inputs = {node};
  return add(call);
}

int Builder::apart_from_zero(int node) {
  const int result = positive(node);
  return result >= 0 && chance(0.3) ? add("negate", {result}) : result;
}

int Builder::leaf(const Extents& shape) {
  Leaf made;
  made.shape = shape;
  made.role = leaves_ >= 4 || chance(0.1) ? Role::constant
              : chance(0.2)               ? Role::parameter
                                          : Role::variable;
  if (leaves_ == 0) made.role = Role::variable;
  if (made.role != Role::constant) ++leaves_;
  const bool on_grid = chance(0.15);  // so that elements are equal here and there
  for (Index i = 0; i < size_of(shape); ++i) {
    const double x = random_.normal();
    made.x.push_back(on_grid ? std::round(2 * x) / 2 : as_float(x));
  }
  Array<First> value{Kind::floating, shape, {}};
  for (const double x : made.x) value.x.push_back(seeded(First(), x, 0, 0, 0));
  return append({made, {}, 0}, std::move(value));
}

int Builder::integers(const Extents& shape, Index below) {
  Leaf made;
  made.role = Role::constant;
  made.kind = Kind::integer;
  made.shape = shape;
  Array<First> value{Kind::integer, shape, {}};
  for (Index i = 0; i < size_of(shape); ++i) {
    made.x.push_back(static_cast<double>(random_.below(below)));
    value.x.push_back(made.x.back());
  }
  return append({made, {}, 0}, std::move(value));
}

int Builder::constants(const Extents& shape, const std::vector<double>& x) {
  Leaf made;
  made.role = Role::constant;
  made.shape = shape;
  made.x = x;
  Array<First> value{Kind::floating, shape, {}};
  for (const double element : x) value.x.push_back(element);
  return append({made, {}, 0}, std::move(value));
}

int Builder::add(const Call& call, bool may_be_nan) {
  if (std::any_of(call.inputs.begin(), call.inputs.end(), [](int i) { return i < 0; })) return -1;
  Node node;
  node.call = call;
  node.call.no_grad = call.op != "reduced" && chance(0.03);
  program_.nodes.push_back(node);
  Array<First> value = value_of<First>(program_, static_cast<int>(values_.size()), values_, {});
  program_.nodes.pop_back();
  const bool bounded = finite(value) ? largest(value) <= most_size : may_be_nan;
  if (!bounded || value.size() > most_elements) return -1;
  ++ops_;
  return append(node, std::move(value));
}
int Builder::add(const std::string& op, const std::vector<int>& inputs) {
  Call call;
  call.op = op;
  call.inputs = inputs;
  return add(call);
}

int Builder::append(const Node& node, Array<First> value) {
  program_.nodes.push_back(node);
  finite_.push_back(finite(value));
  values_.push_back(std::move(value));
  uses_.push_back(0);
  if (!node.leaf) {
    for (const int input : node.call.inputs) ++uses_[static_cast<std::size_t>(input)];
  }
  return static_cast<int>(values_.size()) - 1;
}

const Proposals& all_proposals() {
  static const Proposals proposals = [] {
    Proposals all;
    add_elementwise_proposals(all);
    add_array_proposals(all);
    add_product_proposals(all);
    return all;
  }();
  return proposals;
}

Program random_program(std::uint64_t seed) {
  Builder b(seed);
  std::vector<std::string> names;
  for (const auto& entry : all_proposals()) names.push_back(entry.first);
  const Index first_leaves = 1 + b.below(3), wanted = 1 + b.below(30);
  for (Index i = 0; i < first_leaves; ++i) b.leaf(b.extents());
  for (Index attempt = 0; b.ops() < wanted && attempt < 4 * wanted; ++attempt) {
    const std::string& op = b.one_of(names);
    all_proposals().at(op)(b, op);
  }
  const double misused = b.chance(0.3) ? 0.2 : 0;
  for (Node& node : b.program().nodes) {
    if (b.chance(misused)) node.misuse = static_cast<std::uint64_t>(1 + b.below(1 << 30));
  }
  return b.program();
}

}  // namespace carousel::fuzz
