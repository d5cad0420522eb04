#include <algorithm>
#include <cmath>
#include <experiments/report/comparison.hpp>
#include <limits>

namespace carousel::report {
namespace {

using Json = nlohmann::ordered_json;

template <class T> std::optional<T> optional_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || found->is_null()) return std::nullopt;
  return found->template get<T>();
}

/// Spread of a number that the ended runs have.
std::optional<Spread> spread_of(const std::vector<RunLog>& runs, const char* key) {
  std::vector<double> values;
  for (const RunLog& run : runs) {
    if (const auto value = optional_of<double>(run.result, key)) values.push_back(*value);
  }
  return spread(std::move(values));
}

/// The median of norms, which differ by factors: of an even number of them the geometric mean of
/// the two in the middle. NaN where there is none.
double median_norm(std::vector<double> norms) {
  norms.erase(
      std::remove_if(norms.begin(), norms.end(), [](double v) { return !std::isfinite(v); }),
      norms.end());
  if (norms.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(norms.begin(), norms.end());
  const std::size_t half = norms.size() / 2;
  return norms.size() % 2 == 1 ? norms[half] : std::sqrt(norms[half - 1]) * std::sqrt(norms[half]);
}

/// Elementwise medians; where the seeds differ in length, of those that are long enough.
std::vector<double> median_of(const std::vector<std::vector<double>>& seeds) {
  std::size_t longest = 0;
  for (const auto& norms : seeds) longest = std::max(longest, norms.size());
  std::vector<double> result;
  for (std::size_t t = 0; t < longest; ++t) {
    std::vector<double> values;
    for (const auto& norms : seeds) {
      if (t < norms.size()) values.push_back(norms[t]);
    }
    result.push_back(median_norm(std::move(values)));
  }
  return result;
}

std::vector<StateFlow> flow_of(const std::vector<RunLog>& runs) {
  std::vector<std::string> states;
  std::map<std::string, std::map<Index, std::vector<std::vector<double>>>> by_state;
  for (const RunLog& run : runs) {
    for (const RunLog::Flow& flow : run.flow) {
      if (by_state.count(flow.state) == 0) states.push_back(flow.state);
      for (const auto& [step, norms] : flow.probes) by_state[flow.state][step].push_back(norms);
    }
  }
  std::vector<StateFlow> result;
  for (const std::string& state : states) {
    result.push_back({state, {}});
    for (auto& [step, seeds] : by_state[state]) {
      std::vector<double> median = median_of(seeds);
      const FlowDecay decay = flow_decay(median);
      result.back().probes.push_back({step, std::move(median), std::move(seeds), decay});
    }
  }
  return result;
}

std::vector<RunLog::ParameterNorms> parameter_norms_of(const std::vector<RunLog>& runs) {
  std::vector<std::string> names;
  std::map<std::string, std::map<Index, std::vector<double>>> by_name;
  for (const RunLog& run : runs) {
    for (const RunLog::ParameterNorms& one : run.parameters) {
      if (by_name.count(one.name) == 0) names.push_back(one.name);
      for (const auto& [step, norm] : one.norms) by_name[one.name][step].push_back(norm);
    }
  }
  std::vector<RunLog::ParameterNorms> result;
  for (const std::string& name : names) {
    result.push_back({name, {}});
    for (auto& [step, norms] : by_name[name]) {
      result.back().norms.emplace_back(step, median_norm(std::move(norms)));
    }
  }
  return result;
}

Competitor competitor(const Json& cell, const Results& results) {
  Competitor result;
  result.locked = results.locked;
  result.planned_steps = results.summary.at("steps");
  result.label = cell.at("label");
  result.cell = cell.at("cell");
  result.hidden_size = cell.at("hidden_size");
  result.clip_norm = optional_of<double>(cell, "clip_norm");
  for (const RunLog& run : results.runs) {
    if (run.label != result.label) continue;
    result.runs.push_back(run);
    if (run.result.is_null()) continue;
    result.seconds += optional_of<double>(run.result, "seconds").value_or(0);
    result.execution = run.result.value("execution", "");
    if (const auto count = optional_of<Index>(run.result, "parameters")) result.parameters = count;
  }
  result.test = spread_of(result.runs, "final_metric");
  result.solved = spread_of(result.runs, "solved_at");
  result.steps = spread_of(result.runs, "steps");
  result.flow = flow_of(result.runs);
  result.parameter_norms = parameter_norms_of(result.runs);
  return result;
}

Metric metric_of(const Json& json) {
  Metric metric;
  metric.name = json.at("name");
  metric.chance_is = json.at("chance_is");
  metric.higher_is_better = json.at("higher_is_better");
  metric.chance = json.at("chance");
  metric.solved_at = optional_of<double>(json, "solved_at");
  for (const Json& baseline : json.at("baselines")) {
    if (const auto value = optional_of<double>(baseline, "value")) {
      metric.baselines.emplace_back(baseline.at("name"), *value);
    }
  }
  return metric;
}

/// A directory's last names, as many as tell it from the others.
std::string short_name(const Results& one, const std::vector<Results>& all) {
  const auto tail = [](const Results& of, std::size_t parts) {
    std::filesystem::path path = std::filesystem::absolute(of.directory).lexically_normal(), result;
    if (path.filename().empty()) path = path.parent_path();  // of "runs/a/"
    for (std::size_t i = 0; i < parts && path.has_filename(); ++i, path = path.parent_path()) {
      result = i == 0 ? path.filename() : path.filename() / result;
    }
    return result.string();
  };
  constexpr std::size_t most = 8;
  for (std::size_t parts = 1; parts < most; ++parts) {
    const auto same = std::count_if(all.begin(), all.end(), [&](const Results& other) {
      return tail(other, parts) == tail(one, parts);
    });
    if (same == 1) return tail(one, parts);
  }
  return one.directory.string();
}

/// The comparison that these results belong to, a new one where there is none.
Comparison& place_of(const Results& results, std::vector<Comparison>& comparisons) {
  const Json& summary = results.summary;
  const std::string settings = summary.at("task_settings");
  for (Comparison& other : comparisons) {
    if (other.task_settings != settings) continue;
    const auto solved_at = metric_of(summary.at("metric")).solved_at;
    if (other.metric.solved_at != solved_at) other.metric.solved_at.reset();
    return other;
  }
  comparisons.push_back({summary.at("question"),
                         summary.at("task"),
                         summary.at("task_doc"),
                         settings,
                         metric_of(summary.at("metric")),
                         summary.at("asked_at_end"),
                         {}});
  return comparisons.back();
}

}  // namespace

std::string state_of(const RunLog& run, bool locked) {
  if (run.result.is_null()) return !locked ? "stopped" : run.begun ? "running" : "waiting";
  if (run.result.contains("failed")) return "failed";
  if (optional_of<Index>(run.result, "diverged_at")) return "diverged";
  if (!run.result.value("interrupted", false)) return "done";
  return optional_of<Index>(run.result, "steps") ? "interrupted" : "not started";
}

std::size_t Competitor::count(const char* state) const {
  return static_cast<std::size_t>(
      std::count_if(runs.begin(), runs.end(),
                    [this, state](const RunLog& run) { return state_of(run, locked) == state; }));
}

std::vector<Comparison> compare(const std::vector<Results>& all) {
  std::vector<Comparison> comparisons;
  for (const Results& results : all) {
    Comparison& comparison = place_of(results, comparisons);
    for (const Json& cell : results.summary.at("cells")) {
      Competitor one = competitor(cell, results);
      if (all.size() > 1) one.label = short_name(results, all) + "/" + one.label;
      comparison.cells.push_back(std::move(one));
    }
  }
  return comparisons;
}

}  // namespace carousel::report
