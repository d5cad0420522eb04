#include <autograd/grad.hpp>
#include <boost/test/unit_test.hpp>
#include <cells/builtin.hpp>
#include <cells/init.hpp>
#include <cells/unroll.hpp>
#include <tests/support/tensors.hpp>

// Derivatives of the gradient of a recurrence: by differences, symmetric, and in use.

using namespace carousel;
using namespace carousel::testing;
using carousel::cells::AnyCell;

namespace {

std::unique_ptr<AnyCell> built(const char* name, const cells::Sizes& sizes) {
  auto cell = cells::cells().make(name);
  cell->build(sizes, DType::float64);
  cells::initialise(*cell, {}, 3);
  return cell;
}

/// A recurrence over 20 steps with the loss Σ (h_T)² + Σ_t h_t/10.
struct Problem {
  std::unique_ptr<AnyCell> cell;
  Tensor xs;
  explicit Problem(const char* name) : cell(built(name, {2, 4})) {
    Random random(8, "xs");
    xs = normal({20, 3, 2}, random);
  }
  Var loss(Tape& tape) const {
    const cells::Unrolled run = cells::unroll(*cell, tape.input(xs));
    return sum(square(run.outputs.back())) + sum(stack(run.outputs)) * 0.1;
  }
  std::vector<Var> params() const { return {cell->params().begin(), cell->params().end()}; }
  std::vector<Tensor> gradient() const {
    Tape tape(DType::float64);
    const Var L = loss(tape);
    const Adjoints adjoints = tape.backward(L, params());
    std::vector<Tensor> result;
    for (const Var& p : params()) result.push_back(adjoints[p]);
    return result;
  }
  void move(const std::vector<Tensor>& v, double by) const {
    for (std::size_t i = 0; i < v.size(); ++i) {
      Param param = cell->params()[i];
      Tensor& value = param.mutable_value();
      for (Index j = 0; j < value.size(); ++j) value.set(j, value.at(j) + by * v[i].at(j));
    }
  }
};

std::vector<Tensor> directions(const Problem& problem, const char* stream) {
  Random random(9, stream);
  std::vector<Tensor> result;
  for (const auto& param : problem.cell->params()) result.push_back(normal(param.shape(), random));
  return result;
}

std::vector<Tensor> hessian_times(const Problem& problem, const std::vector<Tensor>& v) {
  Tape tape(DType::float64);
  const Var L = problem.loss(tape);
  std::vector<Var> vs;
  for (const Tensor& one : v) vs.push_back(tape.input(one));
  std::vector<Tensor> result;
  for (const Var& h : hvp(L, problem.params(), vs)) result.push_back(h.value());
  return result;
}

double dot(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (Index j = 0; j < a[i].size(); ++j) sum += a[i].at(j) * b[i].at(j);
  }
  return sum;
}

void check_against_differences(const char* name) {
  const Problem problem(name);
  const auto v = directions(problem, "v");
  const auto found = hessian_times(problem, v);
  constexpr double h = 1e-5;
  problem.move(v, h);
  const auto after = problem.gradient();
  problem.move(v, -2 * h);
  const auto before = problem.gradient();
  for (std::size_t i = 0; i < v.size(); ++i) {
    Tensor expected = after[i];
    for (Index j = 0; j < expected.size(); ++j) {
      expected.set(j, (after[i].at(j) - before[i].at(j)) / (2 * h));
    }
    BOOST_TEST(distance(found[i], expected) < 1e-8,
               name << " " << problem.cell->params()[i].name());
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(second_order_of_a_20_step_gru) { check_against_differences("gru"); }
BOOST_AUTO_TEST_CASE(second_order_of_a_20_step_lstm) { check_against_differences("lstm"); }
BOOST_AUTO_TEST_CASE(second_order_of_a_20_step_vanilla) { check_against_differences("vanilla"); }

BOOST_AUTO_TEST_CASE(second_order_hessians_are_symmetric) {
  for (const char* name : {"vanilla", "gru", "lstm"}) {
    const Problem problem(name);
    const auto u = directions(problem, "u"), v = directions(problem, "v");
    const double uHv = dot(u, hessian_times(problem, v)), vHu = dot(v, hessian_times(problem, u));
    BOOST_TEST(std::abs(uHv - vHu) < 1e-12 * (1 + std::abs(uHv)), name);
    BOOST_TEST(std::abs(uHv) > 1e-3);
  }
}

// Recording the gradient gives the bits... of the gradient, up to the order of sums.
BOOST_AUTO_TEST_CASE(second_order_first_derivatives_are_those_of_backward) {
  const Problem problem("lstm");
  Tape tape(DType::float64);
  const auto recorded = grad(problem.loss(tape), problem.params(), /*create_graph=*/true);
  const auto expected = problem.gradient();
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    BOOST_TEST(distance(recorded[i].value(), expected[i]) < 1e-13);
  }
}

// A penalty on |dy/dx|² (after Drucker and Le Cun 1992) is trained through second derivatives: the
// slope by the inputs goes down, which the loss alone does not ask for.
BOOST_AUTO_TEST_CASE(second_order_gradient_penalty_trains_a_cell) {
  const auto slope_after = [](double weight) {
    const Problem problem("gru");
    double slope = 0;
    for (int step = 0; step < 40; ++step) {
      Tape tape(DType::float64);
      const Var xs = tape.variable(problem.xs);
      const auto run = carousel::cells::unroll(*problem.cell, xs);
      const Var L = mean(square(run.outputs.back() - 0.3));
      const Var output = sum(run.outputs.back());
      const Var penalty = sum(square(grad(output, {xs}, /*create_graph=*/true)[0]));
      slope = penalty.item();
      const Adjoints adjoints = tape.backward(L + penalty * weight, problem.params());
      std::vector<Tensor> gradient;
      for (const Var& p : problem.params()) gradient.push_back(adjoints[p]);
      problem.move(gradient, -0.5);
    }
    return slope;
  };
  const double plain = slope_after(0), penalised = slope_after(0.1);
  BOOST_TEST(penalised < 0.5 * plain, penalised << " against " << plain);
}

BOOST_AUTO_TEST_SUITE_END()
