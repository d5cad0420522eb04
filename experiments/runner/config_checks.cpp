#include <algorithm>
#include <autograd/support/error.hpp>
#include <cells/memory.hpp>
#include <experiments/runner/config_checks.hpp>
#include <set>

namespace carousel {
namespace {

void check_distinct(const std::vector<Index>& values, const std::string& where) {
  std::set<Index> seen;
  for (const Index value : values) {
    if (seen.insert(value).second) continue;
    throw Error(ErrorKind::config, where, "numbers that differ", std::to_string(value) + " twice");
  }
}

}  // namespace

void check_label(const std::string& label, const std::string& where) {
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const bool good =
      !label.empty() && is_word(label[0]) && std::all_of(label.begin(), label.end(), [&](char c) {
        return is_word(c) || c == '-' || c == '_' || c == '+' || c == '.';
      });
  const bool number = label.find_first_not_of("0123456789") == std::string::npos;
  constexpr std::size_t longest = 64;
  if (label.size() > longest) {
    throw Error(ErrorKind::config, where,
                "a label of at most " + std::to_string(longest) + " characters",
                std::to_string(label.size()) + " characters");
  }
  for (const char* taken : {"resolved.yaml", "summary.json", "report.html"}) {
    if (label != taken) continue;
    throw Error(ErrorKind::config, where, "a label that names no file of the results",
                "'" + label + "'", "Choose another label");
  }
  if (good && !number) return;
  throw Error(ErrorKind::config, where, "a label of letters, digits, '-', '_', '+' and '.'",
              "'" + label + "'",
              number && good ? "A number alone would be a place in the list" : "");
}

void check_together(const Config& config, const YamlNode& root, const SettingsReader& top) {
  const YamlNode null;
  const auto where = [&](const char* section, const char* key) {
    const YamlNode* map = root.find(section);
    return SettingsReader(map ? *map : null, section, section).where(key);
  };
  if (config.seeds.empty()) {
    throw Error(ErrorKind::config, top.where("seeds"), "at least one seed", "an empty list");
  }
  check_distinct(config.seeds, top.where("seeds"));
  check_distinct(config.probes.gradient_flow, where("probes", "gradient_flow"));
  try {
    cells::Memory::parse(config.train.memory);
  } catch (const Error& error) {
    throw Error(ErrorKind::config, where("train", "memory"), error.expected(), error.got());
  }
  if (config.train.stop_when_solved && !config.train.solved_at) {
    throw Error(ErrorKind::config, where("train", "stop_when_solved"),
                "train.solved_at to say what is solved", "none", "Set solved_at to a metric");
  }
  const Train& train = config.train;
  const auto refuse_bptt = [&](const char* expected, const char* got, const char* fix) {
    throw Error(ErrorKind::config, where("train", "bptt_window"), expected, got, fix);
  };
  if (train.bptt_stride > 0 && train.bptt_window == 0) {
    throw Error(ErrorKind::config, where("train", "bptt_stride"), "a bptt_window beside it", "none",
                "Set train.bptt_window");
  }
  if (train.bptt_window > 0 && !cells::Memory::parse(train.memory).is_full()) {
    refuse_bptt("train.memory of full, as passes end at single steps", train.memory.c_str(), "");
  }
  if (train.bptt_window > 0 && config.probes.any()) {
    refuse_bptt("no probes, as each of its passes has a gradient flow of its own", "some",
                "Leave probes out");
  }
  for (const CellEntry& entry : config.cells) {
    if (train.bptt_window == 0 || !entry.modifiers.both_directions()) continue;
    refuse_bptt("cells of one direction", entry.label.c_str(), "Leave bidirectional out");
  }
  if (config.threads > config.train.batch_size && config.train.batch_size > 1) {
    throw Error(ErrorKind::config, top.where("threads"),
                "at most train.batch_size, " + std::to_string(config.train.batch_size) +
                    ", as threads share the sequences of a batch",
                std::to_string(config.threads), "Lower threads or raise train.batch_size");
  }
}

}  // namespace carousel
