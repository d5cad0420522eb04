#include <autograd/support/error.hpp>
#include <experiments/runner/modifiers_yaml.hpp>
#include <experiments/runner/settings_dumper.hpp>
#include <experiments/runner/settings_reader.hpp>

namespace carousel {
namespace {

/// One probability in [0, 1), by way of a map so that messages are as everywhere.
double read_probability(const YamlNode& map, const std::string& key, const std::string& path) {
  double value = 0;
  SettingsReader reader(map, path, path);
  reader(key.c_str(), value, "", between_open(0, 1));
  return value;
}

}  // namespace

void read_modifiers(const YamlNode* node, const std::string& path, cells::Modifiers& modifiers) {
  if (!node) return;
  SettingsReader reader(*node, path, path);
  modifiers.settings(reader);
  const YamlNode* zoneout = reader.take("zoneout");
  reader.finish();
  if (zoneout) {
    modifiers.zoneout.clear();
    if (zoneout->is_map()) {
      for (const YamlNode& state : zoneout->children) {
        modifiers.zoneout[state.key] =
            read_probability(*zoneout, state.key, reader.path("zoneout"));
      }
    } else if (!zoneout->is_null()) {
      modifiers.zoneout[""] = read_probability(*node, "zoneout", path);
    }
  }
}

YamlNode modifiers_yaml(cells::Modifiers modifiers) {
  YamlNode map = dump_settings(modifiers);
  YamlNode zoneout = yaml_map();
  for (const auto& [state, probability] : modifiers.zoneout) {
    zoneout.set(state, yaml_scalar(shortest(probability)));
  }
  const auto all = modifiers.zoneout.find("");
  map.set("zoneout", all == modifiers.zoneout.end() ? zoneout : yaml_scalar(shortest(all->second)));
  return map;
}

}  // namespace carousel
