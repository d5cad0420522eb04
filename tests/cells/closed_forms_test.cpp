#include <boost/test/unit_test.hpp>
#include <cells/cell.hpp>
#include <cells/init.hpp>
#include <cells/library/lstm.hpp>
#include <cells/library/vanilla.hpp>
#include <cells/unroll.hpp>
#include <tests/support/assign.hpp>
#include <tests/support/tensors.hpp>

// Gradients through thousands of steps against formulas: no training, no difference quotient.

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

namespace {

/// h' = W h
struct Linear {
  struct State {
    Var h;
  };
  Param W;
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.recurrent("W", W);
  }
  Step<State> step(const Var&, const State& s) const {
    const Var h = linear(s.h, W);
    return {h, {h}};
  }
};

/// h' = w σ(h) + b, the one-unit net of Pascanu, Mikolov and Bengio 2013, figure 6
struct OneUnit {
  struct State {
    Var h;
  };
  Param w, b;
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.recurrent("w", w);
    d.bias("b", b);
  }
  Step<State> step(const Var&, const State& s) const {
    const Var h = linear(sigmoid(s.h), w, b);
    return {h, {h}};
  }
};

std::shared_ptr<const Initializer> initializer(const char* name, const char* key, double value) {
  const Table<Initializer> table = initializers();
  std::shared_ptr<Initializer> made = table.make(name);
  Assign assign(key, value);
  made->settings(assign);
  return made;
}

/// The recurrence over T steps without input, from h_0 (and c_0 ...).
Unrolled free_run(const AnyCell& cell, Tape& tape, Index time, const std::vector<Tensor>& initial) {
  UnrollOptions options;
  for (const auto& state : initial) options.initial.push_back(tape.variable(state));
  const Tensor silence(DType::float64, {time, initial[0].shape()[0], cell.sizes().input_size});
  return unroll(cell, tape.input(silence), options);
}

/// Norms of dL/ds_t of the first state for t = 0..T, L = Σ u∘s_T.
std::vector<double> norms(const AnyCell& cell, Index time, const Tensor& initial, const Tensor& u) {
  Tape tape(DType::float64);
  const Unrolled run = free_run(cell, tape, time, {initial});
  const auto& states = run.states[0];
  const Adjoints adjoints = tape.backward(states.back(), states, u);
  std::vector<double> result;
  for (const auto& state : states) result.push_back(adjoints.norm(state));
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cells)

// W = g Q with Q orthogonal: the norm of dL/dh_{T-k} is g^k times that of dL/dh_T for every k. The
// longest run of g = 0.9 ends below 1e-290.
BOOST_AUTO_TEST_CASE(closed_form_linear_rnn_of_scaled_orthogonal_weights) {
  const std::vector<std::pair<double, Index>> runs{
      {0.9, 6400}, {0.95, 4000}, {1.0, 4000}, {1.05, 4000}};
  for (const auto& [g, time] : runs) {
    const auto cell = erase<Linear>();
    cell->build({1, 8}, DType::float64);
    initialise(*cell, {{Role::recurrent, initializer("orthogonal", "gain", g)}}, 1);
    Random random(2, "closed form");
    const Tensor h0 = normal({1, 8}, random), u = normal({1, 8}, random);
    const std::vector<double> norm = norms(*cell, time, h0, u);
    const auto last = static_cast<std::size_t>(time);
    double worst = 0;
    for (std::size_t k = 0; k <= last; ++k) {
      const double wanted = std::pow(g, static_cast<double>(k)) * norm[last];
      worst = std::max(worst, relative(norm[last - k], wanted));
    }
    BOOST_TEST(worst < 1e-10, "g = " << g << ": " << worst);
    if (g == 0.9) BOOST_TEST(norm[0] < 1e-149);
  }
}

