#include <boost/test/unit_test.hpp>
#include <cells/decomposition.hpp>
#include <cells/init.hpp>
#include <cells/library/gru.hpp>
#include <cells/library/lstm.hpp>
#include <cells/library/vanilla.hpp>
#include <tests/cells/two_states.hpp>
#include <tests/cells/unusual_cells.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// dL/dW as its parts by time step: they add up, and each is the gradient of a copy of W that only
// its step uses.

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

namespace {

constexpr Index steps = 6, batch = 3;

std::unique_ptr<AnyCell> built(std::unique_ptr<AnyCell> cell, Index input, Index hidden,
                               std::uint64_t seed = 3) {
  cell->build({input, hidden}, DType::float64);
  initialise(*cell, {}, seed);
  return cell;
}

Tensor inputs() {
  Random random(4, "xs");
  return normal({steps, batch, 2}, random);
}

Var loss_of(const std::vector<Var>& outputs) {
  Random random(6, "loss");
  const Var all = stack(outputs);
  return sum(square(all) * all.tape().input(normal(all.shape(), random)));
}

std::vector<Var> outputs_of(const Unrolled& run) {
  std::vector<Var> outputs;
  for (Index t = 0; t < run.time; ++t) outputs.push_back(run.output(t));
  return outputs;
}

/// The part of step t: a loop in which this step takes another cell of the same numbers.
std::vector<double> norms_of_own_copy(std::unique_ptr<AnyCell> (*make)(), Index own) {
  const auto usual = make(), copy = make();
  Tape tape(DType::float64);
  std::vector<Var> state, outputs;
  for (const auto& spec : usual->states()) state.push_back(tape.zeros({batch, spec.size}));
  const Var xs = tape.input(inputs());
  for (Index t = 0; t < steps; ++t) {
    Context context;
    context.t = t;
    outputs.push_back((t == own ? copy : usual)->step(at(xs, 0, t), state, nullptr, context));
  }
  const std::vector<Var> wanted(copy->params().begin(), copy->params().end());
  const Adjoints adjoints = tape.backward(loss_of(outputs), wanted);
  std::vector<double> norms;
  for (const Var& v : wanted) norms.push_back(adjoints.norm(v));
  return norms;
}

void check_parts(std::unique_ptr<AnyCell> (*make)()) {
  const auto cell = make();
  const std::vector<Param>& params = cell->params();
  for (const Memory& memory : {Memory(), Memory::every(2)}) {
    Tape tape(DType::float64);
    UnrollOptions options;
    options.memory = memory;
    const Unrolled run = unroll(*cell, tape.input(inputs()), options);
    const Var loss = loss_of(outputs_of(run));
    const std::vector<Var> wanted(params.begin(), params.end());
    const Adjoints whole = tape.backward(loss, wanted);

    std::vector<Tensor> total;
    for (const Param& param : params) total.emplace_back(DType::float64, param.shape());
    std::vector<Index> last(params.size(), steps);
    for_each_part(loss, params, [&](std::size_t i, Index t, const View& part) {
      BOOST_TEST((t < last[i] && t >= 0));
      last[i] = t;
      accumulate(part, dense(total[i].raw(), part.shape, part.dtype));
    });
    for (std::size_t i = 0; i < params.size(); ++i) {
      BOOST_TEST(last[i] == 0);
      BOOST_TEST(distance(total[i], whole[params[i]]) < 1e-12);
    }

    const std::vector<PartNorms> norms = part_norms(run, loss, params);
    for (Index t = 0; t < steps; ++t) {
      const std::vector<double> expected = norms_of_own_copy(make, t);
      for (std::size_t i = 0; i < params.size(); ++i) {
        const double found = norms[i].steps[static_cast<std::size_t>(t)];
        BOOST_TEST(std::abs(found - expected[i]) <= 1e-12 * expected[i]);
        BOOST_TEST(norms[i].outside == 0);
      }
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(decomposition_adds_up_and_is_that_of_own_copies) {
  check_parts([] { return ::built(erase<Lstm>(), 2, 4); });
  check_parts([] { return ::built(erase<Gru>(), 2, 4); });
  check_parts([] { return ::built(erase<TwoStates>(), 2, 4); });
  check_parts([] { return ::built(erase<Packed>(), 2, 4); });
}

// h' = a h + w x:  P_t of a is a^(tau-t) h_t, P_t of w is a^(tau-t) x_t.
BOOST_AUTO_TEST_CASE(decomposition_of_a_linear_recurrence_by_lag) {
  Vanilla linear;
  linear.activation = "linear";
  const auto cell = ::built(erase(linear), 1, 1);
  const double a = 0.8, w = -1.5;
  std::vector<Param> params;
  for (Param param : cell->params()) {
    const bool recurrent = param.role() == Role::recurrent, input = param.role() == Role::input;
    param.mutable_value().fill(recurrent ? a : input ? w : 0);
    if (recurrent || input) params.push_back(param);
  }
  if (params[0].role() == Role::input) std::swap(params[0], params[1]);
  Random random(4, "xs");
  const Tensor xs = normal({steps, 1, 1}, random);
  std::vector<double> h{0};
  for (Index t = 0; t < steps; ++t) h.push_back(w * xs.at(t) + a * h.back());
  for (const Memory& memory : {Memory(), Memory::every(4)}) {
    Tape tape(DType::float64);
    UnrollOptions options;
    options.memory = memory;
    options.first_step = 3;
    const Unrolled run = unroll(*cell, tape.input(xs), options);
    for (const Index tau : {Index{0}, Index{3}, steps - 1}) {
      const auto norms = part_norms_by_lag(run, sum(run.output(tau)), tau, params);
      for (Index lag = 0; lag <= tau; ++lag) {
        const double factor = std::pow(a, static_cast<double>(lag));
        const auto t = static_cast<std::size_t>(tau - lag), at = static_cast<std::size_t>(lag);
        BOOST_TEST(std::abs(norms[0].steps[at] - std::abs(factor * h[t])) < 1e-14);
        BOOST_TEST(relative(norms[1].steps[at], std::abs(factor * xs.at(tau - lag))) < 1e-13);
      }
      BOOST_TEST(static_cast<Index>(norms[0].steps.size()) == tau + 1);
    }
    BOOST_CHECK_EXCEPTION(part_norms_by_lag(run, sum(run.last()), steps, params), Error,
                          says({"part_norms_by_lag", "0..5", "6"}));
  }
}

// What is prepared once a sequence belongs to no step.
BOOST_AUTO_TEST_CASE(decomposition_of_what_is_prepared) {
  const auto cell = ::built(erase<Prepares>(), 2, 4);
  Tape tape(DType::float64);
  const Unrolled run = unroll(*cell, tape.input(inputs()));
  const Param U = cell->params()[0];
  const Var loss = loss_of(outputs_of(run));
  const auto norms = part_norms(run, loss, {U});
  const Adjoints whole = tape.backward(loss, {U});
  BOOST_TEST(relative(norms[0].outside, whole.norm(U)) < 1e-13);
  for (const double norm : norms[0].steps) BOOST_TEST(norm == 0);
}

BOOST_AUTO_TEST_SUITE_END()
