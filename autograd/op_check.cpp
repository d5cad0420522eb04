#include <algorithm>
#include <autograd/node_check.hpp>
#include <autograd/op_check.hpp>
#include <autograd/ops.hpp>
#include <autograd/pullback_program.hpp>
#include <autograd/sampler.hpp>
#include <autograd/support/error.hpp>
#include <autograd/verify.hpp>
#include <cmath>
#include <limits>

namespace carousel {
namespace {

using detail::NodeCheck;

double largest(const Tensor& t) {
  double result = 0;
  for (Index i = 0; i < t.size(); ++i) result = std::max(result, std::abs(t.at(i)));
  return result;
}

double furthest(const Tensor& a, const Tensor& b) {
  double result = 0;
  for (Index i = 0; i < a.size(); ++i) {
    const double apart = std::abs(a.at(i) - b.at(i));
    if (!(apart <= result)) result = apart;  // NaN, too
  }
  return result;
}

std::string number(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", x);
  return text;
}

// --- second order ---

/// ⟨w, dx⟩ over all operands, one number.
Tensor weighted(const std::vector<Tensor>& dx, const std::vector<Tensor>& w) {
  Tensor total(DType::float64, Shape{});
  double sum = 0;
  for (std::size_t i = 0; i < dx.size(); ++i) {
    if (w[i].size() == dx[i].size() && w[i].dtype() == DType::float64) {
      sum += detail::dot(w[i], dx[i]);
    }
  }
  total.set(0, sum);
  return total;
}

void check_second_order(const Tape& tape, std::uint32_t id, Random& random, OpCheck& result) {
  const Node& node = tape.nodes()[id];
  NodeCheck check(tape, node);
  const Tensor y = check.forward(), u = detail::random_like(check.shape(), random);
  const std::vector<Tensor> dx = check.pullback(y, u, nullptr);
  detail::PullbackProgram r(tape, node, check, u);

  std::vector<Tensor> w(dx.size()), v(dx.size());
  Var total;
  double size = 0;
  for (std::size_t i = 0; i < dx.size(); ++i) {
    if (!check.floating(static_cast<int>(i))) continue;
    v[i] = detail::direction(check.value(static_cast<int>(i)), random);
    w[i] = detail::random_like(dx[i].shape(), random);
    const Tensor on_tape = r.dx[i] ? r.dx[i].value() : Tensor(DType::float64, dx[i].shape());
    if (on_tape.shape() != dx[i].shape()) {
      result.faults.push_back(tape.describe(id) + " input " + std::to_string(i) +
                              ": its gradient on a tape is " + to_string(on_tape.shape()) +
                              " instead of " + to_string(dx[i].shape()));
      return;
    }
    const double apart = furthest(on_tape, dx[i]);
    if (!(apart <= 1e-11 * largest(dx[i]))) {
      result.faults.push_back(tape.describe(id) + " input " + std::to_string(i) +
                              ": its pullback on a tape and on arrays are " + number(apart) +
                              " apart");
    }
    for (Index j = 0; j < dx[i].size(); ++j) size += std::abs(w[i].at(j) * dx[i].at(j));
    if (!r.dx[i] || dx[i].size() == 0) continue;
    const Var term = sum(r.dx[i] * r.tape.input(w[i]));
    total = total ? total + term : term;
  }
  if (size == 0) return;
  const Tensor v_dy = detail::random_like(u.shape(), random);
  double derivative = 0, terms = 0;
  if (total && total.requires_grad()) {
    std::vector<Var> wanted;
    for (std::size_t i = 0; i < dx.size(); ++i) {
      if (check.floating(static_cast<int>(i))) wanted.push_back(r.x[i]);
    }
    wanted.push_back(r.dy);
    const Adjoints adjoints = r.tape.backward(total, wanted);
    const auto add = [&](const Var& x, const Tensor& along) {
      const Tensor slope = adjoints[x];
      derivative += detail::dot(slope, along);
      for (Index j = 0; j < along.size(); ++j) terms += std::abs(slope.at(j) * along.at(j));
    };
    for (std::size_t i = 0; i < dx.size(); ++i) {
      if (check.floating(static_cast<int>(i))) add(r.x[i], v[i]);
    }
    add(r.dy, v_dy);
  }
  const std::vector<Tensor> at = [&] {
    std::vector<Tensor> values;
    for (int i = 0; i < check.count(); ++i) values.push_back(check.value(i));
    return values;
  }();
  Tensor one(DType::float64, Shape{});
  one.set(0, 1);
  const auto found = detail::differences(one, weighted(dx, w), [&](double h) {
    for (int i = 0; i < check.count(); ++i) {
      const auto k = static_cast<std::size_t>(i);
      if (check.floating(i)) check.set(i, detail::moved(at[k], v[k], h));
    }
    return weighted(check.pullback(check.forward(), detail::moved(u, v_dy, h), nullptr), w);
  });
  if (found.kink(terms)) return;
  ++result.second;
  const double rounding = 20 * std::numeric_limits<double>::epsilon() * size / detail::step_size;
  const double bound =
      1e-6 * (terms + std::abs(found.near.value)) + rounding + found.disagreement();
  if (!(std::abs(derivative - found.near.value) <= bound)) {
    result.faults.push_back(tape.describe(id) + ": the derivative of its pullback is " +
                            number(derivative) + ", the difference " + number(found.near.value));
  }
}

// --- one gradient less ---

/// A pullback leaves a gradient alone that is not wanted, and the others are what they were.
void check_unwanted(const Tape& tape, std::uint32_t id, Random& random, OpCheck& result) {
  NodeCheck check(tape, tape.nodes()[id]);
  int floating = 0;
  for (int i = 0; i < check.count(); ++i) floating += check.floating(i) ? 1 : 0;
  if (floating < 2) return;  // a pullback that nobody wants anything of is not run
  const Tensor y = check.forward(), u = detail::random_like(check.shape(), random);
  const std::vector<Tensor> all = check.pullback(y, u, nullptr);
  for (int i = 0; i < check.count(); ++i) {
    if (!check.floating(i)) continue;
    std::vector<Tensor> expected = all;
    expected[static_cast<std::size_t>(i)].fill(0);
    const std::vector<Tensor> found = check.pullback(y, u, nullptr, i);
    for (int j = 0; j < check.count(); ++j) {
      const auto k = static_cast<std::size_t>(j);
      if (!check.floating(j) || furthest(found[k], expected[k]) <= 1e-11 * largest(expected[k])) {
        continue;
      }
      result.faults.push_back(
          tape.describe(id) +
          (i == j ? ": writes the gradient of input " : ": has another gradient of input ") +
          std::to_string(j) + " when that of input " + std::to_string(i) + " is not wanted");
    }
  }
}

// --- float32 beside float64 ---

/// A tensor in float32, as a node's operand.
struct Float32 {
  std::vector<Tensor> memory;
  std::vector<View> views;
  View add(const Tensor& values) {
    memory.push_back(values.to(DType::float32));
    return dense(memory.back().raw(), values.shape(), DType::float32);
  }
};

/// One node in float32 beside itself in float64, on the same operands.
class Float32Check {
 public:
  Float32Check(const Tape& tape, std::uint32_t id, OpCheck& result)
      : tape_(tape), id_(id), node_(tape.nodes()[id]), check_(tape, node_), result_(result) {
    narrow_.memory.reserve(static_cast<std::size_t>(2 * check_.count()) + 2);
    for (int i = 0; i < check_.count(); ++i) {
      if (!check_.floating(i)) {
        narrow_.views.push_back(tape.nodes()[tape.inputs(node_)[i]].value);
        continue;
      }
      check_.set(i, check_.value(i).to(DType::float32).to(DType::float64));
      size_ = std::max(size_, largest(check_.value(i)));
      narrow_.views.push_back(narrow_.add(check_.value(i)));
    }
  }

