#include <algorithm>
#include <autograd/support/error.hpp>
#include <experiments/runner/batch_checks.hpp>

namespace carousel {
namespace {

/// What was seen in some batches of a task.
struct Seen {
  bool padding = false, going_on = false;

  void look(const tasks::Batch& batch) {
    const Index time = batch.x.shape()[0];
    padding = padding || std::any_of(batch.lengths.begin(), batch.lengths.end(),
                                     [&](Index length) { return length < time; });
    going_on = going_on || batch.continues;
  }
};

// The first batches of training, and all that validation has, of which every evaluation is made.
Seen look_at(const Config& config, const tasks::Task& task) {
  constexpr Index some = 16;
  const Index size = config.train.batch_size;
  Seen seen;
  for (Index step = 0; step < std::min(some, config.train.steps); ++step) {
    seen.look(task.training(static_cast<std::uint64_t>(config.seeds.front()), step, size));
  }
  const auto split = tasks::Task::Split::validation;
  for (Index i = 0; i < task.evaluation_batches(split, size) && !seen.padding; ++i) {
    seen.look(task.evaluation(split, i, size));
  }
  return seen;
}

}  // namespace

void refuse_both_directions(const std::string& where) {
  throw Error(ErrorKind::config, where, "sequences that are whole",
              "a task whose sequences go on from batch to batch",
              "Nothing that comes later is known there; leave bidirectional out, or set "
              "modifiers.stateful to false so that each batch begins afresh");
}

void check_batches(const Config& config, const tasks::Task& task) {
  const auto depends = [](const CellEntry& entry) {
    const cells::Modifiers& m = entry.modifiers;
    return m.both_directions() || m.masked_output == "zero" || m.stateful == "true";
  };
  if (std::none_of(config.cells.begin(), config.cells.end(), depends)) {
    task.training(static_cast<std::uint64_t>(config.seeds.front()), 0, config.train.batch_size);
    return;
  }
  const Seen seen = look_at(config, task);
  for (const CellEntry& entry : config.cells) {
    const cells::Modifiers& m = entry.modifiers;
    const auto where = [&](const char* modifier) {
      return "cell '" + entry.label + "', " + modifier;
    };
    if (m.masked_output == "zero" && !seen.padding) {
      throw Error(ErrorKind::config, where("masked_output"),
                  "sequences of different lengths in a batch",
                  "task '" + config.task.name() + "', where all are of one length",
                  "Nothing is padded there; leave masked_output out");
    }
    if (m.stateful == "true" && !seen.going_on) {
      throw Error(ErrorKind::config, where("stateful"),
                  "a task whose sequences go on from batch to batch, such as text",
                  "task '" + config.task.name() + "', where each batch begins afresh",
                  "Leave stateful out");
    }
    if (m.both_directions() && m.goes_on() && seen.going_on) {
      refuse_both_directions(where("bidirectional"));
    }
  }
}

}  // namespace carousel
