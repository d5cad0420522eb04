#include <algorithm>
#include <autograd/support/error.hpp>
#include <experiments/plugins/load.hpp>
#include <experiments/runner/config.hpp>
#include <experiments/runner/config_checks.hpp>
#include <experiments/runner/modifiers_yaml.hpp>
#include <experiments/runner/overrides.hpp>
#include <experiments/runner/yaml_reader.hpp>
#include <filesystem>
#include <set>

namespace carousel {
namespace {

/// A component in either of its forms, `lstm` or `{name: lstm, ...}`, in the second.
YamlNode as_map(const YamlNode& node, const std::string& path, const Components& table) {
  if (node.is_scalar()) {
    YamlNode map = yaml_map(node.where);
    map.set("name", node);
    return map;
  }
  const std::string article =
      std::string("aeiou").find(table.kind()[0]) == std::string::npos ? "a " : "an ";
  const std::string expected = "the name of " + article + table.kind() + ", or a map with its name";
  const std::string fix = "Known: " + join(table.names());
  if (!node.is_map()) {
    throw Error(ErrorKind::config, place_of(node.where, path), expected, node.described(), fix);
  }
  const YamlNode* name = node.find("name");
  if (!name || !name->is_scalar()) {
    throw Error(ErrorKind::config, place_of(name ? name->where : node.where, path), expected,
                name ? name->described() : "a map without 'name'", fix);
  }
  return node;
}

/// Whose settings a map holds, for messages.
std::string owner(const Components& table, const YamlNode& map) {
  return table.kind() + " '" + map.find("name")->text + "'";
}

/// Applies a map's settings to a fresh component, refuses what is left over, and keeps the values.
/// The reader has taken "name".
Spec read_component(const Components& table, const YamlNode& map, SettingsReader& reader) {
  const YamlNode& name = *map.find("name");
  const auto component = table.at(name.text, name.where).make();
  component->settings(reader);
  reader.finish();
  try {
    component->check();
  } catch (const Error& error) {
    throw Error(ErrorKind::config, map.where + ": " + owner(table, map), error.expected(),
                error.got(), error.fix());
  }
  return {table.kind(), name.text, dump_settings(*component)};
}

Spec read_spec(const Components& table, const YamlNode& node, const std::string& path) {
  const YamlNode map = as_map(node, path, table);
  SettingsReader reader(map, path, owner(table, map));
  reader.take("name");
  return read_component(table, map, reader);
}

/// A map without a name changes settings of `base` (itself a map of a name and settings), which
/// keeps the others; anything else stands for itself.
YamlNode changed(const YamlNode& base, const YamlNode* node) {
  if (!node) return base;
  if (!node->is_map() || node->find("name")) return *node;
  YamlNode result = base;
  result.where = node->where;
  for (const YamlNode& child : node->children) {
    result.set(child.key, child).key_where = child.key_where;
  }
  return result;
}

/// The component that an experiment has where it names none.
YamlNode by_default(const char* name, const std::string& where) {
  YamlNode map = yaml_map(where);
  map.set("name", yaml_scalar(name, false, where));
  return map;
}

/// Changes the roles that a map names.
void read_init(const Components& table, const YamlNode* node, const std::string& path,
               InitSpec& init) {
  if (!node) return;
  SettingsReader reader(*node, path, "init");
  for (const char* role : {"input", "recurrent", "diagonal", "bias"}) {
    const YamlNode* chosen = reader.take(role);
    if (chosen) init[role] = read_spec(table, *chosen, path + "." + role);
  }
  reader.finish();
}

/// A section of plain settings, such as train. Nothing or null leaves the defaults.
template <class Section>
void read_section(const YamlNode* node, const std::string& name, Section& section) {
  if (!node) return;
  SettingsReader reader(*node, name, name);
  section.settings(reader);
  reader.finish();
}

/// Clipping as a section changes it; both of its thresholds at once are refused.
void read_clip(const YamlNode* node, const std::string& path, optim::Clip& clip) {
  read_section(node, path, clip);
  try {
    clip.check();
  } catch (const Error& error) {
    throw Error(ErrorKind::config, place_of(node->where, path), error.expected(), error.got(),
                error.fix());
  }
}

/// A size has to be given or found, not both.
void refuse_size_beside_matching(const Config& config, const YamlNode& map,
                                 const SettingsReader& reader) {
  if (config.match_parameters.empty() || !map.find("hidden_size")) return;
  throw Error(ErrorKind::config, reader.where("hidden_size"), "no hidden_size",
              "one beside match_parameters, which finds it", "Leave one of the two out");
}

CellEntry read_cell(const Catalogue& known, const YamlNode& node, const std::string& path,
                    const Config& config) {
  const YamlNode map = as_map(node, path, known.cells);
  SettingsReader reader(map, path, owner(known.cells, map));
  reader.take("name");
  CellEntry entry;
  entry.label = map.find("name")->text;
  refuse_size_beside_matching(config, map, reader);
  entry.hidden_size = config.hidden_size;
  entry.settings(reader);
  const YamlNode* optimizer = reader.take("optimizer");
  const YamlNode* init = reader.take("init");
  const YamlNode* clip = reader.take("clip");
  const YamlNode* regularizer = reader.take("regularizer");
  const YamlNode* modifiers = reader.take("modifiers");
  entry.cell = read_component(known.cells, map, reader);
  check_label(entry.label, reader.where("label"));
  entry.optimizer = optimizer
                        ? read_spec(known.optimizers, changed(config.optimizer.yaml(), optimizer),
                                    reader.path("optimizer"))
                        : config.optimizer;
  entry.init = config.init;
  read_init(known.initializers, init, reader.path("init"), entry.init);
  entry.clip = config.clip;
  read_clip(clip, reader.path("clip"), entry.clip);
  entry.regularizer = config.regularizer;
  read_section(regularizer, reader.path("regularizer"), entry.regularizer);
  entry.modifiers = config.modifiers;
  read_modifiers(modifiers, reader.path("modifiers"), entry.modifiers);
  entry.modifiers.check(modifiers ? place_of(modifiers->where, reader.path("modifiers")) + "."
                                  : "modifiers.");
  return entry;
}

void read_cells(const Catalogue& known, const YamlNode* list, SettingsReader& reader,
                Config& config) {
  if (!list || !list->is_list() || list->children.empty()) {
    throw Error(ErrorKind::config, reader.where("cells"), "a list of cells, such as [lstm, gru]",
                !list             ? "none"
                : list->is_list() ? "an empty one"
                                  : list->described(),
                "Known: " + join(known.cells.names()));
  }
  std::set<std::string> labels;
  for (const YamlNode& node : list->children) {
    const std::string path = "cells." + std::to_string(config.cells.size());
    CellEntry entry = read_cell(known, node, path, config);
    if (!labels.insert(entry.label).second) {
      const YamlNode* label = node.find("label");
      throw Error(ErrorKind::config, place_of(label ? label->where : node.where, path),
                  "a label of its own", "'" + entry.label + "' a second time",
                  "Give one of the two another 'label'");
    }
    config.cells.push_back(std::move(entry));
  }
}

std::vector<std::string> plugins_of(const YamlNode& root, const std::string& path) {
  std::vector<std::string> paths;
  const YamlNode* list = root.is_map() ? root.find("plugins") : nullptr;
  if (!list || list->is_null()) return paths;
  const auto wanted = [](const YamlNode& node) {
    throw Error(ErrorKind::config, place_of(node.where, "plugins"),
                "a list of shared objects, such as [./libmine.so]", node.described());
  };
  if (!list->is_list()) wanted(*list);
  const auto folder = std::filesystem::absolute(path).parent_path();
  for (const YamlNode& item : list->children) {
    if (!item.is_scalar()) wanted(item);
    paths.push_back(plugin_path(item.text, folder));
  }
  return paths;
}

Config read_tree(const YamlNode& root, const std::string& path, const CatalogueOf& catalogue_of) {
  Config config;
  config.name = std::filesystem::path(path).stem().string();
  SettingsReader reader(root, "", "");

  const YamlNode* task = reader.take("task");
  const YamlNode* cells = reader.take("cells");
  reader.take("plugins");
  config.plugins = plugins_of(root, path);
  const Catalogue known = catalogue_of(config.plugins);
  config.settings(reader);
  refuse_size_beside_matching(config, root, reader);
  const YamlNode* optimizer = reader.take("optimizer");
  const YamlNode* init = reader.take("init");
  const YamlNode* clip = reader.take("clip");
  const YamlNode* regularizer = reader.take("regularizer");
  const YamlNode* modifiers = reader.take("modifiers");
  const YamlNode* schedule = reader.take("schedule");
  const YamlNode* train = reader.take("train");
  const YamlNode* probes = reader.take("probes");
  reader.finish();

  if (!task) {
    throw Error(ErrorKind::config, reader.where("task"), "the name of a task", "none",
                "Known: " + join(known.tasks.names()));
  }
  config.task = read_spec(known.tasks, *task, "task");
  config.optimizer =
      read_spec(known.optimizers, changed(by_default("adam", path), optimizer), "optimizer");
  config.schedule =
      read_spec(known.schedules, changed(by_default("constant", path), schedule), "schedule");
  read_init(known.initializers, init, "init", config.init);
  read_clip(clip, "clip", config.clip);
  read_section(regularizer, "regularizer", config.regularizer);
  read_modifiers(modifiers, "modifiers", config.modifiers);
  read_section(train, "train", config.train);
  read_section(probes, "probes", config.probes);
  read_cells(known, cells, reader, config);
  check_together(config, root, reader);
  return config;
}

Config resolve(YamlNode root, const std::string& path, const std::vector<std::string>& sets,
               const CatalogueOf& known) {
  apply_overrides(root, sets);
  return read_tree(root, path, known);
}

}  // namespace

Config read_config(const std::string& path, const std::vector<std::string>& sets,
                   const CatalogueOf& known) {
  return resolve(load_yaml(path), path, sets, known);
}

Config parse_config(const std::string& text, const std::string& path,
                    const std::vector<std::string>& sets, const CatalogueOf& known) {
  return resolve(parse_yaml(text, path), path, sets, known);
}

Config parse_config(const std::string& text, const std::string& path,
                    const std::vector<std::string>& sets, const Catalogue& known) {
  return parse_config(text, path, sets, [&](const auto&) { return known; });
}

}  // namespace carousel
