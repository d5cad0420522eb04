#pragma once
#include <experiments/runner/catalogue.hpp>
#include <string>
#include <utility>
#include <vector>

namespace carousel {

/// What can be listed, in order: cells, tasks, optimizers, schedules, initializers, ops, and
/// experiment for the settings of a configuration itself.
const Words& list_kinds();
/// Error (config) on what is neither one of list_kinds() nor empty, which means all of them.
void check_list_kind(const std::string& kind);

/// The text of `carousel list`: each component with its line of documentation and its settings as
/// `name = default`, type, allowed values and meaning, in columns wrapped to `width` characters.
/// An empty `kind` means all; an unknown one is an Error (config).
std::string listing(const Catalogue& known, const std::string& kind, int width);

/// The settings of one component in the same form, each line indented by six.
std::string settings_text(const Components::Entry& entry, int width);
/// The tables by the kinds of list_kinds(), in order.
std::vector<std::pair<std::string, Components>> tables_by_kind(const Catalogue& known);

/// Only the names, one a line, for scripts; after the kind where all kinds are listed.
std::string listed_names(const Catalogue& known, const std::string& kind);

}  // namespace carousel