  void values() {
    wide_ = check_.forward();
    const DType dtype = is_floating(wide_.dtype()) ? DType::float32 : wide_.dtype();
    value_ = Tensor(dtype, check_.shape());
    y_ = dense(value_.raw(), value_.shape(), dtype);
    node_.op->forward({operands(), y_, &node_.attr});
    compare(value_, wide_, size_, "values");
  }

  void gradients(Random& random) {
    Tensor u = detail::random_like(check_.shape(), random).to(DType::float32);
    const std::vector<Tensor> dx = check_.pullback(wide_, u.to(DType::float64), nullptr);
    std::vector<Slot> slots;
    std::vector<Tensor> found;
    found.reserve(dx.size());
    for (int i = 0; i < check_.count(); ++i) {
      Tensor& g = found.emplace_back(DType::float32, dx[static_cast<std::size_t>(i)].shape());
      slots.push_back({g.view(), check_.floating(i), false});
    }
    const View dy = u.view();
    node_.op->pullback({operands(), y_, dy, slots.data(), &node_.attr});
    for (int i = 0; i < check_.count(); ++i) {
      if (!check_.floating(i)) continue;
      const auto k = static_cast<std::size_t>(i);
      compare(found[k], dx[k], size_ * largest(u), "gradients of input " + std::to_string(i));
    }
  }

