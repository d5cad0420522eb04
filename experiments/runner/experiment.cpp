#include <autograd/support/error.hpp>
#include <autograd/verify.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <experiments/program.hpp>
#include <experiments/runner/experiment.hpp>
#include <experiments/runner/files.hpp>
#include <experiments/runner/float_environment.hpp>
#include <experiments/runner/messages.hpp>
#include <experiments/runner/processes.hpp>
#include <experiments/runner/progress_view.hpp>
#include <experiments/runner/results.hpp>
#include <thread>

namespace carousel {
namespace {

/// Every cell takes three steps on zeros: a cell that breaks its contract is refused before
/// anything is written.
void rehearse(const Registry& registry, const Config& config, const tasks::Task& task) {
  for (const auto& entry : config.cells) {
    Model model(registry, entry, task, config.dtype);
    model.initialise(static_cast<std::uint64_t>(config.seeds.front()));
    Tape tape(config.dtype);
    const Var xs = tape.input(Tensor(config.dtype, {3, 2, task.input_size()}));
    cells::unroll(model.cell(), xs, {});
  }
}

/// `--verify`: one small batch through every cell, re-recorded in float64, every node checked.
bool verified(const Registry& registry, const Config& config, const tasks::Task& task) {
  constexpr Index sequences = 2, most_per_op = 200;
  bool all = true;
  for (const auto& entry : config.cells) {
    Model model(registry, entry, task, DType::float64);
    const auto seed = static_cast<std::uint64_t>(config.seeds.front());
    model.initialise(seed);
    tasks::Batch batch = task.training(seed, 0, sequences);
    batch.x = batch.x.to(DType::float64);
    batch.weight = batch.weight.to(DType::float64);
    if (is_floating(batch.target.dtype())) batch.target = batch.target.to(DType::float64);
    Tape tape(DType::float64);
    const Outcome outcome = model.run(tape, batch, total_weight(batch), {});
    VerifyOptions options;
    options.most_per_op = most_per_op;
    const Verification report = verify(tape, options);
    std::printf("verify %s: %s\n", entry.label.c_str(), report.text().c_str());
    all = all && report.passed();
  }
  return all;
}

/// What a run process does: trains, and tells what became of it.
int run_in_child(const RunPlan& plan, const Send& send) {
  using Clock = std::chrono::steady_clock;
  RunFailure failure;
  try {
    flush_denormals_to_zero();
    RunPlan own = plan;
    auto sent = Clock::now();
    own.report = [&](const Progress& progress) {
      if (Clock::now() - sent < std::chrono::milliseconds(100)) return;
      sent = Clock::now();
      send(to_line(progress));
    };
    make_directories(own.directory);
    const RunResult result = train(own);
    send(to_line(result));
    return result.diverged_at ? exit_failed : exit_done;
  } catch (const Error& error) {
    failure = {error.what(), exit_code(error.kind())};
  } catch (const std::exception& error) {
    failure = {error.what(), exit_failed};
  }
  send(to_line(failure));
  return failure.exit_code;
}

/// All runs of an experiment, in processes of their own.
class Experiment {
 public:
  Experiment(const Registry& registry, const Config& config, const tasks::Task& task,
             std::filesystem::path directory)
      : registry_(registry), config_(config), task_(task), directory_(std::move(directory)) {
    for (const Index seed : config.seeds) {
      for (const auto& entry : config.cells) {
        plans_.push_back({registry_,
                          config_,
                          entry,
                          task_,
                          seed,
                          directory_ / entry.label / ("seed" + std::to_string(seed)),
                          {},
                          {}});
        name_width_ = std::max(name_width_, run_name(entry.label, seed).size());
      }
    }
  }

