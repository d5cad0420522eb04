#include <cells/builtin.hpp>
#include <experiments/registry.hpp>
#include <experiments/tasks/task.hpp>
#include <optim/builtin.hpp>

namespace carousel {

Registry builtin() {
  Registry registry;
  registry.cells = carousel::cells::cells();
  registry.tasks = carousel::tasks::tasks();
  registry.optimizers = carousel::optim::optimizers();
  registry.schedules = carousel::optim::schedules();
  return registry;
}

}  // namespace carousel
