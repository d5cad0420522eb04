#include <autograd/op.hpp>
#include <cells/any_cell.hpp>
#include <cells/init.hpp>
#include <experiments/registry.hpp>
#include <experiments/runner/catalogue.hpp>
#include <experiments/tasks/task.hpp>
#include <optim/optimizer.hpp>
#include <optim/schedule.hpp>

namespace carousel {
namespace {

/// An op has a name and a formula only.
class NoSettings final : public Configurable {
 public:
  void settings(Settings&) override {}
};

Components op_names(const Registry& registry) {
  Components ops("op");
  for (const Op* op : registry.ops) {
    ops.add(op->name, op->doc, [] { return std::make_unique<NoSettings>(); });
  }
  return ops;
}

}  // namespace

Catalogue catalogue(const Registry& registry) {
  Catalogue known;
  known.cells = components(registry.cells);
  known.tasks = components(registry.tasks);
  // Adding a group of no parameters checks what a group's settings say together.
  known.optimizers =
      components(registry.optimizers, [](optim::Optimizer& optimizer) { optimizer.add({}); });
  known.schedules = components(registry.schedules);
  known.initializers = components(cells::initializers());
  known.ops = op_names(registry);
  return known;
}

}  // namespace carousel
