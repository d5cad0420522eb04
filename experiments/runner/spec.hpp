#pragma once
#include <autograd/support/table.hpp>
#include <experiments/runner/settings_dumper.hpp>
#include <experiments/runner/settings_reader.hpp>
#include <memory>
#include <string>
#include <utility>

namespace carousel {

/// A component as a configuration asks for it: its name and the complete values of its settings,
/// defaults included. A value; it makes equal objects as often as wanted.
class Spec {
 public:
  Spec() = default;
  /// `kind` is the word for messages: "cell". `settings` is a map as dump_settings() writes it.
  Spec(std::string kind, std::string name, YamlNode settings)
      : kind_(std::move(kind)), name_(std::move(name)), settings_(std::move(settings)) {}

  const std::string& name() const { return name_; }

  /// Sets all settings of a component that was made by this name.
  template <class T> void apply(T& component) const {
    SettingsReader reader(settings_, "", kind_ + " '" + name_ + "'");
    component.settings(reader);
    reader.finish();
  }

  /// A new component from its table, with the settings applied: `config.task.make(registry.tasks)`.
  template <class T> std::unique_ptr<T> make(const Table<T>& table) const {
    auto component = table.make(name_);
    apply(*component);
    return component;
  }

  /// A map of `name` and all settings.
  YamlNode yaml() const {
    YamlNode map = yaml_map();
    map.set("name", yaml_text(name_));
    for (const YamlNode& setting : settings_.children) map.set(setting.key, setting);
    return map;
  }

 private:
  std::string kind_, name_;
  YamlNode settings_ = yaml_map();
};

/// Whether two specs make equal components.
inline bool operator==(const Spec& a, const Spec& b) {
  return to_yaml(a.yaml()) == to_yaml(b.yaml());
}
inline bool operator!=(const Spec& a, const Spec& b) { return !(a == b); }

}  // namespace carousel