// All weights and other biases zero: i∘g = 0 and h has no say, so c_T = σ(b)^T c_0.
BOOST_AUTO_TEST_CASE(closed_form_lstm_cell_path) {
  const auto zero = initializer("constant", "value", 0);
  const Initialization silent{{Role::input, zero}, {Role::recurrent, zero}, {Role::bias, zero}};
  struct Row {
    double b;
    Index time;
    double printed;  // three digits, from the literature's arithmetic
  };
  for (const Row& row : {Row{0, 50, 8.88e-16}, Row{0, 100, 7.89e-31}, Row{0, 200, 6.22e-61},
                         Row{1, 50, 1.58e-7}, Row{1, 100, 2.48e-14}, Row{1, 200, 6.17e-28}}) {
    Lstm lstm;
    lstm.forget_bias = row.b;
    const auto cell = erase(lstm);
    cell->build({2, 4}, DType::float64);
    initialise(*cell, silent, 1);
    Random random(3, "closed form");
    Tape tape(DType::float64);
    const Unrolled run =
        free_run(*cell, tape, row.time, {normal({2, 4}, random), normal({2, 4}, random)});
    const auto& h = run.states[run.position("h")];
    const auto& c = run.states[run.position("c")];
    const Tensor u = normal({2, 4}, random);
    const Adjoints adjoints = tape.backward(c.back(), {c.front(), h.front()}, u);
    const Tensor dc0 = adjoints[c.front()];
    const double factor = std::pow(1 / (1 + std::exp(-row.b)), static_cast<double>(row.time));
    for (Index i = 0; i < dc0.size(); ++i) {
      BOOST_TEST(relative(dc0.at(i), factor * u.at(i)) < 1e-12);
    }
    BOOST_TEST(relative(factor, row.printed) < 5e-3);
    BOOST_TEST(adjoints.norm(h.front()) == 0);
  }
}

// E = (σ(x_50) - 0.7)², x_0 = 0.5: the error surface with the steep wall at b near -2.6.
BOOST_AUTO_TEST_CASE(closed_form_one_unit_error_surface) {
  struct Row {
    double w, b, E, dw, db;
  };
  for (const Row& row : {Row{5, -2.5, 0.02408886881, 0.08631166948, 0.1009250176},
                         Row{5, -2.6, 0.01209521137, 0.1194586804, 0.1476018082},
                         Row{5, -2.8, 0.3780255033, -0.01336524869, -0.1569387183}}) {
    const auto cell = erase<OneUnit>();
    cell->build({1, 1}, DType::float64);
    Param w = cell->params()[0], b = cell->params()[1];
    w.mutable_value().fill(row.w);
    b.mutable_value().fill(row.b);
    Tape tape(DType::float64);
    const Unrolled run = free_run(*cell, tape, 50, {tensor({1, 1}, {0.5})});
    const Var E = sum(square(sigmoid(run.outputs.back()) - 0.7));
    const Adjoints adjoints = tape.backward(E, {w, b});
    BOOST_TEST(relative(E.item(), row.E) < 1e-9);
    BOOST_TEST(relative(adjoints[w].at(0), row.dw) < 1e-9);
    BOOST_TEST(relative(adjoints[b].at(0), row.db) < 1e-9);
  }
}

// At the fixed point h = 0 the Jacobian of tanh(W h) is W: over many steps the norm changes by the
// spectral radius ρ a step, though W is far from normal.
BOOST_AUTO_TEST_CASE(closed_form_tanh_rnn_at_its_fixed_point) {
  struct Row {
    double rho;
    Tensor W;
  };
  const std::vector<Row> rows{{0.9, tensor({3, 3}, {0.9, 2, -1, 0, 0.5, 3, 0, 0, -0.4})},
                              {1.1, tensor({3, 3}, {0.3, 0, 0, 4, 1.1, 0, -1, 2, 0.2})},
                              // eigenvalues 0.57 ± 0.76 i, of absolute value 0.95, and 0.1
                              {0.95, tensor({3, 3}, {0.57, -0.76, 0, 0.76, 0.57, 0, 0, 0, 0.1})}};
  for (const Row& row : rows) {
    const auto cell = erase<Vanilla>();
    cell->build({1, 3}, DType::float64);
    for (Param param : cell->params()) {
      if (param.role() == Role::recurrent) param.mutable_value() = row.W;
    }
    const std::vector<double> norm =
        norms(*cell, 400, Tensor(DType::float64, {1, 3}), tensor({1, 3}, {0.3, -1.2, 0.7}));
    const double slope = (std::log(norm[100]) - std::log(norm[300])) / 200;
    BOOST_TEST(std::abs(slope - std::log(row.rho)) < 1e-12);
  }
}

BOOST_AUTO_TEST_SUITE_END()
