#include <autograd/support/error.hpp>
#include <autograd/verify.hpp>
#include <cstdio>
#include <experiments/plugins/trial.hpp>
#include <experiments/runner/batch_checks.hpp>
#include <experiments/runner/memory_forecast.hpp>
#include <experiments/runner/rehearsal.hpp>
#include <new>
#include <optional>
#include <stdexcept>

namespace carousel {
namespace {

/// Runs f; where memory does not suffice, the Error (config) says for what.
template <class F>
void within_memory(const std::string& where, const std::string& sizes, const std::string& fix,
                   F&& f) {
  const auto too_large = [&] {
    return Error(ErrorKind::config, where, "sizes that fit into memory", sizes, fix);
  };
  try {
    f();
  } catch (const std::bad_alloc&) {
    throw too_large();
  } catch (const std::length_error&) {  // of a std::vector
    throw too_large();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::memory) throw too_large();
    throw;
  }
}

}  // namespace

void try_task(const Registry& registry, const Config& config) {
  if (registry.plugin_tasks.count(config.task.name()) == 0) return;
  const std::string fault = fault_of([&] {
    const auto task = config.task.make(registry.tasks);
    task->load(config.dtype);
    task->training(static_cast<std::uint64_t>(config.seeds.front()), 0, config.train.batch_size);
    for (const auto split : {tasks::Task::Split::validation, tasks::Task::Split::test}) {
      if (task->evaluation_batches(split, config.train.batch_size) > 0) {
        task->evaluation(split, 0, config.train.batch_size);
      }
    }
  });
  if (fault.empty()) return;
  throw Error(ErrorKind::config, "task '" + config.task.name() + "' of a plugin", "one that works",
              fault);
}

void load(const Config& config, tasks::Task& task) {
  within_memory("task '" + config.task.name() + "'", "those of its settings",
                "Choose shorter or fewer sequences", [&] { task.load(config.dtype); });
}

void rehearse(const Registry& registry, const Config& config, const tasks::Task& task) {
  const auto seed = static_cast<std::uint64_t>(config.seeds.front());
  within_memory("task '" + config.task.name() + "'",
                "train.batch_size " + std::to_string(config.train.batch_size),
                "Choose a smaller train.batch_size or shorter sequences",
                [&] { check_batches(config, task); });
  for (const auto& entry : config.cells) {
    if (registry.plugin_cells.count(entry.cell.name()) > 0) continue;  // only in its own runs
    within_memory("cell '" + entry.label + "'", "hidden_size " + std::to_string(entry.hidden_size),
                  "Choose a smaller hidden_size", [&] {
                    Model model(registry, entry, task, config.dtype);
                    model.initialise(seed);
                    Tape tape(config.dtype);
                    const Var xs = tape.input(Tensor(config.dtype, {3, 2, task.input_size()}));
                    cells::UnrollOptions options;
                    options.training = true;
                    model.stack().run(xs, options);
                  });
  }
}

std::vector<std::string> predicted_memory(const Registry& registry, const Config& config,
                                          const tasks::Task& task) {
  std::vector<std::string> lines;
  const auto seed = static_cast<std::uint64_t>(config.seeds.front());
  const cells::Memory whole = cells::Memory::parse(config.train.memory);
  // Batches are not of one length: the longest of some, and a budget that a later one does not fit
  // into is overdrawn as little as can be.
  constexpr Index some = 16;
  tasks::Batch batch = task.training(seed, 0, config.train.batch_size);
  for (Index step = 1; step < std::min(some, config.train.steps); ++step) {
    tasks::Batch other = task.training(seed, step, config.train.batch_size);
    if (other.x.shape()[0] > batch.x.shape()[0]) batch = std::move(other);
  }
  // The largest of the threads' parts.
  const Index sequences = batch.x.shape()[1];
  const Index parts = config.parts();
  if (parts > 1) batch = part_of(batch, 0, (sequences + parts - 1) / parts);
  for (const auto& entry : config.cells) {
    if (registry.plugin_cells.count(entry.cell.name()) > 0) continue;
    const Model model(registry, entry, task, config.dtype);
    try {
      const auto found =
          forecast(model, batch, share_of(whole, parts),
                   config.train.compile && !config.train.detect_anomaly, config.probes.any());
      lines.push_back("memory of a training step, predicted: " + entry.label + " " +
                      text_of(found, parts));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::memory || !whole.is_budget()) throw;
      throw Error(ErrorKind::config, "train.memory, cell '" + entry.label + "'", error.expected(),
                  error.got() + (parts > 1 ? " for each thread" : ""), error.fix());
    }
  }
  return lines;
}

bool verified(const Registry& registry, const Config& config, const tasks::Task& task) {
  constexpr Index sequences = 2, most_per_op = 200;
  bool all = true;
  for (const auto& entry : config.cells) {
    std::optional<Model> made;
    try {
      made.emplace(registry, entry, task, DType::float64);
    } catch (const Error& error) {
      if (registry.plugin_cells.count(entry.cell.name()) == 0) throw;
      std::printf("verify %s: not done: %s\n", entry.label.c_str(), error.what());
      continue;  // its runs will say so, too
    }
    Model& model = *made;
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

}  // namespace carousel
