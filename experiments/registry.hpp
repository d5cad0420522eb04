#pragma once
#include <autograd/op.hpp>
#include <autograd/support/table.hpp>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace carousel {

namespace cells {
class AnyCell;
/// A cell struct behind the one interface; defined in cells/cell.hpp.
template <class C> std::unique_ptr<AnyCell> erase();
}  // namespace cells
namespace optim {
class Optimizer;
class Schedule;
}  // namespace optim
namespace tasks {
class Task;
}

/// What an experiment can name: one table for each kind of component. A value, filled by explicit
/// calls that can be chained:
///
///     carousel::run(carousel::builtin().cell<Mgu>("mgu", "minimal gated unit"), argc, argv);
///
/// A component with a `static constexpr const char* about` is described by it (`carousel
/// describe`). Each function needs the complete type, so include the component's header; this one
/// includes none of them. Error (argument) on a name that is taken.
struct Registry {
  /// Holds on to what the makers below need, such as the code of a plugin.
  void keep(std::shared_ptr<const void> thing) { kept_.push_back(std::move(thing)); }

 private:
  std::vector<std::shared_ptr<const void>> kept_;  // first, so that it goes last

 public:
  Table<carousel::cells::AnyCell> cells{"cell"};
  Table<carousel::tasks::Task> tasks{"task"};
  Table<carousel::optim::Optimizer> optimizers{"optimizer"};
  Table<carousel::optim::Schedule> schedules{"schedule"};
  std::vector<const Op*> ops = all_ops();  ///< what `carousel verify` checks
  std::set<std::string> plugins;           ///< what was loaded
  /// Those whose code nobody has looked at.
  std::set<std::string> plugin_cells, plugin_tasks;

  /// A cell struct, made by its default constructor. `doc` is one line for `carousel list`.
  template <class C> Registry& cell(std::string name, std::string doc = {}) {
    const auto make = [name] {
      auto made = carousel::cells::erase<C>();
      made->set_name(name);
      return made;
    };
    cells.add(std::move(name), std::move(doc), make, about<C>());
    return *this;
  }
  /// An op of one's own: it is listed, and checked by `carousel verify`.
  Registry& op(const Op& op) {
    ops.push_back(&op);
    return *this;
  }
  template <class T> Registry& task(std::string name, std::string doc = {}) {
    tasks.add<T>(std::move(name), std::move(doc));
    return *this;
  }
  template <class O> Registry& optimizer(std::string name, std::string doc = {}) {
    optimizers.add<O>(std::move(name), std::move(doc));
    return *this;
  }
  template <class S> Registry& schedule(std::string name, std::string doc = {}) {
    schedules.add<S>(std::move(name), std::move(doc));
    return *this;
  }
};

/// Everything that comes with Carousel; a copy, to add to.
Registry builtin();

}  // namespace carousel
