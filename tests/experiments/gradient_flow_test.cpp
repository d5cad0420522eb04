#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/runner/gradient_step.hpp>
#include <nlohmann/json.hpp>

#include "run_fixture.hpp"

using namespace carousel;
using test::Scratch;
using test::Setup;
using test::small_adding;

namespace {

GradientFlow flow(const Setup& setup, const tasks::Batch& batch, Index threads) {
  Model model(setup.registry, setup.config.cells[0], *setup.task, DType::float64);
  model.initialise(1);
  GradientStep step(model, threads);
  return step.run(batch, {}, true).flow;
}

/// The sequences of a batch, each `times` times.
tasks::Batch repeated(const tasks::Batch& batch, Index times) {
  const Index size = batch.weight.shape()[1];
  tasks::Batch result = batch;
  result.x = Tensor(batch.x.dtype(), batch.x.shape().with(1, size * times));
  result.target = Tensor(batch.target.dtype(), batch.target.shape().with(1, size * times));
  result.weight = Tensor(batch.weight.dtype(), batch.weight.shape().with(1, size * times));
  result.lengths.clear();
  const auto fill = [&](const Tensor& from, Tensor& to) {
    const Index width = from.size() / (from.shape()[0] * size);
    for (Index i = 0; i < to.size(); ++i) {
      const Index t = i / (size * times * width), b = i / width % (size * times) % size;
      to.set(i, from.at((t * size + b) * width + i % width));
    }
  };
  fill(batch.x, result.x);
  fill(batch.target, result.target);
  fill(batch.weight, result.weight);
  for (Index b = 0; b < size * times; ++b) {
    result.lengths.push_back(batch.lengths[static_cast<std::size_t>(b % size)]);
  }
  return result;
}

void expect_equal(const GradientFlow& a, const GradientFlow& b) {
  BOOST_TEST_REQUIRE(a.states.size() == b.states.size());
  for (std::size_t k = 0; k < a.states.size(); ++k) {
    BOOST_TEST_REQUIRE(a.states[k].norms.size() == b.states[k].norms.size());
    for (std::size_t t = 0; t < a.states[k].norms.size(); ++t) {
      const double x = a.states[k].norms[t], y = b.states[k].norms[t];
      BOOST_TEST(std::abs(x - y) <= 1e-12 * x,
                 a.states[k].name << " at t = " << t << ": " << x << " and " << y);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(flow_covers_every_state_and_step) {
  const Setup setup(small_adding("dtype: float64\n"));
  const auto batch = setup.task->training(1, 0, 6);
  const GradientFlow f = flow(setup, batch, 1);
  BOOST_TEST_REQUIRE(f.states.size() == 2U);
  BOOST_TEST(f.states[0].name == "h");
  BOOST_TEST(f.states[1].name == "c");
  const auto steps = static_cast<std::size_t>(batch.x.shape()[0]);
  for (const auto& state : f.states) {
    BOOST_TEST(state.norms.size() == steps + 1);
    for (std::size_t t = 0; t < steps; ++t) BOOST_TEST(state.norms[t] > 0);
  }
}

BOOST_AUTO_TEST_CASE(flow_does_not_depend_on_the_batch_size) {
  const Setup setup(small_adding("dtype: float64\n"));
  const auto batch = setup.task->training(1, 0, 6);
  expect_equal(flow(setup, batch, 1), flow(setup, repeated(batch, 3), 1));
}

BOOST_AUTO_TEST_CASE(flow_does_not_depend_on_the_threads) {
  const Setup setup(small_adding("dtype: float64\n"));
  const auto batch = setup.task->training(1, 0, 6);
  expect_equal(flow(setup, batch, 1), flow(setup, batch, 4));
}

BOOST_AUTO_TEST_CASE(probe_writes_norms_of_states_and_parameters) {
  const Scratch scratch;
  const Setup setup(small_adding("probes: {gradient_flow: [0, 5]}\n"));
  setup.train(scratch / "run");
  std::ifstream file(scratch / "run/gradient_flow.jsonl");
  int states = 0, parameters = 0;
  for (std::string line; std::getline(file, line);) {
    const auto json = nlohmann::json::parse(line);
    const int step = json["step"];
    BOOST_TEST((step == 0 || step == 5));
    if (json.contains("state")) {
      ++states;
      BOOST_TEST(json["norms"].size() > 12U);
    } else {
      ++parameters;
      BOOST_TEST(json["parameters"]["weight_hh"].get<double>() > 0);
      BOOST_TEST(json["parameters"].size() == 6U);
    }
  }
  BOOST_TEST(states == 4);
  BOOST_TEST(parameters == 2);
}

BOOST_AUTO_TEST_SUITE_END()
