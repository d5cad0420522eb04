#include <algorithm>
#include <experiments/runner/model.hpp>
#include <experiments/runner/no_effect.hpp>

namespace carousel {
namespace {

bool has_role(const cells::Stack& stack, const std::string& role) {
  return std::any_of(stack.params().begin(), stack.params().end(),
                     [&](const Param& param) { return role == name(param.role()); });
}

void of_cell(const CellEntry& entry, const Config& config, const cells::Stack& stack,
             std::vector<std::string>& lines) {
  const std::string cell = "cell '" + entry.label + "': ";
  for (const auto& [role, initializer] : entry.init) {
    if (has_role(stack, role)) continue;
    lines.push_back(cell);
    lines.back().append("init.").append(role);
    lines.back() += " does nothing, as it has no parameters of that role";
  }
  if (config.train.bptt_window > 0 && stack.cells().front()->states().empty()) {
    lines.push_back(cell + "train.bptt_window changes no number, as it has no state");
  }
}

}  // namespace

std::vector<std::string> without_effect(const Registry& registry, const Config& config,
                                        const tasks::Task& task) {
  std::vector<std::string> lines;
  for (const CellEntry& entry : config.cells) {
    if (registry.plugin_cells.count(entry.cell.name()) > 0) continue;  // only in its own runs
    const Model model(registry, entry, task, config.dtype);
    of_cell(entry, config, model.stack(), lines);
  }
  for (const Index step : config.probes.gradient_flow) {
    if (step < config.train.steps) continue;
    lines.push_back("probes.gradient_flow: step " + std::to_string(step) +
                    " comes after the last training step and will not be measured (steps are "
                    "counted from 0: 0 is before the first update)");
  }
  return lines;
}

}  // namespace carousel
