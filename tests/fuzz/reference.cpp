#include <tests/fuzz/reference.hpp>

namespace carousel::fuzz {
namespace {

template <class S> Array<S> leaf_of(const Leaf& leaf, double grain) {
  Array<S> result;
  result.kind = leaf.kind;
  result.shape = leaf.shape;
  for (const double x : leaf.x) result.x.push_back(seeded(S(), x, grain, 0, 0));
  return result;
}

/// A wrong result: the self-tests of the fuzzer want one.
template <class S> S bent(Kind kind, const S& x, const Broken& broken) {
  if (kind == Kind::mask && broken.value != 0) return 1.0 - x;
  return x * (1 + broken.value) + broken.slope * (x - constant(x));
}

/// Coarse arithmetic of matrices: BLAS and LAPACK add up in orders of their own, so that equal rows
/// may give unequal products, and what should be 0 is rounding of the largest element.
template <class S> void disturb(const std::string& op, std::vector<S>& x, double grain) {
  static const std::vector<std::string> by_blas{"matmul", "linear",  "linear with bias",
                                                "solve",  "inverse", "matrix_exponential"};
  if (grain == 0 || std::find(by_blas.begin(), by_blas.end(), op) == by_blas.end()) return;
  double largest = 0;
  for (const S& element : x) largest = std::max(largest, std::abs(primal(element)));
  double place = 1;
  for (S& element : x) {
    const double share = rounded(place, grain).v / place - 1;
    element = element * (1 + share) + largest * share;
    place += 1;
  }
}

template <class S>
void move_along(Array<S>& values, const std::vector<double>* v, const std::vector<double>* w) {
  for (std::size_t i = 0; i < values.x.size(); ++i) {
    values.x[i] = moved(values.x[i], v != nullptr ? (*v)[i] : 0, w != nullptr ? (*w)[i] : 0);
  }
}

const std::vector<double>* found(const Directions& directions, int node) {
  const auto entry = directions.find(node);
  return entry == directions.end() ? nullptr : &entry->second;
}

}  // namespace

template <class S>
Array<S> value_of(const Program& program, int node, const std::vector<Array<S>>& before,
                  const Evaluation& how) {
  const Node& described = program.nodes[static_cast<std::size_t>(node)];
  Array<S> result;
  if (described.leaf) {
    result = leaf_of<S>(*described.leaf, how.grain);
  } else {
    const Call& call = described.call;
    std::vector<const Array<S>*> x;
    for (const int input : call.inputs) x.push_back(&before[static_cast<std::size_t>(input)]);
    result = all_rules<S>().at(call.op)(call, x);
    for (S& element : result.x) element = grained(element, how.grain);
    disturb(call.op, result.x, how.grain);
    if (call.op == how.broken.op) {
      for (S& element : result.x) element = bent(result.kind, element, how.broken);
    }
    if (call.no_grad) {
      for (S& element : result.x) element = constant(element);
    }
  }
  const auto *v = found(how.v, node), *w = found(how.w, node);
  if (v != nullptr || w != nullptr) move_along(result, v, w);
  return result;
}

template <class S> std::vector<Array<S>> values_of(const Program& program, const Evaluation& how) {
  std::vector<Array<S>> values;
  for (std::size_t i = 0; i < program.nodes.size(); ++i) {
    values.push_back(value_of<S>(program, static_cast<int>(i), values, how));
  }
  return values;
}

template <class S> const Rules<S>& all_rules() {
  static const Rules<S> rules = [] {
    Rules<S> all;
    add_elementwise_rules(all);
    add_choosing_rules(all);
    add_loss_rules(all);
    add_moving_rules(all);
    add_reducing_rules(all);
    add_product_rules(all);
    return all;
  }();
  return rules;
}

template Array<First> value_of(const Program&, int, const std::vector<Array<First>>&,
                               const Evaluation&);
template Array<Second> value_of(const Program&, int, const std::vector<Array<Second>>&,
                                const Evaluation&);
template std::vector<Array<First>> values_of(const Program&, const Evaluation&);
template std::vector<Array<Second>> values_of(const Program&, const Evaluation&);
template const Rules<First>& all_rules();
template const Rules<Second>& all_rules();

}  // namespace carousel::fuzz
