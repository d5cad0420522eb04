#include <autograd/grad.hpp>
#include <boost/test/unit_test.hpp>
#include <cells/cell.hpp>
#include <cells/init.hpp>
#include <cells/library/vanilla.hpp>
#include <cells/unroll.hpp>
#include <tests/support/tensors.hpp>

// The regulariser of Pascanu, Mikolov and Bengio 2013, which keeps the norm of the gradient on its
// way back through time:
//
//     Ω = mean over k and sequences of (|g_(k+1) ∂h_(k+1)/∂h_k|² / |g_(k+1)|² - 1)²,  g_k = dE/dh_k
//
// differentiated by the immediate dependence on the recurrent weight only: g and h are constants.

using namespace carousel;
using namespace carousel::testing;

namespace {

constexpr Index time_steps = 12, batch = 4, hidden = 6;

struct Problem {
  std::unique_ptr<cells::AnyCell> cell = cells::erase<cells::Vanilla>();
  Tensor xs;
  Problem() {
    cell->build({2, hidden}, DType::float64);
    cells::initialise(*cell, {}, 3);
    Random random(8, "xs");
    xs = normal({time_steps, batch, 2}, random);
    recurrent().mutable_value().fill(0);
    for (Index i = 0; i < hidden; ++i) recurrent().mutable_value().set(i * hidden + i, 0.5);
  }
  Param recurrent() const {
    for (const Param& param : cell->params()) {
      if (param.role() == Role::recurrent) return param;
    }
    return {};
  }
  std::vector<Var> params() const { return {cell->params().begin(), cell->params().end()}; }
};

struct Recorded {
  cells::Unrolled run;
  Var loss;
  std::vector<Var> flow;  ///< dE/dh_k for k = 0..T, constants
};

Recorded record_run(Tape& tape, const Problem& problem) {
  Recorded r;
  r.run = cells::unroll(*problem.cell, tape.input(problem.xs));
  r.loss = mean(square(r.run.outputs.back() - 0.5));
  r.flow = grad(r.loss, r.run.states[0]);
  return r;
}

/// (|part|² / |g|² - 1)², the mean over sequences.
Var deviation(const Var& part, const Var& g) {
  return mean(square(sum(square(part), {1}) / sum(square(g), {1}) - 1.0));
}

/// By the formula of the cell: g ∘ (1 - h_(k+1)²) U.
Var by_formula(Tape& tape, const Problem& problem, const Recorded& r) {
  const Var U = tape.use(problem.recurrent());
  Var total;
  for (std::size_t k = 0; k + 1 < r.flow.size(); ++k) {
    const Var h = detach(r.run.states[0][k + 1]), g = r.flow[k + 1];
    const Var term = deviation(matmul(g * (1.0 - square(h)), U), g);
    total = total ? total + term : term;
  }
  return total / static_cast<double>(time_steps);
}

/// For any cell of one state: each step once more from a constant state, and its Jacobian's product
/// with g as a value on the tape.
Var by_second_order(Tape& tape, const Problem& problem, const Recorded& r) {
  Var total;
  cells::Context context;
  for (std::size_t k = 0; k + 1 < r.flow.size(); ++k) {
    const Var before = tape.variable(r.run.states[0][k].value()), g = r.flow[k + 1];
    std::vector<Var> state{before};
    context.t = static_cast<Index>(k);
    problem.cell->step(tape.input(at(tape.input(problem.xs), 0, context.t).value()), state, nullptr,
                       context);
    const Var term = deviation(vjp(state[0], {before}, g)[0], g);
    total = total ? total + term : term;
  }
  return total / static_cast<double>(time_steps);
}

/// Ω once more, in plain numbers.
double plain_loop(const Recorded& r, const Tensor& U) {
  double total = 0;
  for (std::size_t k = 0; k + 1 < r.flow.size(); ++k) {
    const Tensor h = r.run.states[0][k + 1].value(), g = r.flow[k + 1].value();
    for (Index b = 0; b < batch; ++b) {
      double squared_part = 0, squared_g = 0;
      for (Index j = 0; j < hidden; ++j) {
        double part = 0;
        for (Index i = 0; i < hidden; ++i) {
          const double tanh_i = h.at(b * hidden + i);
          part += g.at(b * hidden + i) * (1 - tanh_i * tanh_i) * U.at(i * hidden + j);
        }
        squared_part += part * part;
        squared_g += g.at(b * hidden + j) * g.at(b * hidden + j);
      }
      total += std::pow(squared_part / squared_g - 1, 2);
    }
  }
  return total / static_cast<double>(time_steps * batch);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(pascanu_regulariser_is_the_same_by_formula_and_by_second_order) {
  const Problem problem;
  Tape tape(DType::float64);
  const Recorded r = record_run(tape, problem);
  const double formula = by_formula(tape, problem, r).item();
  BOOST_TEST(std::abs(formula - by_second_order(tape, problem, r).item()) < 1e-13);
  BOOST_TEST(std::abs(formula - plain_loop(r, problem.recurrent().value())) < 1e-13);
}

// Stop-gradient: what the tape gives is the difference of Ω by U with g and h held as they are.
BOOST_AUTO_TEST_CASE(pascanu_regulariser_is_differentiated_by_the_immediate_dependence) {
  const Problem problem;
  Tape tape(DType::float64);
  const Recorded r = record_run(tape, problem);
  const Var U = problem.recurrent();
  const Tensor slope = tape.backward(by_formula(tape, problem, r), {U})[U];
  for (Index i = 0; i < slope.size(); ++i) {
    Tensor up = U.value(), down = U.value();
    up.set(i, up.at(i) + 1e-6);
    down.set(i, down.at(i) - 1e-6);
    const double difference = (plain_loop(r, up) - plain_loop(r, down)) / 2e-6;
    BOOST_TEST(std::abs(slope.at(i) - difference) < 1e-8);
  }
}

// Ω pulls the norm ratio of a step towards 1, the loss alone does not. At a rate of 0.1 the path of
// Ω is chaotic, since g shrinks with the loss: another order of sums ends elsewhere.
BOOST_AUTO_TEST_CASE(pascanu_regulariser_trains_a_cell_whose_gradient_vanishes) {
  const auto ratio_after = [](double weight) {
    const Problem problem;
    double omega = 0, loss = 0;
    for (int step = 0; step < 400; ++step) {
      Tape tape(DType::float64);
      const Recorded r = record_run(tape, problem);
      const Var regulariser = by_formula(tape, problem, r);
      omega = regulariser.item();
      loss = r.loss.item();
      const Adjoints adjoints = tape.backward(r.loss + regulariser * weight, problem.params());
      for (const Param& param : problem.cell->params()) {
        Param p = param;
        const Tensor g = adjoints[p];
        Tensor& value = p.mutable_value();
        for (Index j = 0; j < value.size(); ++j) value.set(j, value.at(j) - 0.02 * g.at(j));
      }
    }
    return std::pair(omega, loss);
  };
  const auto [plain, plain_loss] = ratio_after(0);
  const auto [regularised, regularised_loss] = ratio_after(1);
  BOOST_TEST(plain > 0.5);
  BOOST_TEST(regularised < 0.3 * plain, regularised << " against " << plain);
  BOOST_TEST(regularised_loss < 0.3);
}

BOOST_AUTO_TEST_SUITE_END()
