#include <autograd/grad.hpp>
#include <autograd/ops.hpp>
#include <autograd/support/random.hpp>
#include <set>
#include <tests/fuzz/calls.hpp>
#include <tests/fuzz/comparison.hpp>

namespace carousel::fuzz {
namespace {

std::string number(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.12g", x);
  return text;
}

Numbers normal(std::size_t count, Random& random) {
  Numbers x;
  while (x.size() < count) x.push_back(random.normal());
  return x;
}

}  // namespace

bool drawn(const Program& program, const char* what, double share) {
  return Random(program.seed, what).uniform() < share;
}

Comparison::Comparison(const Program& program, const Broken& broken, Tape& tape,
                       const Tolerance& tolerance, Counts& counts)
    : program_(program), tape_(tape), tolerance_(tolerance), counts_(counts) {
  how_.broken = broken;
  const auto at_rest = values_of<First>(program, how_);
  for (std::size_t i = 0; i < at_rest.size(); ++i) {
    Random random(program.seed, "direction", i);
    direction_.push_back(normal(at_rest[i].x.size(), random));
    const auto& leaf = program.nodes[i].leaf;
    if (!leaf || leaf->role == Role::constant) continue;
    how_.v[static_cast<int>(i)] = direction_.back();
    w_[static_cast<int>(i)] = normal(at_rest[i].x.size(), random);
  }
  reference_ = values_of<First>(program, how_);
  sinks_ = sinks_of(program, reference_);
}

void Comparison::values() {
  for (std::size_t i = 0; i < program_.nodes.size(); ++i) {
    if (program_.nodes[i].misuse != 0) {
      Random random(program_.nodes[i].misuse, "misuse");
      const std::string accepted = misuse(tape_, vars_, random);
      if (!accepted.empty()) throw Failure{"misuse", accepted};
      ++counts_.misuses;
    }
    vars_.push_back(record(tape_, program_.nodes[i], vars_));
    compare_value(static_cast<int>(i));
  }
  for (const Sink& sink : sinks_) {
    const Var weights = input_like(sink.node, sink.weights);
    const Var term = sum(vars_[static_cast<std::size_t>(sink.node)] * weights);
    loss_ = loss_ ? loss_ + term : term;
  }
}

bool Comparison::differentiable() {
  const bool moves = slope_of(sinks_, reference_).terms != 0;
  const bool flows = loss_ && loss_.requires_grad();
  if (moves && !flows) {
    throw Failure{"gradient", "no gradient can flow from the loss, which does depend on a leaf"};
  }
  return flows;
}

void Comparison::gradients() {
  choose_wanted();
  std::vector<Tensor> before;
  for (const Var& v : vars_) before.push_back(v.value());
  const Adjoints adjoints = tape_.backward(loss_, wanted_vars_);
  const Adjoints again = tape_.backward(loss_, wanted_vars_);
  std::vector<Tensor> found;
  for (const Var& v : wanted_vars_) {
    found.push_back(adjoints[v]);
    if (!identical(found.back(), again[v])) {
      throw Failure{"gradient", "a second pass back gives other bits"};
    }
  }
  for (std::size_t i = 0; i < vars_.size(); ++i) {
    if (!identical(before[i], vars_[i].value())) {
      throw Failure{"gradient", "the pass back changed the value of %" + std::to_string(i)};
    }
  }
  compare_gradients(found, "backward");
}

void Comparison::second_order() {
  const std::vector<Var> on_tape = grad(loss_, wanted_vars_, /*create_graph=*/true);
  std::vector<Tensor> found;
  for (const Var& g : on_tape) found.push_back(g.value());
  compare_gradients(found, "grad with create_graph");
  std::vector<Var> xs, vs;
  for (const auto& [node, v] : how_.v) {
    xs.push_back(vars_[static_cast<std::size_t>(node)]);
    vs.push_back(input_like(node, v));
  }
  compare_bend(xs, vs);
  if (drawn(program_, "jvp", 0.5)) compare_forward_product(xs, vs);
}

Var Comparison::input_like(int node, const Numbers& x) {
  const auto& shape = reference_[static_cast<std::size_t>(node)].shape;
  return tape_.input(tensor_of(Kind::floating, shape, x, tape_.dtype()));
}

/// Fails unless the two are within the bound, or the reference is as unsteady as they are apart.
void Comparison::compare(const char* kind, const std::string& what, const Numbers& found,
                         const Numbers& expected, double bound, const Result& result,
                         const Evaluation& how) {
  const double apart = distance(found, expected);
  if (apart <= bound + tolerance_.smallest) return;
  const bool in_pass = loss_ && loss_.requires_grad();
  if (apart <= 4 * unsteadiness(result, how, tolerance_.grain) ||
      (in_pass && apart <= tolerance_.rounding * cancelling(how)) || near_a_choice()) {
    ++counts_.excused;
    return;
  }
  std::size_t at = 0;
  while (at + 1 < found.size() && distance({found[at]}, {expected[at]}) < apart) ++at;
  throw Failure{kind, what + " is " + number(found[at]) + " at element " + std::to_string(at) +
                          ", the reference has " + number(expected[at]) + ": " + number(apart) +
                          " apart, " + number(bound) + " allowed"};
}

/// Whether something was compared that rounding may put on either side, such as the mean of a
/// normalized row with 0. Coarse arithmetic does not show it: its errors never make a 0.
bool Comparison::near_a_choice() const {
  static const std::set<std::string> choices{
      "greater", "greater_equal", "less",   "less_equal", "equal",  "not_equal", "x > c",
      "x >= c",  "x < c",         "x <= c", "x == c",     "x != c", "sign"};
  for (std::size_t i = 0; i < vars_.size(); ++i) {
    const Call& call = program_.nodes[i].call;
    if (program_.nodes[i].leaf || choices.count(call.op) == 0) continue;
    const auto operand = [&](std::size_t k) {
      return numbers_of(reference_[static_cast<std::size_t>(call.inputs[k])]);
    };
    const Numbers a = operand(0);
    const Numbers b = call.inputs.size() > 1 ? operand(1) : Numbers{call.op == "sign" ? 0 : call.a};
    if (a.empty() || b.empty() || (call.inputs.size() > 1 && call.inputs[0] == call.inputs[1])) {
      continue;
    }
    for (std::size_t j = 0; j < std::max(a.size(), b.size()); ++j) {
      const double x = a[j % a.size()], y = b[j % b.size()];
      if (std::abs(x - y) <= tolerance_.value * (1 + std::abs(x) + std::abs(y))) return true;
    }
  }
  return false;
}

/// The derivative of the loss is ⟨gradient, derivative⟩ of the values at any time of the program,
/// and as many digits are lost as the terms are large that cancel in it, at a value or on the way
/// from an operand to a result: the size of the worst.
double Comparison::cancelling(const Evaluation& how) {
  std::vector<Var> all;
  for (const Var& v : vars_) {
    if (v.requires_grad()) all.push_back(v);
  }
  const auto values = values_of<First>(program_, how);
  const auto slopes = [&](std::size_t node) {
    Numbers result;
    for (const First& x : values[node].x) result.push_back(slope(x));
    return result;
  };
  const Adjoints adjoints = tape_.backward(loss_, all);
  double worst = 0;
  for (std::size_t i = 0; i < vars_.size(); ++i) {
    if (!vars_[i].requires_grad()) continue;
    const Numbers adjoint = numbers_of(adjoints[vars_[i]]);
    worst = std::max(worst, absolute_dot(adjoint, slopes(i)));
    for (const int input : program_.nodes[i].call.inputs) {
      const Numbers along = slopes(static_cast<std::size_t>(input));
      worst = std::max(worst, largest(adjoint) * largest(along));
    }
  }
  return worst;
}

void Comparison::compare_value(int node) {
  const auto at = static_cast<std::size_t>(node);
  const Array<First>& expected = reference_[at];
  const Var& found = vars_[at];
  const Kind kind = found.dtype() == DType::int64     ? Kind::integer
                    : found.dtype() == DType::boolean ? Kind::mask
                                                      : Kind::floating;
  if (extents_of(found.shape()) != expected.shape || kind != expected.kind) {
    throw Failure{"shape", "%" + std::to_string(node) + " is " + name(found.dtype()) + " " +
                               to_string(found.shape()) + ", the reference has " +
                               text(expected.shape)};
  }
  ++(tape_.dtype() == DType::float64 ? counts_.values : counts_.float32);
  const Numbers numbers = numbers_of(expected);
  compare(
      "value", "%" + std::to_string(node), numbers_of(found.value()), numbers,
      tolerance_.value * largest(numbers),
      [&](const Evaluation& e) { return numbers_of(values_of<First>(program_, e)[at]); }, how_);
}

/// All leaves that a gradient can flow to, and some values between.
void Comparison::choose_wanted() {
  Random random(program_.seed, "wanted");
  for (std::size_t i = 0; i < vars_.size(); ++i) {
    const bool leaf = how_.v.count(static_cast<int>(i)) > 0;
    // Where nothing is done, as in reduced(x, none), the result is the operand itself.
    const bool between = random.uniform() < 0.08 && !program_.nodes[i].leaf &&
                         program_.nodes[i].call.op != "reduced" && vars_[i].requires_grad() &&
                         vars_[i].shape().size() > 0;
    if (!leaf && !between) continue;
    wanted_.push_back(static_cast<int>(i));
    wanted_vars_.push_back(vars_[i]);
  }
}

/// ⟨gradient, v⟩ against the derivative along v: each wanted value apart, and all leaves together.
void Comparison::compare_gradients(const std::vector<Tensor>& found, const std::string& by) {
  double all = 0, all_terms = 0;
  for (std::size_t k = 0; k < wanted_.size(); ++k) {
    const int node = wanted_[k];
    const Numbers g = numbers_of(found[k]), &v = direction_[static_cast<std::size_t>(node)];
    Evaluation how;
    how.broken = how_.broken;
    how.v[node] = v;
    compare_slope(by + ": the derivative by %" + std::to_string(node), dot(g, v),
                  absolute_dot(g, v), how);
    if (how_.v.count(node) == 0) continue;
    all += dot(g, v);
    all_terms += absolute_dot(g, v);
  }
  compare_slope(by + ": the derivative by all leaves", all, all_terms, how_);
}

void Comparison::compare_slope(const std::string& what, double found, double terms,
                               const Evaluation& how) {
  const auto along = [&](const Evaluation& e) {
    return slope_of(sinks_, values_of<First>(program_, e));
  };
  const Slope slope = along(how);
  ++(tape_.dtype() == DType::float64 ? counts_.gradients : counts_.float32);
  compare(
      "gradient", what, {found}, {slope.value},
      tolerance_.gradient * (terms + std::abs(slope.value) + 1e-3 * slope.terms),
      [&](const Evaluation& e) { return Numbers{along(e).value}; }, how);
}

/// wᵀ (∂² loss) v against the mixed derivative of dual numbers of dual numbers.
void Comparison::compare_bend(const std::vector<Var>& xs, const std::vector<Var>& vs) {
  const std::vector<Var> products = hvp(loss_, xs, vs);
  double found = 0, terms = 0;
  std::size_t k = 0;
  for (const auto& entry : w_) {
    const Numbers product = numbers_of(products[k++].value());
    found += dot(product, entry.second);
    terms += absolute_dot(product, entry.second);
  }
  const auto along = [&](const Evaluation& e) {
    return bend_of(sinks_, values_of<Second>(program_, e));
  };
  Evaluation how = how_;
  how.w = w_;
  const Slope bend = along(how);
  ++counts_.second;
  compare(
      "second order", "the second derivative", {found}, {bend.value},
      tolerance_.second * (terms + std::abs(bend.value) + 1e-3 * bend.terms),
      [&](const Evaluation& e) { return Numbers{along(e).value}; }, how);
}

/// jvp of one value against the derivatives that the dual numbers carried there.
void Comparison::compare_forward_product(const std::vector<Var>& xs, const std::vector<Var>& vs) {
  Random random(program_.seed, "jvp of");
  const auto at = static_cast<std::size_t>(random.below(static_cast<Index>(vars_.size())));
  if (!vars_[at].requires_grad() || vars_[at].unbound()) return;
  const auto slopes = [at](const std::vector<Array<First>>& values) {
    Numbers result;
    for (const First& element : values[at].x) result.push_back(slope(element));
    return result;
  };
  const Numbers expected = slopes(reference_);
  ++counts_.gradients;
  compare(
      "gradient", "jvp of %" + std::to_string(at), numbers_of(jvp(vars_[at], xs, vs).value()),
      expected, tolerance_.gradient * largest(expected),
      [&](const Evaluation& e) { return slopes(values_of<First>(program_, e)); }, how_);
}

}  // namespace carousel::fuzz
