#include <boost/test/unit_test.hpp>
#include <experiments/runner/checkpoint.hpp>
#include <map>
#include <tests/experiments/problem.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// What a configuration can change of the gradient: truncated backpropagation, regularisers.

using namespace carousel;
using namespace carousel::test;
using namespace carousel::testing;

namespace {

double worst(const optim::Gradients& a, const optim::Gradients& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, distance(a[i], b[i]));
  return most;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(bptt_over_all_steps_is_not_truncated) {
  for (const char* entry : {"lstm", "{name: gru, modifiers: {layers: 2}}"}) {
    Problem problem(entry);
    BOOST_TEST_REQUIRE(problem.batch.x.shape()[0] == time_steps);
    const auto whole = problem.gradient();
    BOOST_TEST(worst(problem.gradient(cells::Truncation{time_steps, time_steps}), whole) < 1e-13);
    BOOST_TEST(worst(problem.gradient(cells::Truncation{1, time_steps}), whole) < 1e-13);
    BOOST_TEST(worst(problem.gradient(cells::Truncation{1, 1}), whole) > 1e-3);
    BOOST_TEST(worst(problem.gradient(cells::Truncation{2, 4}, 3),
                     problem.gradient(cells::Truncation{2, 4})) < 1e-13);
  }
}

// Windows side by side: the same as batches that each continue the one before.
BOOST_AUTO_TEST_CASE(bptt_in_windows_is_a_batch_for_each) {
  for (const char* entry : {"lstm", "{name: gru, modifiers: {layers: 2}}"}) {
    Problem problem(entry);
    const auto truncated = problem.gradient(cells::Truncation{6, 6});
    GradientStep step(problem.model, 1);
    optim::Gradients sum;
    for (Index begin = 0; begin < time_steps; begin += 6) {
      const auto window = window_of(problem.batch, begin, std::min(time_steps, begin + 6));
      const double share = total_weight(window) / total_weight(problem.batch);
      if (share == 0) {  // it has no loss; its states are needed all the same
        auto counted = window;
        counted.weight.fill(1);
        step.run(counted, {}, false);
        continue;
      }
      step.run(window, {}, false);
      if (sum.empty()) {
        for (const Tensor& g : step.gradients()) sum.emplace_back(g.dtype(), g.shape());
      }
      for (std::size_t i = 0; i < sum.size(); ++i) {
        for (Index k = 0; k < sum[i].size(); ++k) {
          sum[i].set(k, sum[i].at(k) + share * step.gradients()[i].at(k));
        }
      }
    }
    BOOST_TEST(worst(truncated, sum) < 1e-12);
  }
}

// Sequences of a batch that goes on, some of which begin afresh: threads share them out with their
// states, and all afresh is a batch that does not go on.
BOOST_AUTO_TEST_CASE(batches_go_on_sequence_by_sequence) {
  Problem problem("{name: lstm, modifiers: {layers: 2}}");
  const auto second = [&](const std::vector<bool>& afresh, bool continues, Index threads) {
    GradientStep step(problem.model, threads);
    for (const Index begin : {Index{0}, time_steps / 2}) {
      tasks::Batch window = window_of(problem.batch, begin, begin + time_steps / 2);
      window.weight.fill(1);
      window.continues = begin > 0 && continues;
      if (window.continues) window.afresh = afresh;
      step.run(window, {}, false);
    }
    return step.gradients();
  };
  const auto some = second({true, false, true}, true, 1), none = second({}, true, 1);
  const auto all = second({true, true, true}, true, 1);
  BOOST_TEST(worst(second({true, false, true}, true, 3), some) < 1e-13);
  BOOST_TEST(worst(second({true, false, true}, true, 2), some) < 1e-13);
  BOOST_TEST(worst(all, second({}, false, 1)) < 1e-13);
  BOOST_TEST(worst(some, none) > 1e-4);
  BOOST_TEST(worst(some, all) > 1e-4);
}

// A parameter that a cell declares to learn slower is moved less: by a tenth.
BOOST_AUTO_TEST_CASE(learning_rates_of_parameters_are_the_cells) {
  const auto moved = [](const std::string& lr) {
    const Scratch scratch;
    Setup setup(
        "task: {name: copy, symbols: 3, delay: 4}\ndtype: float64\nhidden_size: 4\n"
        "cells: [exprnn]\noptimizer: {name: sgd, lr: " +
        lr + "}\ntrain: {steps: 1, batch_size: 3, select: last, evaluate_every: 1}\n");
    Model model(setup.registry, setup.config.cells[0], *setup.task, DType::float64);
    model.initialise(1);
    GradientStep step(model, 1);
    step.run(setup.task->training(1, 0, 3), {}, false);
    const Model trained(setup.registry, setup.config.cells[0], *setup.task, DType::float64);
    setup.train(scratch / "run");
    load_parameters(scratch / "run/checkpoint.safetensors", trained);
    std::map<std::string, double> rates;  // by which the gradient was multiplied
    for (std::size_t i = 0; i < model.params().size(); ++i) {
      const Param param = model.params()[i];
      const Tensor& after = trained.params()[i].value();
      for (Index k = 0; k < after.size(); ++k) {
        const double g = step.gradients()[i].at(k);
        if (std::abs(g) > 1e-4) rates[param.name()] = (param.value().at(k) - after.at(k)) / g;
      }
    }
    return rates;
  };
  const auto rates = moved("0.5");
  BOOST_TEST(rates.size() >= 4U);
  for (const auto& [name, rate] : rates) {
    const double expected = name == "A" ? 0.05 : 0.5;
    BOOST_TEST(std::abs(rate - expected) < 1e-9, name << ": " << rate);
  }
}

BOOST_AUTO_TEST_CASE(regularizers_add_their_gradient) {
  Problem plain("lstm");
  Problem sized("{name: lstm, regularizer: {l1: 0.01, l2: 0.1}}");
  const auto without = plain.gradient(), with = sized.gradient();
  const auto params = sized.model.params();
  for (std::size_t i = 0; i < params.size(); ++i) {
    const bool weighs = params[i].shape().rank() == 2;
    for (Index k = 0; k < with[i].size(); ++k) {
      const double w = params[i].value().at(k);
      const double added = weighs ? 0.2 * w + (w > 0 ? 0.01 : -0.01) : 0;
      BOOST_TEST(std::abs(with[i].at(k) - without[i].at(k) - added) < 1e-14, params[i].name());
    }
  }
  BOOST_TEST(worst(sized.gradient({}, 3), with) < 1e-13);  // once, not once a thread
}

// ‖U Uᵀ - I‖² by differences; of an orthogonal matrix it is at its least.
BOOST_AUTO_TEST_CASE(regularizer_of_orthogonality) {
  Problem problem("{name: vanilla, regularizer: {orthogonal: 0.5}}");
  Param U = problem.model.params()[1];
  BOOST_TEST_REQUIRE((U.role() == Role::recurrent));
  Tape tape(DType::float64);
  const auto penalty = [&] {
    tape.reset();
    return problem.model.penalty(tape).item();
  };
  penalty();
  const Var value = problem.model.penalty(tape);
  const Tensor slope = tape.backward(value, {U})[U];
  for (Index i = 0; i < slope.size(); ++i) {
    const double at = U.value().at(i), h = 1e-6;
    U.mutable_value().set(i, at + h);
    const double up = penalty();
    U.mutable_value().set(i, at - h);
    const double down = penalty();
    U.mutable_value().set(i, at);
    BOOST_TEST(std::abs(slope.at(i) - (up - down) / (2 * h)) < 1e-8);
  }
  Problem orthogonal(
      "{name: vanilla, init: {recurrent: orthogonal}, regularizer: {orthogonal: 0.5}}");
  Tape other(DType::float64);
  BOOST_TEST(orthogonal.model.penalty(other).item() < 1e-25);
  BOOST_TEST(refusal([] {
               Problem("{name: min_gru, regularizer: {orthogonal: 1}}");
             }).find("square recurrent matrices") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(bptt_settings_must_fit_together) {
  const auto refused = [](const std::string& train, const std::string& more = "") {
    return refusal([&] {
      Setup("task: adding\ncells: [{name: lstm" + more + "}]\ntrain: {" + train + "}\n");
    });
  };
  BOOST_TEST(refused("bptt_window: 5").empty());
  BOOST_TEST(refused("bptt_stride: 5").find("a bptt_window beside it") != std::string::npos);
  BOOST_TEST(refused("bptt_window: 5, memory: sqrt").find("train.memory of full") !=
             std::string::npos);
  BOOST_TEST(refused("bptt_window: 5", ", modifiers: {bidirectional: sum}").find("one direction") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
