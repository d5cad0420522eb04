#pragma once
#include <autograd/support/settings.hpp>
#include <autograd/support/table.hpp>
#include <functional>
#include <memory>
#include <utility>

namespace carousel {

struct Registry;

/// All that a configuration needs of a component, whatever its kind: a fresh object's settings.
class Configurable {
 public:
  virtual ~Configurable() = default;
  virtual void settings(Settings& s) = 0;
  /// Error on settings that contradict each other.
  virtual void check() {}
};

/// A component of type T (a struct with settings(Settings&)) seen as a Configurable.
template <class T> class Configured final : public Configurable {
 public:
  using Check = std::function<void(T&)>;

  explicit Configured(std::unique_ptr<T> object, Check check = {})
      : object_(std::move(object)), check_(std::move(check)) {}

  void settings(Settings& s) override { object_->settings(s); }
  void check() override {
    if (check_) check_(*object_);
  }

 private:
  std::unique_ptr<T> object_;
  Check check_;
};

using Components = Table<Configurable>;

/// A table with the types taken out: the same names and lines of documentation.
template <class T>
Components components(const Table<T>& table, typename Configured<T>::Check check = {}) {
  Components result(table.kind());
  for (const auto& entry : table.entries()) {
    const auto make = [make = entry.make, check] {
      return std::make_unique<Configured<T>>(make(), check);
    };
    result.add(entry.name, entry.doc, make, entry.about);
  }
  return result;
}

/// What `carousel list` shows and what a configuration may name. Reading a configuration needs
/// nothing else of cells, tasks and optimisers, and so compiles without them.
struct Catalogue {
  Components cells{"cell"}, tasks{"task"}, optimizers{"optimizer"}, schedules{"schedule"};
  Components initializers{"initializer"};
  Components ops{"op"};  ///< names and formulas; ops have no settings
};

Catalogue catalogue(const Registry& registry);

}  // namespace carousel
