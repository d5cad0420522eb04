#pragma once
#include <autograd/support/settings.hpp>
#include <experiments/runner/yaml_reader.hpp>
#include <string>

namespace carousel {

/// "x.yaml:7:10: train.steps", or "--set train.steps=abc" where that names the path already.
std::string place_of(const std::string& where, const std::string& path);

/// Sets the fields of a struct from a map, strictly:
/// - an integer is digits with a sign (1.5, 1e3, true and "5" in quotes are refused);
/// - a number is an integer, a decimal or 1e-3, never .nan or .inf;
/// - a bool is true or false, not yes, no, on or off;
/// - an optional number is a number, or null, ~ or none;
/// - a word is one of the allowed words; text is any scalar, or null for none;
/// - a list of integers may also be one integer.
///
/// A key that is not in the map leaves its field as it is. Every key that was visited is known;
/// finish() refuses the others. Errors are of kind config, with place, path and what was expected.
class SettingsReader final : public Settings {
 public:
  /// Reads `map` (null counts as an empty one), which must outlive this. `path` is the map's path
  /// in the file ("" for the top level), `what` whose settings these are: "task 'copying'".
  SettingsReader(const YamlNode& map, std::string path, std::string what);

  void operator()(const char* key, bool& value, const char* doc) override;
  void operator()(const char* key, std::int64_t& value, const char* doc,
                  const Range& range) override;
  void operator()(const char* key, double& value, const char* doc, const Range& range) override;
  void operator()(const char* key, std::optional<double>& value, const char* doc,
                  const Range& range) override;
  void operator()(const char* key, std::string& value, const char* doc,
                  const Words& allowed) override;
  void operator()(const char* key, std::vector<std::int64_t>& value, const char* doc,
                  const Range& range) override;

  /// The value of a key that is read by other means, and is known from now on; a null pointer where
  /// the map lacks it. Error (argument) on a key that was visited before: two structs that share a
  /// map would both take it.
  const YamlNode* take(const std::string& key);
  /// Path of a key: "train.steps".
  std::string path(const std::string& key) const;
  /// Place and path of a key, for messages; of the map where it lacks the key.
  std::string where(const std::string& key) const;
  /// Error on the first key that is not known, with the nearest and all known ones. A key that
  /// stands in one of the known sections below is taken for that: 'steps' for 'train.steps'.
  void finish() const;

 private:
  /// What may have been meant by a key that is not known; "" for no idea.
  std::string suggestion(const std::string& key) const;

  const YamlNode& map_;
  std::string path_, what_;
  Words known_;
};

}  // namespace carousel
