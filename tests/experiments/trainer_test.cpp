#include <boost/test/unit_test.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <regex>

#include "run_fixture.hpp"

using namespace carousel;
using test::content;
using test::Scratch;
using test::Setup;
using test::small_adding;

namespace {

/// metrics.jsonl without the times, which no two runs share.
std::string numbers(const std::filesystem::path& directory) {
  return std::regex_replace(content(directory / "metrics.jsonl"),
                            std::regex(",\"seconds\":[0-9.e+-]+"), "");
}

/// A task whose held-out targets of one part are NaN.
class BrokenMetric : public tasks::Task {
 public:
  BrokenMetric(const tasks::Task& task, const std::string& part) : task_(task), part_(part) {}
  void settings(Settings&) override {}
  void load(DType) override {}
  Index input_size() const override { return task_.input_size(); }
  Index output_size() const override { return task_.output_size(); }
  const tasks::Objective& objective() const override { return task_.objective(); }
  double chance() const override { return task_.chance(); }
  std::string chance_is() const override { return task_.chance_is(); }
  tasks::Batch training(std::uint64_t seed, Index step, Index size) const override {
    return task_.training(seed, step, size);
  }
  Index evaluation_batches(Split split, Index size) const override {
    return task_.evaluation_batches(split, size);
  }
  tasks::Batch evaluation(Split split, Index number, Index size) const override {
    tasks::Batch batch = task_.evaluation(split, number, size);
    if ((split == Split::test) == (part_ == "test")) batch.target.fill(std::nan(""));
    return batch;
  }

