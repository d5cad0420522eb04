#pragma once
#include <experiments/runner/config.hpp>
#include <experiments/runner/model.hpp>
#include <filesystem>
#include <functional>
#include <optional>

namespace carousel {

/// How far a run is, for people.
struct Progress {
  Index step = 0, steps = 0;
  double loss = 0, gradient_norm = 0, sequences_per_second = 0;
  std::optional<double> metric;  ///< of the last validation
  double seconds_left = 0;
};

/// What a run came to; one entry of summary.json.
struct RunResult {
  std::string task, cell, label, metric;
  Index seed = 0, parameters = 0, steps = 0;
  std::optional<double> final_metric;  ///< on the test part, with the parameters of final_step
  std::optional<double> best_metric;   ///< best validation
  std::optional<Index> best_step, final_step;
  double chance = 0;
  std::optional<Index> solved_at, diverged_at;
  std::string diverged_because;
  double seconds = 0, sequences_per_second = 0, clipped_share = 0;
  Index peak_bytes = 0;   ///< the most that training steps had in use
  std::string execution;  ///< of the recurrence, see StepResult; of the steps that were recorded,
                          ///< if some were
  std::string ended_by;   ///< "steps", "solved" or "no better validation"; empty: by none of them
  bool interrupted = false;
  bool started = true;  ///< false: an interrupt came before its turn
  std::string failed;   ///< why there is no result; everything that was measured is then missing
};

/// One run: a cell with a seed, from its initial parameters to the end of training, written to
/// `directory` as it goes: metrics.jsonl, gradient_flow.jsonl (with that probe),
/// checkpoint.safetensors and best.safetensors, the checkpoint of the best validation.
struct RunPlan {
  const Registry& registry;
  const Config& config;
  const CellEntry& entry;
  const tasks::Task& task;  ///< loaded
  Index seed;
  std::filesystem::path directory;
  std::function<void(const Progress&)> report;  ///< after every step; decides itself what to show
  std::function<bool()> stop;                   ///< true: end cleanly after the present step
};

/// A loss, gradient, parameter or metric that is not finite ends the run and is part of the result.
/// Errors (io) when something cannot be written.
RunResult train(const RunPlan& plan);

}  // namespace carousel
