#include <fmt/format.h>

#include <algorithm>
#include <cells/any_cell.hpp>
#include <experiments/runner/catalogue.hpp>
#include <experiments/runner/description.hpp>
#include <experiments/runner/listing.hpp>

namespace carousel {
namespace {

/// Every line of a text, indented by two.
std::string indented(const std::string& text) {
  std::string result;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end > begin) result += "  " + text.substr(begin, end - begin);
    result += "\n";
    begin = end + 1;
  }
  return result;
}

/// States and parameters of a cell of some size, with its default settings.
std::string parameters_text(cells::AnyCell& cell, const cells::Sizes& sizes) {
  cell.build(sizes, DType::float32);
  std::string text;
  for (const auto& state : cell.states()) {
    text += fmt::format("  state {} [batch, {}]\n", state.name, state.size);
  }
  if (cell.states().empty()) text += "  no state\n";
  text += fmt::format("\n  parameters, with an input of {} and {} units:\n", sizes.input_size,
                      sizes.hidden_size);
  std::size_t widest = 0;
  for (const Param& param : cell.params()) widest = std::max(widest, param.name().size());
  for (const Param& param : cell.params()) {
    text += fmt::format("      {:<{}}  {:<11}  {:<9}", param.name(), widest,
                        to_string(param.shape()), name(param.role()));
    if (!param.gates().empty()) text += "  gates " + join(param.gates());
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";
  }
  return text + fmt::format("      {} in all\n", count(cell.params()));
}

/// "cells" -> "cell"
std::string singular(const std::string& kind) {
  return kind.back() == 's' ? kind.substr(0, kind.size() - 1) : kind;
}

}  // namespace

std::string description(const Registry& registry, const DescribeOptions& options, int width) {
  std::string text;
  std::vector<std::string> names;
  for (const auto& [kind, table] : tables_by_kind(catalogue(registry))) {
    const bool component = kind != "ops" && kind != "experiment";
    for (const auto& entry : table.entries()) {
      if (component) names.push_back(entry.name);
      if (entry.name != options.name) continue;
      text += (text.empty() ? "" : "\n") + entry.name + " (" + singular(kind) + "): " + entry.doc +
              "\n";
      if (!entry.about.empty()) text += "\n" + indented(entry.about);
      if (kind == "cells") {
        text += "\n" + parameters_text(*registry.cells.make(entry.name), options.sizes);
      }
      const std::string settings = settings_text(entry, width);
      if (!settings.empty()) text += "\n  settings:\n" + settings;
    }
  }
  if (text.empty()) {
    throw unknown_name(ErrorKind::config, "carousel describe", "component", options.name, names);
  }
  return text;
}

}  // namespace carousel
