#include <algorithm>
#include <autograd/support/error.hpp>
#include <charconv>
#include <experiments/runner/overrides.hpp>

namespace carousel {
namespace {

using Parts = std::vector<std::string>;

/// One argument being followed into the tree.
struct Override {
  std::string where;  // "--set path=value"
  std::string rest;   // what of the path is still to go
  Parts done;         // what lies behind

  [[noreturn]] void refuse(const std::string& expected, const std::string& got,
                           const std::string& fix = {}) const {
    throw Error(ErrorKind::config, where, expected, got, fix);
  }
  /// Moves `part` from the rest to what is done.
  void advance(const std::string& part) {
    rest.erase(0, std::min(rest.size(), part.size() + 1));  // and the dot
    done.push_back(part);
  }
  std::string next() const { return rest.substr(0, rest.find('.')); }
  bool in_cells() const { return done == Parts{"cells"}; }
};

/// Whether a component stands at this path, which may be written as its name alone.
bool is_component(Parts path) {
  if (path.size() >= 2 && path[0] == "cells") path.erase(path.begin(), path.begin() + 2);
  if (path.empty()) return true;
  if (path.size() == 2) return path[0] == "init";
  return path.size() == 1 && (path[0] == "task" || path[0] == "optimizer" || path[0] == "schedule");
}

/// What an entry of `cells` is called: its label, else its name.
std::string label(const YamlNode& entry) {
  if (entry.is_scalar()) return entry.text;
  for (const char* key : {"label", "name"}) {
    const YamlNode* node = entry.find(key);
    if (node && node->is_scalar()) return node->text;
  }
  return {};
}

/// The entry of `cells` whose label begins the rest of the path. Labels may hold dots, so the
/// longest one that fits is meant. Advances over it.
YamlNode* labelled(YamlNode& cells, Override& path) {
  YamlNode* best = nullptr;
  std::string best_label;
  bool twice = false;
  for (YamlNode& entry : cells.children) {
    const std::string word = label(entry);
    const bool fits = path.rest == word || path.rest.compare(0, word.size() + 1, word + ".") == 0;
    if (word.empty() || !fits || word.size() < best_label.size()) continue;
    twice = word == best_label;
    best = &entry;
    best_label = word;
  }
  if (twice) {
    path.refuse("a label that one cell has", "'" + best_label + "', which several have",
                "Give the number of the entry, such as cells.0");
  }
  if (best) path.advance(best_label);
  return best;
}

YamlNode& entry_of(YamlNode& list, Override& path) {
  if (path.in_cells()) {
    if (YamlNode* found = labelled(list, path)) return *found;
  }
  const std::string part = path.next();
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
  if (error == std::errc{} && end == part.data() + part.size() && number < list.children.size()) {
    path.advance(part);
    return list.children[number];
  }
  const std::string size = std::to_string(list.children.size());
  std::string expected = "the number of an entry of " + join(path.done, ".") + ", which has " +
                         size + " (the first is 0)";
  std::string fix;
  if (path.in_cells()) {
    Parts labels;
    for (const YamlNode& entry : list.children) labels.push_back(label(entry));
    const std::string near = did_you_mean(part, labels);
    expected += ", or a label";
    fix = (near.empty() ? "" : "Did you mean '" + near + "'? ") + "Labels: " + join(labels);
  }
  path.refuse(expected, "'" + part + "'", fix);
}

/// The node that the next part of the path names; made where it does not exist.
YamlNode& step_into(YamlNode& node, Override& path) {
  if (node.is_list()) return entry_of(node, path);
  if (node.is_scalar() && is_component(path.done)) {
    YamlNode map = yaml_map(node.where);
    map.set("name", node);
    map.key = node.key;
    map.key_where = node.key_where;
    node = std::move(map);
  }
  if (node.is_null()) node.kind = YamlNode::Kind::map;
  if (!node.is_map()) {
    path.refuse("a map or a list at " + join(path.done, "."), node.described());
  }
  const std::string part = path.next();
  path.advance(part);
  if (YamlNode* present = node.find(part)) return *present;
  YamlNode null;
  null.where = path.where;
  return node.set(part, std::move(null));
}

void apply_override(YamlNode& root, const std::string& argument) {
  const std::size_t equals = argument.find('=');
  Override path{"--set " + argument, argument.substr(0, equals), {}};
  const std::string dotted = "." + path.rest + ".";
  if (equals == std::string::npos || dotted.find("..") != std::string::npos) {
    path.refuse("path=value, such as train.steps=100", "'" + argument + "'");
  }
  YamlNode value = parse_yaml_value(argument.substr(equals + 1), path.where);

  YamlNode* node = &root;
  while (!path.rest.empty()) node = &step_into(*node, path);
  value.key = node->key;
  value.key_where = node->key_where;
  *node = std::move(value);
}

}  // namespace

void apply_overrides(YamlNode& root, const std::vector<std::string>& arguments) {
  for (const std::string& argument : arguments) apply_override(root, argument);
}

}  // namespace carousel
