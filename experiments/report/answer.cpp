#include <fmt/format.h>

#include <algorithm>
#include <autograd/support/error.hpp>
#include <cctype>
#include <cmath>
#include <experiments/report/answer.hpp>
#include <experiments/report/wording.hpp>
#include <experiments/runner/paired.hpp>

namespace carousel::report {
namespace {

using Cells = std::vector<const Competitor*>;

/// Whether a result is better than chance by less than a twentieth of what a perfect one is.
bool at_chance(const Metric& metric, double value) {
  const double perfect = metric.higher_is_better ? 1 : 0;
  return (value - metric.chance) / (perfect - metric.chance) < 0.05;
}

/// " (hardly better than chance)", or "" where there is nothing to say of a result.
std::string beside_chance(const Metric& metric, double value) {
  if (!at_chance(metric, value)) return "";
  return metric.better(value, metric.chance) ? " (hardly better than chance)"
                                             : " (no better than chance)";
}

bool any(const Competitor&) { return true; }
bool unsolved(const Competitor& cell) { return !cell.solved; }

/// The cells of a kind that have a test result, the best first.
Cells by_result(const Comparison& c, bool (*kind)(const Competitor&)) {
  Cells cells;
  for (const Competitor& cell : c.cells) {
    if (cell.test && kind(cell)) cells.push_back(&cell);
  }
  std::stable_sort(cells.begin(), cells.end(), [&c](const Competitor* a, const Competitor* b) {
    return c.metric.better(a->test->median, b->test->median);
  });
  return cells;
}

/// "lstm 0.8921 and vanilla 0.8587", from the cell at `from` on; with what is at chance said so.
std::string results_of(const Comparison& c, const Cells& cells, std::size_t from, bool say = true) {
  std::vector<std::string> words;
  for (std::size_t i = from; i < cells.size(); ++i) {
    const double value = cells[i]->test->median;
    words.push_back(cells[i]->label + " " + number(value) +
                    (say ? beside_chance(c.metric, value) : ""));
  }
  return list_of(words);
}

/// "chance is 0.2880, last day only 0.7232"
std::string references(const Comparison& c) {
  std::string text = "chance is " + number(c.metric.chance);
  for (const auto& [name, value] : c.metric.baselines) text += ", " + name + " " + number(value);
  return text;
}

/// The longest training that has come to its end.
double steps_done(const Comparison& c) {
  double most = 0;
  for (const Competitor& cell : c.cells) {
    if (cell.steps) most = std::max(most, cell.steps->high);
  }
  return most;
}

/// Which cells came below the threshold, and when: those first that did with all of their seeds.
std::string solving(const Comparison& c) {
  Cells solved;
  for (const Competitor& cell : c.cells) {
    if (cell.solved) solved.push_back(&cell);
  }
  const Cells others = by_result(c, unsolved);
  const std::string threshold =
      fmt::format("validation {} {} {}", c.metric.name,
                  c.metric.higher_is_better ? "above" : "below", *c.metric.solved_at);
  if (solved.empty()) {
    if (others.empty()) return "";
    return fmt::format("no cell solved it in {:.0f} steps ({}): test {} of {}; {}", steps_done(c),
                       threshold, c.metric.name, results_of(c, others, 0), references(c));
  }
  const auto share = [](const Competitor* cell) {
    return static_cast<double>(cell->solved->count) / static_cast<double>(cell->runs.size());
  };
  std::stable_sort(solved.begin(), solved.end(), [&](const Competitor* a, const Competitor* b) {
    return std::pair(-share(a), a->solved->median) < std::pair(-share(b), b->solved->median);
  });
  std::vector<std::string> words;
  bool several = false;
  for (const Competitor* cell : solved) {
    words.push_back(of_seeds(cell->label, cell->solved->count, cell->runs.size()) +
                    fmt::format(" at step {:.0f}", cell->solved->median));
    several = several || cell->solved->count > 1;
  }
  std::string text = list_of(words) + " solved it (" + threshold +
                     (several ? "; medians over the seeds that did)" : ")");
  if (!others.empty()) {
    text += "; not solved: test " + c.metric.name + " of " + results_of(c, others, 0);
  }
  return text + "; " + references(c);
}

/// How well the cells did, where no threshold is given.
std::string ranking(const Comparison& c) {
  const Cells cells = by_result(c, any);
  if (cells.empty()) return "";
  const Competitor& best = *cells.front();
  std::string text;
  if (at_chance(c.metric, best.test->median)) {
    text = "no cell is clearly better than chance: test " + c.metric.name + " of " +
           results_of(c, cells, 0, /*say=*/false);
  } else {
    text = best.label + " has the best test " + c.metric.name + " " + number(best.test->median);
    if (cells.size() > 1) text += ", before " + results_of(c, cells, 1);
  }
  text += "; " + references(c);
  return text;
}

std::string mishaps(const Comparison& c) {
  std::vector<std::string> parts;
  for (const char* state : {"diverged", "failed", "interrupted", "stopped", "not started"}) {
    std::vector<std::string> words;
    for (const Competitor& cell : c.cells) {
      const std::size_t count = cell.count(state);
      if (count > 0) words.push_back(of_seeds(cell.label, count, cell.runs.size()));
    }
    if (words.empty()) continue;
    const bool verb = std::string(state) == "diverged" || std::string(state) == "failed";
    parts.push_back(list_of(words) + (verb ? " " : words.size() == 1 ? " was " : " were ") + state);
  }
  return join(parts, "; ");
}

/// Gradient norms that exploded, clipped or not.
std::string explosions(const Comparison& c) {
  constexpr double large = 1e4;
  std::vector<std::string> words;
  for (const Competitor& cell : c.cells) {
    double most = 0;
    for (const RunLog& run : cell.runs) {
      for (const auto& [step, norm] : run.gradient_norm) {
        if (std::isfinite(norm)) most = std::max(most, norm);
      }
    }
    if (most > large) words.push_back(fmt::format("{:.1e} in {}", most, cell.label));
  }
  return words.empty() ? "" : "the gradient norm reached " + list_of(words);
}

/// "so far, with 2 of 6 runs ended: ", or "" where none is to come.
std::string so_far(const Comparison& c) {
  std::size_t runs = 0, open = 0;
  for (const Competitor& cell : c.cells) {
    runs += cell.runs.size();
    open += cell.count("running") + cell.count("waiting");
  }
  if (open == 0) return "";
  return fmt::format("so far, with {} of {} runs ended: ", runs - open, runs);
}

/// The first step at which a gradient was probed.
std::optional<Index> first_probe(const Competitor& cell) {
  std::optional<Index> first;
  for (const StateFlow& flow : cell.flow) {
    for (const FlowProbe& probe : flow.probes)
      first = std::min(first.value_or(probe.step), probe.step);
  }
  return first;
}

/// The state through which the gradient of each cell comes furthest at the first probe.
std::string vanishing(const Comparison& c) {
  if (!c.asked_at_end) return "";  // a part of the gradient enters on the way
  std::optional<Index> first;
  for (const Competitor& cell : c.cells) {
    if (const auto own = first_probe(cell)) first = std::min(first.value_or(*own), *own);
  }
  std::vector<std::string> words;
  for (const Competitor& cell : c.cells) {
    std::optional<double> most;
    for (const StateFlow& flow : cell.flow) {
      for (const FlowProbe& probe : flow.probes) {
        if (probe.step != *first || !probe.decay.per_step) continue;
        most = std::max(most.value_or(*probe.decay.per_step), *probe.decay.per_step);
      }
    }
    if (most) words.push_back(fmt::format("{:.3f} in {}", *most, cell.label));
  }
  if (words.empty()) return "";
  return (*first == 0 ? "At the initial parameters" : fmt::format("After {} updates", *first)) +
         ", each step back in time multiplies the gradient by " + list_of(words) + ".";
}

/// Whether a run trained at all: a single step only looks at the gradient.
bool trained(const Comparison& c) {
  return std::any_of(c.cells.begin(), c.cells.end(),
                     [](const Competitor& cell) { return cell.planned_steps > 1; });
}

/// With its first letter a capital, unless it is a cell's label.
std::string sentence(std::string text, const Comparison& c) {
  for (const Competitor& cell : c.cells) {
    if (text.rfind(cell.label, 0) == 0) return text + ".";
  }
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text + ".";
}

}  // namespace

std::string answer(const Comparison& comparison) {
  std::string text;
  if (trained(comparison)) {
    std::vector<std::string> parts;
    const std::string result =
        comparison.metric.solved_at ? solving(comparison) : ranking(comparison);
    for (const std::string& part : {result, mishaps(comparison), explosions(comparison)}) {
      if (!part.empty()) parts.push_back(part);
    }
    text = parts.empty() ? "No run has ended yet."
                         : sentence(so_far(comparison) + join(parts, "; "), comparison);
  }
  const std::string flow = vanishing(comparison);
  if (!flow.empty()) text += (text.empty() ? "" : " ") + flow;
  return text;
}

std::vector<std::string> pairs(const Comparison& comparison) {
  MetricsBySeed metrics;
  for (const Competitor& cell : comparison.cells) {
    metrics.emplace_back(cell.label, std::map<Index, double>());
    for (const RunLog& run : cell.runs) {
      const auto found = run.result.is_null() ? run.result.end() : run.result.find("final_metric");
      if (found == run.result.end() || !found->is_number()) continue;
      metrics.back().second[run.seed] = found->get<double>();
    }
  }
  return trained(comparison) ? paired_text(metrics, comparison.metric.higher_is_better)
                             : std::vector<std::string>();
}

}  // namespace carousel::report