 private:
  const tasks::Task& task_;
  std::string part_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(same_seed_and_threads_give_the_same_bits) {
  const Scratch scratch;
  for (const char* threads : {"threads: 1\n", "threads: 3\n"}) {
    const Setup setup(small_adding(threads));
    const RunResult a = setup.train(scratch / "a"), b = setup.train(scratch / "b");
    BOOST_TEST(numbers(scratch / "a") == numbers(scratch / "b"));
    BOOST_TEST(content(scratch / "a/checkpoint.safetensors") ==
               content(scratch / "b/checkpoint.safetensors"));
    BOOST_TEST(a.final_metric.value() == b.final_metric.value());
    BOOST_TEST(!numbers(scratch / "a").empty());
  }
}

BOOST_AUTO_TEST_CASE(threads_split_the_batch_and_change_rounding_only) {
  const Scratch scratch;
  const Setup one(small_adding("dtype: float64\nthreads: 1\n"));
  const Setup three(small_adding("dtype: float64\nthreads: 3\n"));
  const double a = one.train(scratch / "one").final_metric.value();
  const double b = three.train(scratch / "three").final_metric.value();
  BOOST_TEST(std::abs(a - b) <= 1e-9 * a);
}

// A batch of one sequence has nothing to split but the products over its steps.
BOOST_AUTO_TEST_CASE(threads_of_one_sequence_change_rounding_only) {
  const Scratch scratch;
  const auto metric = [&](const char* threads, const char* where) {
    const Setup setup(std::string("task: {name: adding, length: 300, evaluation_sequences: 8}\n"
                                  "cells: [lstm]\nhidden_size: 32\ndtype: float64\n"
                                  "train: {steps: 3, batch_size: 1, evaluate_every: 3}\n") +
                      threads);
    return setup.train(scratch / where).final_metric.value();
  };
  const double one = metric("threads: 1\n", "one"), three = metric("threads: 3\n", "three");
  BOOST_TEST(std::abs(one - three) <= 1e-9 * one);
  BOOST_TEST(metric("threads: 3\n", "again") == three);
}

BOOST_AUTO_TEST_CASE(another_seed_gives_other_numbers) {
  const Scratch scratch;
  Setup setup(small_adding("seeds: [1, 2]\n"));
  setup.train(scratch / "one");
  setup.config.seeds = {2};
  setup.train(scratch / "two");
  BOOST_TEST(numbers(scratch / "one") != numbers(scratch / "two"));
}

BOOST_AUTO_TEST_CASE(metrics_hold_every_step_and_validation) {
  const Scratch scratch;
  const Setup setup(small_adding());
  const RunResult result = setup.train(scratch / "run");
  std::ifstream file(scratch / "run/metrics.jsonl");
  int losses = 0, validations = 0;
  for (std::string line; std::getline(file, line);) {
    const auto json = nlohmann::json::parse(line);
    if (json.contains("loss")) ++losses;
    if (json.contains("mse")) ++validations;
  }
  BOOST_TEST(losses == 12);
  BOOST_TEST(validations == 2);
  BOOST_TEST(result.steps == 12);
  BOOST_TEST(result.label == "lstm");
  BOOST_TEST(result.parameters == 4 * 8 * (2 + 8) + 8 * 8 + 9);
  BOOST_TEST(result.chance == 1.0 / 6);
  BOOST_TEST(result.best_metric.has_value());
  BOOST_TEST(!result.diverged_at.has_value());
}

BOOST_AUTO_TEST_CASE(a_solved_run_stops_early) {
  const Scratch scratch;
  Setup setup(small_adding());
  setup.config.train.solved_at = 100;  // any error is smaller
  setup.config.train.stop_when_solved = true;
  const RunResult result = setup.train(scratch / "run");
  BOOST_TEST(result.solved_at.value() == 6);
  BOOST_TEST(result.steps == 6);
  BOOST_TEST(result.final_metric.has_value());
}

BOOST_AUTO_TEST_CASE(the_test_part_is_measured_with_the_best_validation) {
  const Scratch scratch;
  // A rate that makes the validation wander, so that the last one is not the best.
  Setup setup(
      "task: {name: adding, length: 12, evaluation_sequences: 64}\ncells: [lstm]\nhidden_size: 8\n"
      "optimizer: {lr: 0.3}\ntrain: {steps: 60, batch_size: 10, evaluate_every: 3}\n");
  const RunResult best = setup.train(scratch / "best");
  BOOST_TEST_REQUIRE(best.best_step.value() < 60);
  BOOST_TEST(best.final_step.value() == best.best_step.value());
  BOOST_TEST(best.steps == 60);
  setup.config.train.select = "last";
  const RunResult last = setup.train(scratch / "last");
  BOOST_TEST(last.final_step.value() == 60);
  BOOST_TEST(last.final_metric.value() != best.final_metric.value());
  BOOST_TEST(last.best_metric.value() == best.best_metric.value());
  for (const char* name : {"/checkpoint.safetensors", "/best.safetensors"}) {
    BOOST_TEST(content(scratch / (std::string("best") + name)) ==
               content(scratch / (std::string("last") + name)));
  }
}

BOOST_AUTO_TEST_CASE(clipping_is_each_cell_s_own) {
  const Scratch scratch;
  const std::string yaml =
      small_adding().replace(small_adding().find("[lstm]"), 6,
                             "[{name: lstm, clip: {norm: 1.0e-3}}, {name: lstm, label: free, "
                             "clip: {norm: null}}, {name: lstm, label: common}]");
  const Setup setup(yaml);
  BOOST_TEST(setup.config.cells[0].clip.norm.value() == 1e-3);
  BOOST_TEST(!setup.config.cells[1].clip.norm.has_value());
  BOOST_TEST(setup.config.cells[2].clip.norm.value() == 1.0);
  BOOST_TEST(setup.train(scratch / "a", 0).clipped_share == 1.0);
  BOOST_TEST(setup.train(scratch / "b", 1).clipped_share == 0.0);
  const Setup again(resolved_yaml(setup.config));
  BOOST_TEST(resolved_yaml(again.config) == resolved_yaml(setup.config));
}

BOOST_AUTO_TEST_CASE(a_diverging_run_says_where) {
  const Scratch scratch;
  const Setup setup(
      "task: {name: adding, length: 80, evaluation_sequences: 16}\n"
      "cells: [{name: vanilla, activation: relu, init: {recurrent: {name: orthogonal, gain: "
      "20}}}]\n"
      "hidden_size: 8\noptimizer: {name: sgd, lr: 0.1}\ntrain: {steps: 20, batch_size: 4}\n");
  const RunResult result = setup.train(scratch / "run");
  BOOST_TEST(result.diverged_at.has_value());
  BOOST_TEST(!result.final_metric.has_value());
  const std::regex place(
      "at training step [0-9]+, the (value|gradient) .*at time step [0-9]+.*not finite: .*\n"
      "  belongs to: .*'h' at time step .*\n  operand 0: .*\n(.*\n)*  upstream: ");
  BOOST_TEST(std::regex_search(result.diverged_because, place), result.diverged_because);
}

// Anomaly mode sees it where it happens, the loss only where it arrives; in several threads, too.
BOOST_AUTO_TEST_CASE(a_run_that_detects_anomalies) {
  const Scratch scratch;
  for (const char* threads : {"threads: 1\n", "threads: 2\n"}) {
    const std::string yaml =
        "task: {name: adding, length: 80, evaluation_sequences: 16}\n"
        "cells: [{name: vanilla, activation: relu, init: {recurrent: {name: orthogonal, gain: "
        "20}}}]\nhidden_size: 8\noptimizer: {name: sgd, lr: 0.1}\n";
    const Setup setup(yaml + "train: {steps: 20, batch_size: 4, detect_anomaly: true}\n" + threads);
    const RunResult result = setup.train(scratch / "run");
    BOOST_TEST(result.diverged_at.value() == 1);
    const std::regex place(
        "at training step 1, cell 'vanilla', time step [0-9]+, anomaly mode, forward: the value of "
        ".*not finite");
    BOOST_TEST(std::regex_search(result.diverged_because, place), result.diverged_because);
  }
  // A run that is well is the same run; the mode records every step.
  Setup setup(small_adding());
  setup.config.train.compile = false;
  setup.train(scratch / "off");
  setup.config.train.detect_anomaly = true;
  const RunResult result = setup.train(scratch / "on");
  BOOST_TEST(!result.diverged_at.has_value());
  BOOST_TEST(numbers(scratch / "on") == numbers(scratch / "off"));
}

BOOST_AUTO_TEST_CASE(an_update_beyond_the_range_is_a_divergence) {
  const Scratch scratch;
  const Setup setup(
      "task: {name: adding, length: 6, evaluation_sequences: 8}\ncells: [vanilla]\n"
      "hidden_size: 4\noptimizer: {name: sgd, lr: 1.0e300}\n"
      "train: {steps: 20, batch_size: 4}\n");
  const RunResult result = setup.train(scratch / "run");
  BOOST_TEST(result.diverged_at.value() == 1);
  const std::regex place(
      "at training step 1, parameter '[a-z_]+' is not finite after the update: [0-9]+ of .*\n"
      "  its gradient, clipped: .*all finite\n  A learning rate that is too large");
  BOOST_TEST(std::regex_search(result.diverged_because, place), result.diverged_because);
  BOOST_TEST(!std::filesystem::exists(scratch / "run/checkpoint.safetensors"));
}

BOOST_AUTO_TEST_CASE(a_metric_that_is_not_finite_is_a_divergence) {
  const Scratch scratch;
  for (const char* part : {"validation", "test"}) {
    const Setup setup(small_adding());
    const BrokenMetric task(*setup.task, part);
    const auto directory = scratch / part;
    std::filesystem::create_directories(directory);
    const RunResult result = train({setup.registry, setup.config, setup.config.cells[0], task, 1,
                                    directory, [](const Progress&) {}, [] { return false; }});
    const bool validation = std::string(part) == "validation";
    const Index step = validation ? 6 : 12;
    BOOST_TEST(result.diverged_at.value() == step);
    BOOST_TEST(result.diverged_because ==
               "at training step " + std::to_string(step) + ", the " + part + " mse is not finite");
    BOOST_TEST(!result.final_metric.has_value());
    BOOST_TEST(result.best_metric.has_value() == !validation);
  }
}

BOOST_AUTO_TEST_CASE(stop_ends_a_run_with_what_there_is) {
  const Scratch scratch;
  const Setup setup(small_adding());
  int asked = 0;
  const auto directory = scratch / "run";
  std::filesystem::create_directories(directory);
  const RunResult result =
      train({setup.registry, setup.config, setup.config.cells[0], *setup.task, 1, directory,
             [](const Progress&) {}, [&asked] { return ++asked > 4; }});
  BOOST_TEST(result.interrupted);
  BOOST_TEST(result.steps == 4);
  BOOST_TEST(std::filesystem::exists(directory / "checkpoint.safetensors"));
}

BOOST_AUTO_TEST_SUITE_END()
