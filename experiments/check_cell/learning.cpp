#include <fmt/format.h>
#include <unistd.h>

#include <autograd/support/error.hpp>
#include <chrono>
#include <experiments/check_cell/learning.hpp>
#include <experiments/runner/rehearsal.hpp>
#include <experiments/runner/trainer.hpp>
#include <optim/schedule.hpp>

namespace carousel::check_cell {
namespace {

using Clock = std::chrono::steady_clock;

Learned train_on(const Registry& registry, const std::string& name, const std::string& yaml,
                 double margin) {
  const Config config = parse_config(yaml, "check-cell", {}, catalogue(registry));
  const auto task = config.task.make(registry.tasks);
  load(config, *task);
  Learned result{name, task->objective().metric(), 0, task->chance(), false, ""};
  const auto directory =
      std::filesystem::temp_directory_path() / fmt::format("carousel-check-cell-{}", ::getpid());
  std::error_code ignored;
  std::filesystem::remove_all(directory, ignored);
  std::filesystem::create_directories(directory);
  const auto end = Clock::now() + std::chrono::seconds(25);
  const auto stop = [end] { return Clock::now() > end; };
  try {
    const RunResult run = train({registry, config, config.cells.front(), *task, 1, directory,
                                 [](const Progress&) {}, stop});
    if (run.diverged_at) result.fault = fmt::format("diverged at step {}", *run.diverged_at);
    if (run.final_metric) result.value = *run.final_metric;
    if (!run.final_metric && result.fault.empty()) result.fault = "no validation in time";
  } catch (const Error& error) {
    result.fault = error.what();
  }
  std::filesystem::remove_all(directory, ignored);
  const bool higher = task->objective().higher_is_better();
  result.better = result.fault.empty() && (higher ? result.value > result.chance * margin
                                                  : result.value < result.chance / margin);
  return result;
}

}  // namespace

std::vector<Learned> learn(const Registry& registry, const std::string& cell) {
  const std::string common =
      "cells: [" + cell +
      "]\nhidden_size: 64\noptimizer: {name: adam, lr: 0.003}\nclip: {norm: 1}\n";
  return {train_on(registry, "adding, T = 50",
                   "task: {name: adding, length: 50, evaluation_sequences: 256}\n" + common +
                       "train: {steps: 2000, batch_size: 32, evaluate_every: 100}\n",
                   2),
          train_on(registry, "copy, T = 20",
                   "task: {name: copy, delay: 20, evaluation_sequences: 256}\n" + common +
                       "train: {steps: 2000, batch_size: 32, evaluate_every: 100}\n",
                   1.1)};
}

}  // namespace carousel::check_cell
