#pragma once
#include <string>
#include <vector>

namespace carousel {

/// A value of a YAML document, with the place that it came from. Plain data: which library parsed
/// it shows nowhere.
struct YamlNode {
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  std::string text;                ///< of a scalar, without its quotes
  bool quoted = false;             ///< a scalar in quotes is text, whatever it looks like
  std::string where;               ///< "file:line:column", or "--set path=value"
  std::string key, key_where;      ///< its name in the map that holds it, and the name's place
  std::vector<YamlNode> children;  ///< of a list or a map, in order

  bool is_null() const { return kind == Kind::null; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_list() const { return kind == Kind::list; }
  bool is_map() const { return kind == Kind::map; }

  /// The value of a key of a map; null pointer where there is none.
  const YamlNode* find(const std::string& name) const;
  YamlNode* find(const std::string& name);
  /// Replaces the value of a key, or adds the key at the end. Returns the value in its place.
  YamlNode& set(const std::string& name, YamlNode value);

  /// The value as messages print it: 'abc', "5", null, a list, a map.
  std::string described() const;
};

YamlNode yaml_scalar(std::string text, bool quoted = false, std::string where = {});
YamlNode yaml_map(std::string where = {});

/// Parses one document whose top level is a map; `name` is the file's name for messages. Anchors
/// and aliases work, and an alias is a copy. Error (config) with `name:line:column` on broken YAML,
/// on a key that appears twice in a map, on tags, on an empty document and on a second one.
YamlNode parse_yaml(const std::string& text, const std::string& name);

/// The same from a file. Error (io) where it cannot be read.
YamlNode load_yaml(const std::string& path);

/// Parses a value of any kind, null where the text is empty; all of it gets the one `where`.
YamlNode parse_yaml_value(const std::string& text, const std::string& where);

}  // namespace carousel