 private:
  Operands operands() const { return {narrow_.views.data(), check_.count(), node_.op->name}; }
  void compare(const Tensor& found, const Tensor& expected, double scale, const std::string& what) {
    ++result_.float32;
    const double apart = furthest(found.to(DType::float64), expected);
    const double epsilon = std::numeric_limits<float>::epsilon();
    if (apart <= 1e-4 * largest(expected) + 64 * epsilon * scale) return;
    result_.faults.push_back(tape_.describe(id_) + ": " + what + " in float32 and in float64 are " +
                             number(apart) + " apart");
  }

  const Tape& tape_;
  std::uint32_t id_;
  const Node& node_;
  NodeCheck check_;
  OpCheck& result_;
  Float32 narrow_;
  double size_ = 1;
  Tensor wide_, value_;
  View y_;
};

/// All checks of one recorded node.
void check_node(const Tape& tape, std::uint32_t id, std::uint64_t seed, Random& random,
                OpCheck& result) {
  const Op& op = *tape.nodes()[id].op;
  const bool checkable = verifiable(tape.nodes()[id]);
  if (checkable) {
    VerifyOptions options;
    options.seed = seed;
    options.node = id;
    const Verification found = verify(tape, options);
    result.gradients += found.checked;
    result.kinks += found.kinks;
    for (const Finding& finding : found.findings) result.faults.push_back(finding.text());
  }
  if (op.view == nullptr) {
    Float32Check narrow(tape, id, result);
    narrow.values();
    if (checkable) narrow.gradients(random);
  }
  if (checkable && op.view == nullptr) check_unwanted(tape, id, random, result);
  if (checkable && op.graph != nullptr) check_second_order(tape, id, random, result);
}

}  // namespace

bool OpCheck::passed() const {
  return faults.empty() && kinks * 100 <= gradients && (!op->differentiable || gradients > 0);
}

OpCheck check_op(const Op& op, const OpCheckOptions& options) {
  if (op.sample == nullptr) {
    throw Error(ErrorKind::argument, std::string("check of op '") + op.name + "'",
                "an Op with `sample`, which records examples of it", "one without");
  }
  OpCheck result;
  result.op = &op;
  Random random(options.seed, "check_op");
  // A sample may have no element; further ones until something was checked.
  const auto missing = [&] { return op.differentiable && result.gradients == 0; };
  constexpr int most_further = 20;
  for (int round = 0; round < options.samples + (missing() ? most_further : 0); ++round) {
    for (const DType dtype : {DType::float64, DType::float32}) {
      Tape tape(dtype);
      const auto seed = options.seed + static_cast<std::uint64_t>(round);
      Sampler sampler(tape, seed);
      op.sample(sampler);
      for (std::uint32_t id = 0; id < tape.nodes().size(); ++id) {
        if (tape.nodes()[id].op == &op) check_node(tape, id, seed, random, result);
      }
    }
  }
  check_edges(op, result);
  return result;
}

}  // namespace carousel