  int run() {
    std::vector<std::optional<RunResult>> results(plans_.size());
    std::vector<std::string> failures(plans_.size());
    int worst = exit_done;
    ProgressView view(task_.objective().metric(), task_.chance(), name_width_);
    std::vector<Job> jobs;
    for (const auto& plan : plans_) {
      jobs.push_back({[&plan](const Send& send, const std::function<bool()>& stop) {
        RunPlan own = plan;
        own.stop = stop;
        return run_in_child(own, send);
      }});
    }
    const auto name = [this](std::size_t i) {
      return run_name(plans_[i].entry.label, plans_[i].seed);
    };
    JobEvents events;
    events.started = [&](std::size_t i) { view.started(i, name(i)); };
    events.line = [&](std::size_t i, const std::string& line) {
      const Message message = from_line(line);
      if (const auto* progress = std::get_if<Progress>(&message)) view.update(i, *progress);
      if (const auto* result = std::get_if<RunResult>(&message)) results[i] = *result;
      if (const auto* failure = std::get_if<RunFailure>(&message)) failures[i] = failure->text;
    };
    events.ended = [&](std::size_t i, int status) {
      worst = std::max(worst, status < 0 ? static_cast<int>(exit_failed) : status);
      if (results[i]) {
        view.ended(i, result_line(*results[i], name_width_));
      } else {
        if (failures[i].empty()) failures[i] = died(status);
        view.ended(i, name(i) + "  failed");
        std::fprintf(stderr, "carousel: run %s: %s\n", name(i).c_str(), failures[i].c_str());
      }
      summarise(results);
    };
    const bool interrupted = run_processes(jobs, parallel(), events);
    finish(results);
    return interrupted ? static_cast<int>(exit_interrupted) : worst;
  }

 private:
  static std::string died(int status) {
    return status < 0
               ? "killed by signal " + std::to_string(-status) + " (" + strsignal(-status) + ")"
               : "ended without a result, exit code " + std::to_string(status);
  }

  std::size_t parallel() const {
    if (config_.parallel > 0) return static_cast<std::size_t>(config_.parallel);
    const auto cores = static_cast<Index>(std::max(1U, std::thread::hardware_concurrency()));
    return static_cast<std::size_t>(std::max<Index>(1, cores / config_.threads));
  }

  std::vector<RunResult> finished(const std::vector<std::optional<RunResult>>& results) const {
    std::vector<RunResult> done;
    for (const auto& result : results) {
      if (result) done.push_back(*result);
    }
    return done;
  }

  void summarise(const std::vector<std::optional<RunResult>>& results) const {
    write_summary(directory_, finished(results));
  }

  void finish(const std::vector<std::optional<RunResult>>& results) const {
    summarise(results);
    std::printf("\n%s\nresults: %s\n", results_table(finished(results)).c_str(),
                directory_.c_str());
  }

  const Registry& registry_;
  const Config& config_;
  const tasks::Task& task_;
  std::filesystem::path directory_;
  std::vector<RunPlan> plans_;
  std::size_t name_width_ = 0;
};

}  // namespace

int run_experiment(const Registry& registry, const RunOptions& options) {
  const Config config = read_config(options.config, options.sets, catalogue(registry));
  if (options.dry_run) {
    std::fputs(resolved_yaml(config).c_str(), stdout);
    return exit_done;
  }
  const auto task = config.task.make(registry.tasks);
  task->load(config.dtype);
  rehearse(registry, config, *task);
  if (options.verify && !verified(registry, config, *task)) {
    std::fprintf(stderr, "carousel: a gradient is wrong; nothing was trained\n");
    return exit_failed;
  }
  signal(SIGXFSZ, SIG_IGN);  // a file-size limit becomes an error of write
  const auto directory =
      results_directory(options.out.empty() ? config.out : options.out, config.name, options.force);
  write_file(directory / "resolved.yaml", resolved_yaml(config));
  std::printf("task %s, %zu runs, results in %s\n", config.task.name().c_str(),
              config.cells.size() * config.seeds.size(), directory.c_str());
  return Experiment(registry, config, *task, directory).run();
}

}  // namespace carousel
