#include <fmt/format.h>

#include <autograd/kernels/instruction_set.hpp>
#include <autograd/ops/gemm.hpp>
#include <autograd/support/error.hpp>
#include <experiments/plugins/load.hpp>
#include <experiments/report/comparison.hpp>
#include <experiments/runner/checkpoint.hpp>
#include <experiments/runner/eval.hpp>
#include <experiments/runner/evaluation.hpp>
#include <experiments/runner/experiment.hpp>
#include <experiments/runner/float_environment.hpp>
#include <experiments/runner/rehearsal.hpp>
#include <experiments/runner/results.hpp>

namespace carousel {
namespace {

using report::Results;
using report::RunLog;

const CellEntry& entry_of(const Config& config, const std::string& label) {
  std::vector<std::string> labels;
  for (const CellEntry& entry : config.cells) {
    if (entry.label == label) return entry;
    labels.push_back(entry.label);
  }
  throw unknown_name(ErrorKind::config, "carousel eval", "label", label, labels);
}

/// The runs that were asked for.
std::vector<const RunLog*> chosen(const Results& results, const EvalOptions& options) {
  std::vector<const RunLog*> runs;
  for (const RunLog& run : results.runs) {
    const bool wanted = (options.label.empty() || options.label == run.label) &&
                        (!options.seed || *options.seed == run.seed);
    if (wanted) runs.push_back(&run);
  }
  if (runs.empty()) {
    throw Error(ErrorKind::config, "carousel eval, --seed", "one of the experiment's seeds",
                std::to_string(options.seed.value_or(0)));
  }
  return runs;
}

/// What summary.json has for the same parameters and part.
std::optional<double> stored(const RunLog& run, const std::string& split, Index step) {
  if (run.result.is_null()) return std::nullopt;
  const bool test = split == "test";
  const auto& at = run.result.at(test ? "final_step" : "best_step");
  const auto& metric = run.result.at(test ? "final_metric" : "best_metric");
  if (at.is_null() || metric.is_null() || at != step) return std::nullopt;
  return metric.get<double>();
}

}  // namespace

int run_eval(const Registry& registry, const EvalOptions& options) {
  const Results results = report::read_results(options.directory);
  const std::string resolved = (results.directory / "resolved.yaml").string();
  Registry known = registry;
  const Config config = parse_config(results.resolved, resolved, {}, [&](const auto& plugins) {
    load_plugins(known, plugins);
    return catalogue(known);
  });
  if (!options.label.empty()) entry_of(config, options.label);
  const std::vector<const RunLog*> runs = chosen(results, options);
  const auto task = config.task.make(known.tasks);
  load(config, *task);
  flush_denormals_to_zero();  // as in the runs: the same bits
  const std::string checkpoint =
      options.checkpoint.empty() ? config.train.select : options.checkpoint;
  const auto split =
      options.split == "test" ? tasks::Task::Split::test : tasks::Task::Split::validation;
  bool all_good = true;
  for (const RunLog* run : runs) {
    const Model model(known, entry_of(config, run->label), *task, config.dtype);
    const auto path = results.directory / run->label / ("seed" + std::to_string(run->seed)) /
                      (checkpoint == "best" ? "best.safetensors" : "checkpoint.safetensors");
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) {
      fmt::print("{}: no {}: no validation wrote one ({})\n", run_name(run->label, run->seed),
                 path.filename().string(), report::state_of(*run, results.locked));
      all_good = false;
      continue;
    }
    const Index step = load_parameters(path, model).step;
    const double metric =
        evaluate(model, split, config.train.evaluation_batch_size, config.train.compile);
    const auto before = stored(*run, options.split, step);
    all_good = all_good && (!before || *before == metric);
    fmt::print("{}: {} {} {} (parameters after {} steps){}\n", run_name(run->label, run->seed),
               options.split, task->objective().metric(), shortest(metric), step,
               !before             ? ""
               : *before == metric ? ", as in summary.json"
                                   : ", but summary.json has " + shortest(*before));
  }
  const auto differs = [&](const char* what, const std::string& now) {
    const std::string then = results.summary.at("environment").value(what, now);
    if (all_good || then == now) return;
    fmt::print("{}: the runs used {}, this is {}: the last digits differ\n", what, then, now);
  };
  differs("products", product_library());
  differs("elementwise kernels", instruction_set());
  return all_good ? exit_done : exit_failed;
}

}  // namespace carousel
