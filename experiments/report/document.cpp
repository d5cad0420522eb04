#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <experiments/report/answer.hpp>
#include <experiments/report/document.hpp>
#include <experiments/report/thinning.hpp>
#include <experiments/runner/json_text.hpp>
#include <experiments/version.hpp>

namespace carousel::report {
namespace {

using Json = nlohmann::ordered_json;

// More than these no screen shows, and the file would grow without need.
constexpr std::size_t most_points = 600, most_times = 400, most_probes = 100;

/// Four digits, which is what the page shows; exactly 0 only for 0.
Json rounded(double value) {
  if (!std::isfinite(value)) return nullptr;
  return std::strtod(fmt::format("{:.4g}", value).c_str(), nullptr);  // takes denormals, too
}

Json json_of(const Curve& curve, std::size_t stride) {
  Json points = Json::array();
  for (const std::size_t i : every(stride, curve.size())) {
    points.push_back({curve[i].first, rounded(curve[i].second)});
  }
  return points;
}

/// How far apart the points of a kind of curve are that are kept, for all runs of a comparison.
struct Strides {
  std::size_t validation = 1, steps = 1;  // steps: loss and gradient norm
};

Strides strides_of(const Comparison& comparison) {
  std::size_t validations = 0, steps = 0;
  for (const Competitor& cell : comparison.cells) {
    for (const RunLog& run : cell.runs) {
      validations = std::max(validations, run.validation.size());
      steps = std::max(steps, run.loss.size());
    }
  }
  return {stride_for(validations, most_points), stride_for(steps, most_points)};
}

Json json_of(const std::optional<Spread>& spread) {
  if (!spread) return nullptr;
  return {{"median", spread->median},
          {"low", spread->low},
          {"high", spread->high},
          {"count", spread->count}};
}

Json json_of(const std::vector<double>& norms, const std::vector<std::size_t>& times) {
  Json values = Json::array();
  for (const std::size_t t : times) {
    if (t < norms.size()) values.push_back(rounded(norms[t]));
  }
  return values;
}

Json json_of(const FlowProbe& probe) {
  const auto times = kept(probe.median.size(), most_times);
  Json seeds = Json::array();
  for (const auto& norms : probe.seeds) seeds.push_back(json_of(norms, times));
  Json json{{"step", probe.step}, {"median", json_of(probe.median, times)}, {"seeds", seeds}};
  if (times.size() < probe.median.size()) json["t"] = times;
  json["decay"] = or_null(probe.decay.per_step);
  json["lag"] = or_null(probe.decay.lag);
  json["lag_beyond"] = probe.decay.beyond;
  json["underflow"] = probe.decay.underflow;
  return json;
}

/// Why a run did not come to its planned end.
std::string note_of(const Json& result) {
  if (result.is_null()) return "";
  if (result.contains("failed")) return result["failed"];
  return result.value("diverged_because", "");
}

Json json_of(const RunLog& run, const Competitor& cell, const Strides& strides) {
  const auto field = [&run](const char* key) -> Json {
    return run.result.is_null() ? Json(nullptr) : run.result.value(key, Json(nullptr));
  };
  return {
      {"seed", run.seed},
      {"state", state_of(run, cell.locked)},
      {"note", note_of(run.result)},
      {"step", run.result.is_null() || field("steps").is_null() ? Json(run.step) : field("steps")},
      {"steps", cell.planned_steps},
      {"ended_by", field("ended_by")},
      {"test", field("final_metric")},
      {"best_step", field("best_step")},
      {"solved_at", field("solved_at")},
      {"diverged_at", field("diverged_at")},
      {"validation", json_of(run.validation, strides.validation)},
      {"loss", json_of(run.loss, strides.steps)},
      {"gradient_norm", json_of(run.gradient_norm, strides.steps)}};
}

/// "1 of 3 diverged": what did not go as planned.
std::string note_of(const Competitor& cell) {
  std::string note;
  for (const char* state : {"failed", "diverged", "interrupted", "stopped", "not started"}) {
    const std::size_t count = cell.count(state);
    if (count == 0) continue;
    note += (note.empty() ? "" : ", ") +
            (cell.runs.size() == 1 ? std::string(state)
                                   : fmt::format("{} of {} {}", count, cell.runs.size(), state));
  }
  return note;
}

Json json_of(const Competitor& cell, const Strides& strides) {
  Json runs = Json::array(), flow = Json::array(), parameters = Json::array();
  for (const RunLog& run : cell.runs) runs.push_back(json_of(run, cell, strides));
  for (const StateFlow& state : cell.flow) {
    Json probes = Json::array();
    for (const std::size_t i : kept(state.probes.size(), most_probes)) {
      probes.push_back(json_of(state.probes[i]));
    }
    flow.push_back({{"state", state.state}, {"probes", probes}});
  }
  for (const auto& parameter : cell.parameter_norms) {
    parameters.push_back(
        {{"name", parameter.name},
         {"points", json_of(parameter.norms, stride_for(parameter.norms.size(), most_points))}});
  }
  return {{"label", cell.label},
          {"cell", cell.cell},
          {"hidden_size", cell.hidden_size},
          {"parameters", or_null(cell.parameters)},
          {"execution", cell.execution},
          {"clip_norm", or_null(cell.clip_norm)},
          {"seconds", cell.seconds},
          {"test", json_of(cell.test)},
          {"solved", json_of(cell.solved)},
          {"steps_done", json_of(cell.steps)},
          {"note", note_of(cell)},
          {"runs", runs},
          {"flow", flow},
          {"parameter_norms", parameters}};
}

Json json_of(const Comparison& comparison) {
  const Strides strides = strides_of(comparison);
  const Metric& metric = comparison.metric;
  Json baselines = Json::array(), cells = Json::array();
  for (const auto& [name, value] : metric.baselines) {
    baselines.push_back({{"name", name}, {"value", value}});
  }
  for (const Competitor& cell : comparison.cells) {
    cells.push_back(json_of(cell, strides));
  }
  return {{"name", comparison.task},
          {"question", comparison.question},
          {"answer", answer(comparison)},
          {"paired", pairs(comparison)},
          {"task", comparison.task_doc},
          {"asked_at_end", comparison.asked_at_end},
          {"metric",
           {{"name", metric.name},
            {"higher_is_better", metric.higher_is_better},
            {"chance", rounded(metric.chance)},
            {"chance_is", metric.chance_is},
            {"solved_at", or_null(metric.solved_at)},
            {"baselines", baselines}}},
          {"cells", cells}};
}

Json json_of(const Results& results) {
  Json environment = Json::array();
  for (const auto& [key, value] : results.summary.at("environment").items()) {
    environment.push_back({key, value});
  }
  const auto path = std::filesystem::absolute(results.directory).lexically_normal();
  return {{"name", (path.has_filename() ? path : path.parent_path()).filename().string()},
          {"directory", results.directory.string()},
          {"resolved", results.resolved},
          {"environment", environment}};
}

/// The present time, "2026-11-26 12:30:05".
std::string now() {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::localtime(std::time(nullptr)));
}

}  // namespace

Json document(const std::vector<Results>& all) {
  std::size_t runs = 0, ended = 0;
  bool running = false;
  Json experiments = Json::array(), groups = Json::array();
  for (const Results& results : all) {
    experiments.push_back(json_of(results));
    runs += results.runs.size();
    for (const RunLog& run : results.runs) {
      if (!run.result.is_null()) ++ended;
      running = running || (results.locked && run.result.is_null());
    }
  }
  for (const Comparison& comparison : compare(all)) groups.push_back(json_of(comparison));
  const std::string title = all.size() == 1 ? all[0].summary.value("name", "carousel")
                                            : fmt::format("{} experiments", all.size());
  return {{"format", 1},        {"program", std::string("carousel ") + version()},
          {"written", now()},   {"title", title},
          {"running", running}, {"runs", runs},
          {"ended", ended},     {"experiments", experiments},
          {"groups", groups}};
}

}  // namespace carousel::report
