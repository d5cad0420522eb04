#pragma once
#include <experiments/report/flow_decay.hpp>
#include <experiments/report/results_reader.hpp>
#include <experiments/runner/spread.hpp>
#include <map>

namespace carousel::report {

/// How the gradient of one state flows, before a number of updates.
struct FlowProbe {
  Index step;
  std::vector<double> median;              ///< over the seeds, t = 0..T
  std::vector<std::vector<double>> seeds;  ///< of each
  FlowDecay decay;                         ///< of the median
};

struct StateFlow {
  std::string state;
  std::vector<FlowProbe> probes;
};

/// One competitor with the runs of all its seeds.
struct Competitor {
  std::string label, cell;
  Index hidden_size = 0, planned_steps = 0;
  bool locked = false;  ///< its experiment goes on
  std::optional<Index> parameters;
  std::optional<double> clip_norm;
  std::string execution;
  double seconds = 0;
  std::optional<Spread> test, solved, steps;
  std::vector<RunLog> runs;
  std::vector<StateFlow> flow;
  std::vector<RunLog::ParameterNorms> parameter_norms;  ///< medians over the seeds

  /// How many of its runs are in that state, as state_of() has them.
  std::size_t count(const char* state) const;
};

struct Metric {
  std::string name, chance_is;
  bool higher_is_better = false;
  double chance = 0;
  std::optional<double> solved_at;
  std::vector<std::pair<std::string, double>> baselines;

  bool better(double a, double b) const { return higher_is_better ? a > b : a < b; }
};

/// Cells that can be compared: the same task with the same settings.
struct Comparison {
  std::string question, task, task_doc, task_settings;
  Metric metric;
  bool asked_at_end = true;  ///< predictions count at the last step of a sequence only
  std::vector<Competitor> cells;
};

/// What became of a run: "done", "diverged", "failed", "interrupted" or "not started"; without a
/// result "running" or "waiting" while its experiment goes on, and else, as that was killed,
/// "stopped".
std::string state_of(const RunLog& run, bool locked);

/// Sorts the cells of all results into comparisons. With several results the labels are preceded
/// by the name of their directory.
std::vector<Comparison> compare(const std::vector<Results>& all);

}  // namespace carousel::report
