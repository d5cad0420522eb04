#include <fmt/format.h>

#include <autograd/support/error.hpp>
#include <cmath>
#include <experiments/runner/match_parameters.hpp>
#include <experiments/runner/model.hpp>

namespace carousel {
namespace {

constexpr Index largest = 65536;

/// Parameters of an entry with that hidden size; none where the cell has no such size, as one whose
/// heads do not divide it.
std::optional<Index> parameters_of(const Registry& registry, CellEntry entry, Index hidden,
                                   const Config& config, const tasks::Task& task) {
  entry.hidden_size = hidden;
  try {
    return count(Model(registry, entry, task, config.dtype).params());
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::config && error.kind() != ErrorKind::argument) throw;
    return std::nullopt;
  }
}

/// "lstm-64": a cell of the registry with its defaults, or an entry by its label, at a size.
std::pair<CellEntry, Index> reference(const Registry& registry, const Config& config) {
  const std::string& text = config.match_parameters;
  const std::size_t dash = text.rfind('-');
  const std::string digits = dash == std::string::npos ? "" : text.substr(dash + 1);
  const bool number = !digits.empty() && digits.size() < 6 &&
                      digits.find_first_not_of("0123456789") == std::string::npos;
  if (!number || std::stol(digits) < 1) {
    throw Error(ErrorKind::config, "match_parameters", "a cell and a size, such as lstm-64",
                "'" + text + "'");
  }
  const std::string name = text.substr(0, dash);
  for (const CellEntry& entry : config.cells) {
    if (entry.label == name) return {entry, std::stol(digits)};
  }
  registry.cells.at(name, "match_parameters");
  CellEntry entry;
  entry.label = name;
  entry.cell = Spec("cell", name, yaml_map());
  entry.modifiers = config.modifiers;
  return {entry, std::stol(digits)};
}

}  // namespace

std::vector<std::string> match_parameters(const Registry& registry, Config& config,
                                          const tasks::Task& task) {
  if (config.match_parameters.empty()) return {};
  const auto [model, size] = reference(registry, config);
  const auto wanted = parameters_of(registry, model, size, config, task);
  if (!wanted) {
    throw Error(ErrorKind::config, "match_parameters", "a size that the cell can have",
                "'" + config.match_parameters + "'");
  }
  std::vector<std::string> lines{
      fmt::format("match_parameters: {} has {} parameters", config.match_parameters, *wanted)};
  for (CellEntry& entry : config.cells) {
    const auto at = [&](Index hidden) {
      return parameters_of(registry, entry, hidden, config, task);
    };
    // More units, more parameters: the first size that has enough lies between two powers of two.
    Index low = 1, high = 1;
    const auto enough = [&](Index hidden) {
      // A size that the cell cannot have counts as the next one that it can.
      for (Index h = hidden; h < hidden + 64; ++h) {
        if (const auto parameters = at(h)) return *parameters >= *wanted;
      }
      return true;
    };
    while (high < largest && !enough(high)) low = high, high *= 2;
    while (low + 1 < high) {
      const Index middle = (low + high) / 2;
      (enough(middle) ? high : low) = middle;
    }
    Index best = 0, parameters = 0;
    for (Index hidden = std::max<Index>(1, low - 64); hidden <= high + 64; ++hidden) {
      const auto own = at(hidden);
      if (!own || (best > 0 && std::abs(*own - *wanted) >= std::abs(parameters - *wanted)))
        continue;
      best = hidden;
      parameters = *own;
    }
    const double off =
        best == 0 ? 1 : static_cast<double>(parameters - *wanted) / static_cast<double>(*wanted);
    if (best == 0 && registry.plugin_cells.count(entry.cell.name()) > 0) {
      lines.push_back("  " + entry.label + ": no size found; its runs will say why");
      continue;
    }
    if (std::abs(off) > 0.1) {
      throw Error(ErrorKind::config, "match_parameters, cell '" + entry.label + "'",
                  fmt::format("a hidden_size with {} parameters, to a tenth", *wanted),
                  best == 0 ? "none that the cell can have"
                            : fmt::format("{} at the best one, {}", parameters, best));
    }
    entry.hidden_size = best;
    lines.push_back(fmt::format("  {}: hidden_size {}, {} parameters ({:+.1f} %)", entry.label,
                                best, parameters, 100 * off));
  }
  return lines;
}

}  // namespace carousel
