#include <fmt/format.h>

#include <algorithm>
#include <cells/memory.hpp>
#include <cmath>
#include <experiments/runner/progress_view.hpp>
#include <experiments/runner/results.hpp>
#include <experiments/runner/spread.hpp>

namespace carousel {
namespace {

/// Median of what the runs have of a field, with the range where there are several; "-" for none.
template <class Field>
std::string over_seeds(const std::vector<const RunResult*>& runs, const char* format, Field field) {
  std::vector<double> values;
  for (const auto* run : runs) {
    if (const std::optional<double> value = field(*run)) values.push_back(*value);
  }
  const auto s = spread(std::move(values));
  if (!s) return "-";
  const auto text = [format](double x) { return fmt::format(fmt::runtime(format), x); };
  std::string result = text(s->median);
  if (s->low < s->high) result += " (" + text(s->low) + " to " + text(s->high) + ")";
  return result;
}

/// What a run came to, other than its number; "" where it ended as planned.
std::string fate(const RunResult& run) {
  if (!run.failed.empty()) return "failed";
  if (run.diverged_at) return "diverged";
  if (!run.started) return "not started";
  return run.interrupted ? "interrupted" : "";
}

/// ", 1 of 3 failed", or " (failed)" for the only run.
std::string fates(const std::vector<const RunResult*>& runs) {
  std::string text;
  for (const char* kind : {"failed", "diverged", "interrupted", "not started"}) {
    const auto count = std::count_if(runs.begin(), runs.end(),
                                     [kind](const auto* run) { return fate(*run) == kind; });
    if (count == 0) continue;
    text += runs.size() == 1 ? fmt::format(" ({})", kind)
                             : fmt::format(", {} of {} {}", count, runs.size(), kind);
  }
  return text;
}

/// The same for every run that was started.
std::string parameter_count(const std::vector<const RunResult*>& runs) {
  for (const auto* run : runs) {
    if (run->parameters > 0) return fmt::format("{}", run->parameters);
  }
  return "-";
}

using Row = std::vector<std::string>;

/// Columns as wide as their longest text, two spaces apart.
std::string aligned(const std::vector<Row>& rows) {
  std::vector<std::size_t> width(rows[0].size());
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) width[c] = std::max(width[c], row[c].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) line += fmt::format("{:<{}}  ", row[c], width[c]);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

/// Of the run that took the most.
std::string most_memory(const std::vector<const RunResult*>& runs) {
  Index most = 0;
  for (const auto* run : runs) most = std::max(most, run->peak_bytes);
  return most == 0 ? "-" : cells::size_text(static_cast<std::size_t>(most));
}

double total_seconds(const std::vector<const RunResult*>& runs) {
  double total = 0;
  for (const auto* run : runs) total += run->seconds;
  return total;
}

}  // namespace

std::string run_name(const std::string& label, Index seed) {
  return label + " seed " + std::to_string(seed);
}

std::string result_line(const RunResult& run, std::size_t name_width) {
  const auto number = [](double x) { return fmt::format("{:.4f}", x); };
  std::string text = fmt::format("{:<{}}  ", run_name(run.label, run.seed), name_width);
  if (run.diverged_at) return text + "diverged " + run.diverged_because;
  if (!run.failed.empty() || !run.started) return text + fate(run);
  if (run.interrupted) {
    text += fmt::format("interrupted after {} steps", run.steps);
    if (!run.best_metric) return text;
    return text + fmt::format(", best validation {} {}", run.metric, number(*run.best_metric));
  }
  text += fmt::format("{} {} (chance {}) after {} steps", run.metric,
                      run.final_metric ? number(*run.final_metric) : "-", number(run.chance),
                      run.steps);
  if (run.solved_at) text += fmt::format(", solved at {}", *run.solved_at);
  return text + ", " + clock_text(run.seconds);
}

MetricsBySeed metrics_by_seed(const std::vector<RunResult>& runs) {
  MetricsBySeed metrics;
  for (const RunResult& run : runs) {
    if (!run.final_metric || !std::isfinite(*run.final_metric)) continue;
    auto found = std::find_if(metrics.begin(), metrics.end(),
                              [&run](const auto& entry) { return entry.first == run.label; });
    if (found == metrics.end()) found = metrics.insert(metrics.end(), {run.label, {}});
    found->second[run.seed] = *run.final_metric;
  }
  return metrics;
}

std::string results_table(const std::vector<RunResult>& runs) {
  if (runs.empty()) return "no run has finished\n";
  std::vector<std::pair<std::string, std::vector<const RunResult*>>> labels;
  bool any_solved = false, several = false;
  for (const auto& run : runs) {
    auto found = std::find_if(labels.begin(), labels.end(),
                              [&run](const auto& entry) { return entry.first == run.label; });
    if (found == labels.end()) found = labels.insert(labels.end(), {run.label, {}});
    found->second.push_back(&run);
    any_solved = any_solved || run.solved_at;
    several = several || found->second.size() > 1;
  }
  std::vector<Row> rows{
      {"cell", "parameters", runs[0].metric + " (test)" + (several ? ", median (range)" : "")}};
  if (any_solved) rows[0].push_back("solved at step");
  rows[0].insert(rows[0].end(), {"steps", "memory", "time"});
  for (const auto& [label, of_label] : labels) {
    Row row{label, parameter_count(of_label), over_seeds(of_label, "{:.4f}", [](const auto& r) {
                                                return r.final_metric;
                                              }) + fates(of_label)};
    if (any_solved) {
      row.push_back(over_seeds(of_label, "{:.0f}", [](const auto& r) { return r.solved_at; }));
    }
    row.push_back(over_seeds(of_label, "{:.0f}", [](const auto& r) {
      return r.failed.empty() && r.started ? std::optional(r.steps) : std::nullopt;
    }));
    row.push_back(most_memory(of_label));
    row.push_back(clock_text(total_seconds(of_label)));
    rows.push_back(std::move(row));
  }
  return aligned(rows) + fmt::format("chance: {} {:.4f}\n", runs[0].metric, runs[0].chance);
}

}  // namespace carousel
