#pragma once
#include <experiments/runner/config.hpp>
#include <experiments/runner/settings_reader.hpp>

namespace carousel {

/// Labels name directories and stand in --set paths: Error (config) on one that cannot.
void check_label(const std::string& label, const std::string& where);

/// What one setting alone cannot tell. `top` has read the top level of `root`.
void check_together(const Config& config, const YamlNode& root, const SettingsReader& top);

}  // namespace carousel
