#pragma once
#include <boost/test/unit_test.hpp>
#include <experiments/runner/gradient_step.hpp>
#include <tests/experiments/run_fixture.hpp>

namespace carousel::test {

constexpr Index time_steps = 24, sequences = 3;

/// A model and a batch of the copying task, which asks at many steps.
struct Problem {
  Setup setup;
  Model model;
  tasks::Batch batch;
  explicit Problem(const std::string& entry, const std::string& train = "")
      : setup(
            "task: {name: copy, symbols: 3, delay: 4}\ndtype: float64\nhidden_size: 4\n"
            "cells: [" +
            entry + "]\ntrain: {steps: 1" + train + "}\n"),
        model(setup.registry, setup.config.cells[0], *setup.task, DType::float64),
        batch(setup.task->training(1, 0, sequences)) {
    model.initialise(1);
  }
  optim::Gradients gradient(std::optional<cells::Truncation> truncation = {}, Index threads = 1) {
    GradientStep step(model, threads);
    step.truncate(truncation);
    const StepResult result = step.run(batch, {}, false);
    BOOST_TEST(result.not_finite.empty());
    if (truncation) BOOST_TEST(result.execution.find("truncated") != std::string::npos);
    return step.gradients();
  }
};

/// Steps begin..end-1.
inline tasks::Batch window_of(const tasks::Batch& batch, Index begin, Index end) {
  const auto cut = [&](const Tensor& whole) {
    Tensor part(whole.dtype(), whole.shape().with(0, end - begin));
    const Index step = whole.size() / whole.shape()[0];
    for (Index i = 0; i < part.size(); ++i) part.set(i, whole.at(begin * step + i));
    return part;
  };
  tasks::Batch part = batch;
  part.x = cut(batch.x);
  part.target = cut(batch.target);
  part.weight = cut(batch.weight);
  part.lengths.assign(batch.lengths.size(), end - begin);
  part.continues = begin > 0;
  return part;
}

}  // namespace carousel::test
