#pragma once
#include <autograd/support/settings.hpp>
#include <experiments/runner/yaml_reader.hpp>
#include <string>

namespace carousel {

/// Writes the present values of a struct's settings into a map, each in the form that
/// SettingsReader reads back to the same bits.
class SettingsDumper final : public Settings {
 public:
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

  const YamlNode& map() const { return map_; }

 private:
  YamlNode map_ = yaml_map();
};

/// The settings of `object` as a map.
template <class T> YamlNode dump_settings(T& object) {
  SettingsDumper dumper;
  object.settings(dumper);
  return dumper.map();
}

/// A scalar of any text, in quotes where YAML would take it for something else.
YamlNode yaml_text(const std::string& text);

/// A tree as YAML: maps in block style, lists of scalars in brackets, one document that ends in a
/// newline. parse_yaml reads the same tree back.
std::string to_yaml(const YamlNode& node);

}  // namespace carousel
