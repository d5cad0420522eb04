#pragma once
#include <cells/stack/modifiers.hpp>
#include <experiments/runner/yaml_reader.hpp>

namespace carousel {

/// Changes the modifiers that a map names; null leaves them all. `zoneout` is a probability, or a
/// map of one for each state.
void read_modifiers(const YamlNode* node, const std::string& path, cells::Modifiers& modifiers);

YamlNode modifiers_yaml(cells::Modifiers modifiers);

}  // namespace carousel
