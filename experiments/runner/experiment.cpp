#include <algorithm>
#include <autograd/support/error.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <experiments/plugins/load.hpp>
#include <experiments/program.hpp>
#include <experiments/runner/experiment.hpp>
#include <experiments/runner/files.hpp>
#include <experiments/runner/float_environment.hpp>
#include <experiments/runner/live_report.hpp>
#include <experiments/runner/match_parameters.hpp>
#include <experiments/runner/messages.hpp>
#include <experiments/runner/no_effect.hpp>
#include <experiments/runner/processes.hpp>
#include <experiments/runner/progress_view.hpp>
#include <experiments/runner/rehearsal.hpp>
#include <experiments/runner/results.hpp>
#include <experiments/runner/results_directory.hpp>
#include <experiments/runner/summary.hpp>
#include <new>
#include <thread>

namespace carousel {
namespace {

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
    // Where the whole experiment was interrupted, its own exit code says so.
    return result.diverged_at || result.interrupted ? exit_failed : exit_done;
  } catch (const Error& error) {
    failure = {error.what(), exit_code(error.kind())};
  } catch (const std::bad_alloc&) {
    failure = {"not enough memory", exit_failed};
  } catch (const std::exception& error) {
    failure = {error.what(), exit_failed};
  }
  send(to_line(failure));
  return failure.exit_code;
}

/// "1 run", "6 runs"
std::string runs(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " run" : " runs");
}

/// All runs of an experiment, in processes of their own.
class Experiment {
 public:
  Experiment(const Registry& registry, const Config& config, const tasks::Task& task,
             std::filesystem::path directory)
      : registry_(registry),
        config_(config),
        task_(task),
        directory_(std::move(directory)),
        summary_(registry, config, task),
        report_(directory_) {
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
    std::vector<RunResult> results;
    for (const auto& plan : plans_) results.push_back(not_started(plan));
    std::vector<bool> ended(plans_.size(), false), has_result(plans_.size(), false);
    int worst = exit_done;
    ProgressView view(task_.objective().metric(), task_.chance(), name_width_);
    summary_.write(directory_, {});
    write_report(view);
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
      if (const auto* progress = std::get_if<Progress>(&message)) {
        view.update(i, *progress);
        if (report_.due()) write_report(view);
      }
      if (const auto* failure = std::get_if<RunFailure>(&message))
        results[i].failed = failure->text;
      if (const auto* result = std::get_if<RunResult>(&message)) {
        results[i] = *result;
        has_result[i] = true;
      }
    };
    events.ended = [&](std::size_t i, int status) {
      worst = std::max(worst, status < 0 ? static_cast<int>(exit_failed) : status);
      RunResult& result = results[i];
      if (!has_result[i]) {
        result.started = true;
        result.interrupted = false;
        if (result.failed.empty()) result.failed = died(status);
      }
      ended[i] = true;
      view.ended(i, result_line(result, name_width_));
      if (!result.failed.empty()) {
        view.print("carousel: run " + name(i) + ": " + result.failed, stderr);
      }
      std::vector<RunResult> so_far;
      for (std::size_t k = 0; k < results.size(); ++k) {
        if (ended[k]) so_far.push_back(results[k]);
      }
      summary_.write(directory_, so_far);
      write_report(view);
    };
    const bool interrupted = run_processes(jobs, parallel(), events);
    summary_.write(directory_, results);
    write_report(view);
    if (!report_.fault().empty()) worst = std::max(worst, static_cast<int>(exit_refused));
    conclude(results);
    return interrupted ? static_cast<int>(exit_interrupted) : worst;
  }

 private:
  void write_report(ProgressView& view) {
    const std::string fault = report_.write();
    if (!fault.empty()) view.print("carousel: " + fault, stderr);
  }

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

  /// What stands for a run until it has ended.
  RunResult not_started(const RunPlan& plan) const {
    RunResult result;
    result.task = config_.task.name();
    result.cell = plan.entry.cell.name();
    result.label = plan.entry.label;
    result.metric = task_.objective().metric();
    result.seed = plan.seed;
    result.chance = task_.chance();
    result.interrupted = true;
    result.started = false;
    return result;
  }

  void conclude(const std::vector<RunResult>& results) const {
    const auto left = std::count_if(results.begin(), results.end(),
                                    [](const RunResult& result) { return !result.started; });
    if (left > 0) std::printf("%s not started\n", runs(static_cast<std::size_t>(left)).c_str());
    std::printf("\n%s", results_table(results).c_str());
    const bool higher = task_.objective().higher_is_better();
    for (const auto& line : paired_text(metrics_by_seed(results), higher)) {
      std::printf("%s\n", line.c_str());
    }
    for (const auto& baseline : task_.baselines()) {
      std::printf("%s: %s %.4f\n", baseline.name.c_str(), task_.objective().metric(),
                  baseline.metric);
    }
    std::printf("\nresults: %s\n", directory_.c_str());
    if (report_.fault().empty()) std::printf("report: %s\n", (directory_ / "report.html").c_str());
  }

  const Registry& registry_;
  const Config& config_;
  const tasks::Task& task_;
  std::filesystem::path directory_;
  Summary summary_;
  LiveReport report_;
  std::vector<RunPlan> plans_;
  std::size_t name_width_ = 0;
};

/// On stderr, since stdout may be the configuration.
void say(const std::vector<std::string>& lines) {
  for (const auto& line : lines) std::fprintf(stderr, "%s\n", line.c_str());
}

/// The sizes of match_parameters, found.
std::vector<std::string> matched(const Registry& registry, Config& config,
                                 const tasks::Task& task) {
  std::vector<std::string> lines = match_parameters(registry, config, task);
  config.matched = std::exchange(config.match_parameters, "");
  return lines;
}

}  // namespace

int run_experiment(const Registry& registry, const RunOptions& options) {
  Registry known = registry;
  Config config = read_config(options.config, options.sets, [&](const auto& plugins) {
    load_plugins(known, plugins);
    return catalogue(known);
  });
  config.plugins.assign(known.plugins.begin(), known.plugins.end());
  try_task(known, config);
  const auto task = config.task.make(known.tasks);
  if (options.dry_run) {
    std::vector<std::string> lines;
    try {
      load(config, *task);
      say(matched(known, config, *task));
      lines = predicted_memory(known, config, *task);
    } catch (const Error& error) {  // data that are not there, say: a run will ask for them
      if (error.kind() == ErrorKind::config) throw;
      lines = {std::string("memory of a training step: not predicted: ") + error.what()};
    }
    std::fputs(resolved_yaml(config).c_str(), stdout);
    say(lines);
    return exit_done;
  }
  load(config, *task);
  say(matched(known, config, *task));
  rehearse(known, config, *task);
  if (config.train.memory != "full") say(predicted_memory(known, config, *task));
  if (options.verify && !verified(known, config, *task)) {
    std::fprintf(stderr, "carousel: a gradient is wrong; nothing was trained\n");
    return exit_failed;
  }
  signal(SIGXFSZ, SIG_IGN);  // a file-size limit becomes an error of write
  const auto directory =
      results_directory(options.out.empty() ? config.out : options.out, config.name, options.force);
  write_file(directory.path() / "resolved.yaml", resolved_yaml(config));
  say(without_effect(known, config, *task));
  std::printf("task %s, %s, results in %s\n", config.task.name().c_str(),
              runs(config.cells.size() * config.seeds.size()).c_str(), directory.path().c_str());
  return Experiment(known, config, *task, directory.path()).run();
}

}  // namespace carousel
