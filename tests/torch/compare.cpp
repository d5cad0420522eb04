#include "compare.hpp"

#include <torch/torch.h>

#include <autograd/grad.hpp>
#include <boost/test/unit_test.hpp>
#include <tests/support/tensors.hpp>

#include "interchange.hpp"

namespace carousel::testing {
namespace {

/// A case's leaves on both sides.
struct Problem {
  Tape tape{DType::float64};
  std::vector<Var> x, wanted;
  std::vector<at::Tensor> torch_x, torch_wanted;
};

std::unique_ptr<Problem> problem_of(const Leaves& leaves, Random& random) {
  auto p = std::make_unique<Problem>();
  for (const Leaf& leaf : leaves) {
    const Tensor value = drawn(leaf, random);
    const bool constant = leaf.constant || !is_floating(value.dtype());
    p->x.push_back(constant ? p->tape.input(value) : p->tape.variable(value));
    p->torch_x.push_back(constant ? to_torch(value) : to_torch_variable(value));
    if (constant) continue;
    p->wanted.push_back(p->x.back());
    p->torch_wanted.push_back(p->torch_x.back());
  }
  return p;
}

void collect_ops(const Tape& tape, std::set<const Op*>& ops) {
  for (const Node& node : tape.nodes()) {
    if (node.op != nullptr) ops.insert(node.op);
  }
}

/// distance(); but no distance where the two differ by no more than the rounding error of numbers
/// of that size: where a derivative is zero, one side may be left with what did not cancel.
double apart(const Tensor& a, const Tensor& b, double size, double tolerance) {
  if (a.shape() != b.shape() || a.dtype() != b.dtype()) return infinity;
  const double d = distance(a, b);
  if (d < tolerance) return d;
  double difference = 0;
  for (Index i = 0; i < a.size(); ++i) {
    if (!std::isfinite(a.at(i)) || !std::isfinite(b.at(i))) return infinity;
    difference = std::max(difference, std::abs(a.at(i) - b.at(i)));
  }
  return difference <= 64 * std::numeric_limits<double>::epsilon() * size ? 0 : d;
}

/// libtorch's gradients, zeros where it gives none.
std::vector<at::Tensor> torch_gradients(const at::Tensor& y, const std::vector<at::Tensor>& xs,
                                        const at::Tensor& seed, bool create_graph) {
  if (!y.requires_grad()) {
    std::vector<at::Tensor> zeros;
    for (const auto& x : xs) zeros.push_back(at::zeros_like(x));
    return zeros;
  }
  auto found = torch::autograd::grad({y}, xs, {seed}, /*retain_graph=*/true, create_graph,
                                     /*allow_unused=*/true);
  for (std::size_t i = 0; i < xs.size(); ++i) {
    if (!found[i].defined()) found[i] = at::zeros_like(xs[i]);
  }
  return found;
}

void compare_all(const char* what, const std::vector<Var>& a, const std::vector<at::Tensor>& b,
                 double size, double tolerance, Index& count) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    BOOST_TEST_CONTEXT(what << " " << i) {
      BOOST_TEST(apart(a[i].value(), from_torch(b[i]), size, tolerance) < tolerance);
      ++count;
    }
  }
}

void compare_round(const OpCase& c, const Leaves& leaves, Random& random, Comparisons& done) {
  const auto p = problem_of(leaves, random);
  const Var y = c.ours(p->x);
  const at::Tensor torch_y = c.theirs(p->torch_x);
  collect_ops(p->tape, done.ops);
  const Tensor value = y.value(), torch_value = from_torch(torch_y);
  BOOST_TEST_REQUIRE((value.shape() == torch_value.shape()),
                     to_string(value.shape()) << " and " << to_string(torch_value.shape()));
  BOOST_TEST(apart(value, torch_value, 0, c.tolerance) < c.tolerance);
  ++done.values;
  if (c.order == 0) return;

  const Tensor cotangent = normal(y.shape(), random);
  const Var u = p->tape.variable(cotangent);
  const at::Tensor torch_u = to_torch_variable(cotangent);
  const bool second = c.order > 1;
  const std::vector<at::Tensor> expected =
      torch_gradients(torch_y, p->torch_wanted, torch_u, second);
  if (!y.requires_grad()) {  // no gradient passes, so libtorch's has to be zero
    for (const at::Tensor& gradient : expected) {
      BOOST_TEST(largest(from_torch(gradient)) == 0);
      ++done.gradients;
    }
    return;
  }
  {
    const Adjoints adjoints = p->tape.backward(y, p->wanted, cotangent);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      BOOST_TEST_CONTEXT("gradient " << i) {
        BOOST_TEST(apart(adjoints[p->wanted[i]], from_torch(expected[i]), largest(cotangent),
                         c.tolerance) < c.tolerance);
        ++done.gradients;
      }
    }
  }
  const std::vector<Var> gradients = grad(y, p->wanted, u, second);
  compare_all("recorded gradient", gradients, expected, largest(cotangent), c.tolerance,
              done.gradients);
  if (!second) return;

  Var form = p->tape.zeros({});
  at::Tensor torch_form = at::zeros({}, at::kDouble);
  double size = largest(cotangent);
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const Tensor weights = normal(gradients[i].shape(), random);
    form = form + sum(gradients[i] * p->tape.input(weights));
    torch_form = torch_form + (expected[i] * to_torch(weights)).sum();
    size = std::max({size, largest(gradients[i].value()), largest(weights)});
  }
  std::vector<Var> by = p->wanted;
  std::vector<at::Tensor> torch_by = p->torch_wanted;
  by.push_back(u);
  torch_by.push_back(torch_u);
  compare_all("second derivative", grad(form, by),
              torch_gradients(torch_form, torch_by, at::ones({}, at::kDouble), false), size,
              c.tolerance, done.second);
}

}  // namespace

Tensor drawn(const Leaf& leaf, Random& random) {
  const DType dtype = leaf.draw == Draw::labels ? DType::int64
                      : leaf.draw == Draw::mask ? DType::boolean
                                                : DType::float64;
  Tensor value(dtype, leaf.shape);
  for (Index i = 0; i < value.size(); ++i) {
    switch (leaf.draw) {
      case Draw::normal:
        value.set(i, 3 * random.normal());
        break;
      case Draw::positive:
        value.set(i, random.uniform(0.1, 3));
        break;
      case Draw::share:
        value.set(i, random.uniform(0.05, 0.95));
        break;
      case Draw::few:
        value.set(i, static_cast<double>(random.below(3) - 1));
        break;
      case Draw::dominant: {
        const Index n = leaf.shape.columns();
        value.set(i, random.normal() + (i % (n + 1) == 0 ? static_cast<double>(n + 3) : 0));
        break;
      }
      case Draw::labels:
        value.data<Index>()[i] = random.below(leaf.classes);
        break;
      case Draw::mask:
        value.set(i, static_cast<double>(random.below(2)));
        break;
    }
  }
  return value;
}

void compare(const OpCase& c, Random& random, Comparisons& done) {
  for (const Leaves& leaves : c.rounds) {
    std::string shapes;
    for (const Leaf& leaf : leaves) shapes += " " + to_string(leaf.shape);
    BOOST_TEST_CONTEXT(c.name << " of" << shapes) { compare_round(c, leaves, random, done); }
  }
}

std::set<const Op*> ops_of(const OpCase& c) {
  Random random(1, "ops");
  std::set<const Op*> ops;
  for (const Leaves& leaves : c.rounds) {
    const auto p = problem_of(leaves, random);
    c.ours(p->x);
    collect_ops(p->tape, ops);
  }
  return ops;
}

}  // namespace carousel::testing
