#pragma once
#include <experiments/runner/yaml_reader.hpp>
#include <string>
#include <vector>

namespace carousel {

/// Applies `path=value` arguments of --set to an experiment's tree, in order, before anything is
/// read from it. `value` is YAML: 3, null, [1, 2], {name: sgd, lr: 0.1}; nothing means null.
///
/// `path` is keys joined by dots: train.steps. Maps on the way that do not exist are made. An entry
/// of a list goes by its number from 0 (cells.1.hidden_size), one of `cells` also by its label
/// (cells.lstm.hidden_size). Where a component is written as its name alone (`task: adding`), a
/// path into it turns it into a map.
///
/// The values remember `--set path=value` as their place. Error (config) on arguments without that
/// form and on paths that lead nowhere.
void apply_overrides(YamlNode& root, const std::vector<std::string>& arguments);

}  // namespace carousel
