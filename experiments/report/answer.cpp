#include <fmt/format.h>

#include <algorithm>
#include <autograd/support/error.hpp>
#include <experiments/report/answer.hpp>

namespace carousel::report {
namespace {

using Cells = std::vector<const Competitor*>;

/// "a", "a and b", "a, b and c"
std::string list_of(const std::vector<std::string>& words) {
  if (words.size() < 2) return words.empty() ? "" : words[0];
  const std::vector<std::string> first(words.begin(), words.end() - 1);
  return join(first) + " and " + words.back();
}

/// Four places where that says enough, else four digits.
std::string number(double value) {
  const double size = value < 0 ? -value : value;
  return fmt::format(size == 0 || (size >= 0.001 && size < 1e4) ? "{:.4f}" : "{:.3e}", value);
}

std::string metric_value(const Comparison& c, double value) {
  return c.metric.name + " " + number(value);
}

/// Whether a result is hardly better than chance: by less than a twentieth of what a perfect one
/// is.
bool at_chance(const Metric& metric, double value) {
  const double perfect = metric.higher_is_better ? 1 : 0;
  return (value - metric.chance) / (perfect - metric.chance) < 0.05;
}

std::size_t count_of(const Competitor& cell, const char* state) {
  return static_cast<std::size_t>(
      std::count_if(cell.runs.begin(), cell.runs.end(),
                    [state](const RunLog& run) { return state_of(run, false) == state; }));
}

/// "gru (1 of 2 seeds)"; without the seeds where they all agree.
std::string of_seeds(const std::string& label, std::size_t count, std::size_t seeds) {
  if (count == seeds) return label;
  return label + fmt::format(" ({} of {} seeds)", count, seeds);
}

/// The cells of one kind of outcome that have a test result, the best first.
Cells by_result(const Comparison& c, bool solved) {
  Cells cells;
  for (const Competitor& cell : c.cells) {
    if (cell.test && cell.solved.has_value() == solved) cells.push_back(&cell);
  }
  std::stable_sort(cells.begin(), cells.end(), [&c](const Competitor* a, const Competitor* b) {
    return c.metric.better(a->test->median, b->test->median);
  });
  return cells;
}

/// "lstm 0.8921 and vanilla 0.8587", with what is no better than chance said so.
std::string results_of(const Comparison& c, const Cells& cells, std::size_t from) {
  std::vector<std::string> words;
  for (std::size_t i = from; i < cells.size(); ++i) {
    const double value = cells[i]->test->median;
    words.push_back(cells[i]->label + " " + number(value) +
                    (at_chance(c.metric, value) ? " (no better than chance)" : ""));
  }
  return list_of(words);
}

/// "chance is 0.2880, last day only 0.7232"
std::string references(const Comparison& c) {
  std::string text = "chance is " + number(c.metric.chance);
  for (const auto& [name, value] : c.metric.baselines) text += ", " + name + " " + number(value);
  return text;
}

/// Which cells came below the threshold, and when.
std::string solving(const Comparison& c) {
  Cells solved;
  for (const Competitor& cell : c.cells) {
    if (cell.solved) solved.push_back(&cell);
  }
  const Cells others = by_result(c, false);
  const std::string threshold =
      fmt::format("validation {} {} {}", c.metric.name,
                  c.metric.higher_is_better ? "above" : "below", *c.metric.solved_at);
  if (solved.empty()) {
    const std::string none = fmt::format("No cell solved it in {} steps ({})", c.steps, threshold);
    return others.empty() ? none
                          : none + ": test " + c.metric.name + " of " + results_of(c, others, 0) +
                                "; " + references(c);
  }
  std::stable_sort(solved.begin(), solved.end(), [](const Competitor* a, const Competitor* b) {
    return a->solved->median < b->solved->median;
  });
  std::vector<std::string> words;
  for (const Competitor* cell : solved) {
    words.push_back(of_seeds(cell->label, cell->solved->count, cell->runs.size()) +
                    fmt::format(" at step {:.0f}", cell->solved->median));
  }
  std::string text = list_of(words) + " solved it (" + threshold;
  if (solved[0]->runs.size() > 1) text += "; medians over the seeds";
  text += ")";
  if (others.empty()) return text + "; " + references(c);
  return text + "; not solved: test " + c.metric.name + " of " + results_of(c, others, 0) + "; " +
         references(c);
}

/// How well the cells did, where no threshold is given.
std::string ranking(const Comparison& c) {
  const Cells cells = by_result(c, false);
  if (cells.empty()) return "";
  const Competitor& best = *cells.front();
  std::string text;
  if (at_chance(c.metric, best.test->median)) {
    text =
        "No cell is better than chance: test " + c.metric.name + " of " + results_of(c, cells, 0);
  } else {
    text = best.label + " has the best test " + metric_value(c, best.test->median);
    if (cells.size() > 1) text += ", before " + results_of(c, cells, 1);
  }
  text += "; " + references(c);
  return text;
}

std::string mishaps(const Comparison& c) {
  std::vector<std::string> sentences;
  for (const char* state : {"diverged", "failed"}) {
    std::vector<std::string> words;
    for (const Competitor& cell : c.cells) {
      const std::size_t count = count_of(cell, state);
      if (count > 0) words.push_back(of_seeds(cell.label, count, cell.runs.size()));
    }
    if (!words.empty()) sentences.push_back(list_of(words) + " " + state);
  }
  return join(sentences, "; ");
}

/// The state through which the gradient of a cell comes furthest at its first probe.
std::string vanishing(const Comparison& c) {
  if (!c.asked_at_end) return "";  // a part of the gradient enters on the way
  std::vector<std::string> words;
  Index step = 0;
  for (const Competitor& cell : c.cells) {
    std::optional<double> most;
    for (const StateFlow& flow : cell.flow) {
      if (flow.probes.empty()) continue;
      const auto& first = flow.probes.front();
      if (first.decay.per_step && (!most || *first.decay.per_step > *most)) {
        most = first.decay.per_step;
        step = first.step;
      }
    }
    if (most) words.push_back(fmt::format("{:.3f} in {}", *most, cell.label));
  }
  if (words.empty()) return "";
  return (step == 0 ? "At the initial parameters" : fmt::format("After {} updates", step)) +
         ", each step back in time multiplies the gradient by " + list_of(words) + ".";
}

}  // namespace

std::string answer(const Comparison& comparison) {
  std::vector<std::string> parts;
  const bool trained = comparison.steps > 1;  // one step only looks at the gradient
  if (trained) {
    const std::string result =
        comparison.metric.solved_at ? solving(comparison) : ranking(comparison);
    const std::string wrong = mishaps(comparison);
    for (const std::string& part : {result, wrong}) {
      if (!part.empty()) parts.push_back(part);
    }
  }
  const auto waiting = [](const Competitor& cell) { return !cell.test && !cell.steps; };
  std::string text;
  if (trained && std::all_of(comparison.cells.begin(), comparison.cells.end(), waiting)) {
    text = "No run has ended yet.";
  } else if (!parts.empty()) {
    text = join(parts, "; ") + ".";
  }
  const std::string flow = vanishing(comparison);
  if (!flow.empty()) text += (text.empty() ? "" : " ") + flow;
  return text;
}

}  // namespace carousel::report
