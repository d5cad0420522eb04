#include <cmath>
#include <experiments/runner/json_text.hpp>
#include <experiments/runner/messages.hpp>

namespace carousel {
namespace {

using Json = nlohmann::ordered_json;

template <class T> std::optional<T> optional_of(const Json& json) {
  if (json.is_null()) return std::nullopt;
  return json.get<T>();
}

Json to_json(const Progress& p) {
  return {{"step", p.step},
          {"steps", p.steps},
          {"loss", p.loss},
          {"gradient_norm", p.gradient_norm},
          {"sequences_per_second", p.sequences_per_second},
          {"metric", or_null(p.metric)},
          {"seconds_left", p.seconds_left}};
}

Progress progress_of(const Json& json) {
  return {json["step"],
          json["steps"],
          number_or_nan(json["loss"]),
          number_or_nan(json["gradient_norm"]),
          number_or_nan(json["sequences_per_second"]),
          optional_of<double>(json["metric"]),
          number_or_nan(json["seconds_left"])};
}

RunResult result_of(const Json& json) {
  RunResult r;
  r.task = json["task"];
  r.cell = json["cell"];
  r.label = json["label"];
  r.metric = json["metric"];
  r.seed = json["seed"];
  r.parameters = json["parameters"];
  r.steps = json["steps"];
  r.final_metric = optional_of<double>(json["final_metric"]);
  r.best_metric = optional_of<double>(json["best_metric"]);
  r.best_step = optional_of<Index>(json["best_step"]);
  r.final_step = optional_of<Index>(json["final_step"]);
  r.ended_by = json["ended_by"];
  r.chance = number_or_nan(json["chance"]);
  r.solved_at = optional_of<Index>(json["solved_at"]);
  r.diverged_at = optional_of<Index>(json["diverged_at"]);
  r.diverged_because = json.value("diverged_because", "");
  r.seconds = number_or_nan(json["seconds"]);
  r.sequences_per_second = number_or_nan(json["sequences_per_second"]);
  r.clipped_share = number_or_nan(json["clipped_share"]);
  r.peak_bytes = json["peak_bytes"];
  r.execution = json["execution"];
  r.interrupted = json.value("interrupted", false);
  return r;
}

}  // namespace

Json summary_entry(const RunResult& r) {
  Json json{{"task", r.task},
            {"cell", r.cell},
            {"label", r.label},
            {"seed", r.seed},
            {"parameters", r.parameters},
            {"steps", r.steps},
            {"metric", r.metric},
            {"final_metric", or_null(r.final_metric)},
            {"final_step", or_null(r.final_step)},
            {"best_metric", or_null(r.best_metric)},
            {"best_step", or_null(r.best_step)},
            {"ended_by", r.ended_by},
            {"chance", r.chance},
            {"solved_at", or_null(r.solved_at)},
            {"diverged_at", or_null(r.diverged_at)},
            {"seconds", r.seconds},
            {"sequences_per_second", r.sequences_per_second},
            {"clipped_share", r.clipped_share},
            {"peak_bytes", r.peak_bytes},
            {"execution", r.execution}};
  if (r.diverged_at) json["diverged_because"] = r.diverged_because;
  if (r.interrupted) json["interrupted"] = true;
  if (!r.started) json["parameters"] = json["steps"] = nullptr;  // there was no model, and no step
  if (!r.failed.empty()) {
    for (const char* key : {"parameters", "steps", "seconds", "sequences_per_second",
                            "clipped_share", "peak_bytes"}) {
      json[key] = nullptr;
    }
    json["failed"] = r.failed;
  }
  return json;
}

std::string to_line(const Message& message) {
  Json json;
  if (const auto* progress = std::get_if<Progress>(&message)) {
    json["progress"] = to_json(*progress);
  } else if (const auto* result = std::get_if<RunResult>(&message)) {
    json["result"] = summary_entry(*result);
  } else {
    const auto& failure = std::get<RunFailure>(message);
    json["failure"] = {{"text", failure.text}, {"exit_code", failure.exit_code}};
  }
  return json_text(json);
}

Message from_line(const std::string& line) {
  const Json json = Json::parse(line);
  if (json.contains("progress")) return progress_of(json["progress"]);
  if (json.contains("result")) return result_of(json["result"]);
  return RunFailure{json["failure"]["text"], json["failure"]["exit_code"]};
}

}  // namespace carousel
