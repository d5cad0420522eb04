#include <set>
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

/// Coarse arithmetic of sums: each op adds up in an order of its own, BLAS and LAPACK another one
/// for each element, so that equal sums may come out unequal, and what should be 0 as the rounding
/// of the largest element.
template <class S> void disturb(const std::string& op, std::vector<S>& x, double grain) {
  static const std::set<std::string> sums{"matmul",
                                          "linear",
                                          "linear with bias",
                                          "solve",
                                          "inverse",
                                          "sum",
                                          "mean",
                                          "sum of all",
                                          "norm",
                                          "matrix_exponential",
                                          "mean of all",
                                          "cumsum",
                                          "scatter_add",
                                          "softmax",
                                          "log_softmax",
                                          "normalize",
                                          "mse_loss",
                                          "layer_norm",
                                          "logsumexp",
                                          "soft_cross_entropy",
                                          "l1_loss",
                                          "kl_loss",
                                          "huber_loss",
                                          "bce_loss",
                                          "weighted bce_loss",
                                          "reduced",
                                          "outer",
                                          "cross_entropy",
                                          "cross_entropy with options"};
  if (grain <= 0 || sums.count(op) == 0) return;
  double largest = 0;
  for (const S& element : x) largest = std::max(largest, std::abs(primal(element)));
  double place = 1000.0 * static_cast<double>(op.size());
  for (S& element : x) {
    const double share = 2 * grain * scrambled(++place, grain);
    element = element * (1 + share) + largest * share;
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
