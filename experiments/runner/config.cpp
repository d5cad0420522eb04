#include <algorithm>
#include <experiments/runner/config.hpp>
#include <experiments/runner/modifiers_yaml.hpp>

namespace carousel {
namespace {

YamlNode yaml_of(const InitSpec& init) {
  YamlNode map = yaml_map();
  for (const auto& [role, spec] : init) map.set(role, spec.yaml());
  return map;
}

/// An entry of cells: its own settings, and what is not as on the top level.
YamlNode yaml_of(CellEntry entry, const Config& config) {
  YamlNode map = entry.cell.yaml();
  for (const YamlNode& setting : dump_settings(entry).children) {
    const bool given = setting.key != "hidden_size" || entry.hidden_size != config.hidden_size;
    if (given) map.set(setting.key, setting);
  }
  if (entry.optimizer != config.optimizer) map.set("optimizer", entry.optimizer.yaml());
  YamlNode init = yaml_map();
  for (const auto& [role, spec] : entry.init) {
    const auto common = config.init.find(role);
    if (common == config.init.end() || common->second != spec) init.set(role, spec.yaml());
  }
  if (!init.children.empty()) map.set("init", init);
  Config common = config;
  const YamlNode clip = dump_settings(entry.clip);
  if (to_yaml(clip) != to_yaml(dump_settings(common.clip))) map.set("clip", clip);
  const YamlNode regularizer = dump_settings(entry.regularizer);
  if (to_yaml(regularizer) != to_yaml(dump_settings(common.regularizer))) {
    map.set("regularizer", regularizer);
  }
  const YamlNode modifiers = modifiers_yaml(entry.modifiers);
  if (to_yaml(modifiers) != to_yaml(modifiers_yaml(config.modifiers)))
    map.set("modifiers", modifiers);
  return map;
}

template <class Section> void add(Components& sections, const char* name, const char* doc) {
  sections.add(name, doc,
               [] { return std::make_unique<Configured<Section>>(std::make_unique<Section>()); });
}

}  // namespace

void CellEntry::settings(Settings& s) {
  s("label", label, "name of its results; the cell's name unless given");
  s("hidden_size", hidden_size, "units of its state", at_least(1));
}

void Train::settings(Settings& s) {
  s("steps", steps, "training steps, one batch each", at_least(1));
  s("batch_size", batch_size, "sequences in a training batch", at_least(1));
  s("evaluate_every", evaluate_every, "training steps between two validations", at_least(1));
  s("log_every", log_every, "training steps between two lines of metrics", at_least(1));
  s("evaluation_batch_size", evaluation_batch_size,
    "sequences of an evaluation that are computed together", at_least(1));
  s("memory", memory,
    "what a step keeps of the recurrence: full, sqrt, or a size such as 256MiB that it is to fit");
  s("compile", compile,
    "plan a cell's step once and replay it, where it can be; false: record every step");
  s("bptt_window", bptt_window, "truncated backpropagation over so many steps (k2); 0: over all",
    at_least(0));
  s("bptt_stride", bptt_stride, "steps from one such pass to the next (k1); 0: as the window",
    at_least(0));
  s("stop_when_solved", stop_when_solved, "end a run at the first validation that is solved");
  s("patience", patience, "end a run after so many validations without a better one; 0: none do",
    at_least(0));
  s("select", select, "parameters for the test part: of the best validation, or the last",
    {"best", "last"});
  s("solved_at", solved_at, "a validation metric better than this is solved");
  s("detect_anomaly", detect_anomaly,
    "end a run at the first value or gradient that is not finite, not only at the loss");
}

std::optional<cells::Truncation> Train::truncation() const {
  if (bptt_window == 0) return std::nullopt;
  return cells::Truncation{bptt_stride == 0 ? bptt_window : bptt_stride, bptt_window};
}

void Probes::settings(Settings& s) {
  s("gradient_flow", gradient_flow, "training steps at which dL/ds_t is recorded for all t",
    at_least(0));
  s("gradient_flow_every", gradient_flow_every, "and every so many steps from 0 on; 0: no more",
    at_least(0));
}

bool Probes::flow_at(Index step) const {
  return (gradient_flow_every > 0 && step % gradient_flow_every == 0) ||
         std::find(gradient_flow.begin(), gradient_flow.end(), step) != gradient_flow.end();
}

void Config::settings(Settings& s) {
  s("question", question, "what the experiment asks; the title of its report");
  s("hidden_size", hidden_size, "units of the state of every cell that gives no other",
    at_least(1));
  s("match_parameters", match_parameters,
    "a cell and a size, such as lstm-64: every cell gets as many parameters; empty: no");
  s("seeds", seeds, "one run of each cell for each seed", at_least(0));
  std::string word = dtype == DType::float64 ? "float64" : "float32";
  s("dtype", word, "type of parameters and activations", {"float32", "float64"});
  dtype = word == "float64" ? DType::float64 : DType::float32;
  s("parallel", parallel, "runs at the same time; 0: the number of cores", at_least(0));
  s("threads", threads, "threads of each run; at most train.batch_size, where that is not 1",
    at_least(1));
  s("out", out, "directory of the results; empty: chosen by the program");
}

std::string resolved_yaml(const Config& config) {
  Config copy = config;  // visiting settings takes fields that can be changed
  YamlNode root = yaml_map();
  const YamlNode top = dump_settings(copy);
  root.set("question", *top.find("question"));
  YamlNode plugins;
  plugins.kind = YamlNode::Kind::list;
  for (const auto& path : config.plugins) plugins.children.push_back(yaml_text(path));
  root.set("plugins", plugins);
  root.set("task", config.task.yaml());
  YamlNode cells;
  cells.kind = YamlNode::Kind::list;
  for (const CellEntry& entry : config.cells) cells.children.push_back(yaml_of(entry, config));
  root.set("cells", cells);
  for (const YamlNode& setting : top.children) root.set(setting.key, setting);
  root.set("optimizer", config.optimizer.yaml());
  root.set("init", yaml_of(config.init));
  root.set("clip", dump_settings(copy.clip));
  root.set("regularizer", dump_settings(copy.regularizer));
  root.set("modifiers", modifiers_yaml(copy.modifiers));
  root.set("schedule", config.schedule.yaml());
  root.set("train", dump_settings(copy.train));
  root.set("probes", dump_settings(copy.probes));
  return to_yaml(root);
}

Components experiment_sections() {
  Components sections("section");
  add<Config>(sections, "(top level)",
              "besides task, cells, optimizer, init, schedule and the sections below");
  add<CellEntry>(sections, "cells",
                 "a list; each a name, or a map of name, these, optimizer, init, clip, "
                 "regularizer, modifiers and its own settings");
  add<Train>(sections, "train", "how long to train and when to look");
  add<optim::Clip>(sections, "clip", "gradient clipping, by one of");
  add<Regularizer>(sections, "regularizer", "what is added to the loss for sizes of parameters");
  add<cells::Modifiers>(
      sections, "modifiers",
      "what is put around a cell; and zoneout, a probability or one for each state");
  add<Probes>(sections, "probes", "what is measured besides the metrics");
  return sections;
}

}  // namespace carousel
