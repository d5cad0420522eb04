#pragma once
#include <array>
#include <optim/optimizer.hpp>
#include <optional>
#include <tuple>
#include <utility>

namespace carousel::optim {

/// One tensor that a rule keeps for each parameter, zero at the start, and whether the rule's
/// present settings need it. `name` is a symbol of the rule's formula.
struct StateSlot {
  const char* name;
  bool used;
};

/// Makes an Optimizer out of an update rule, a plain struct:
///
///     struct MyRule {
///       static constexpr const char* name = "mine";
///       double lr = 0.01;
///       void settings(Settings& s);               // lists the settings
///       void check() const;                       // error where they contradict each other
///       std::array<StateSlot, 1> state() const;   // what it keeps: {{{"v", true}}}
///       template <class T>                        // float and double
///       void update(T* w, const T* g, const std::array<T*, 1>& state, Index n,
///                   const StepInfo& info) const;
///     };
///
/// `update` changes the n elements of one parameter w by the gradient g; the pointers of slots
/// that are not used are null. All else is here, once.
template <class Rule> class RuleOptimizer final : public Optimizer {
 public:
  /// The first group takes the settings of `rule`.
  explicit RuleOptimizer(Rule rule = {}) : next_(std::move(rule)) {}

  /// The settings that the next group will take.
  Rule& rule() { return next_; }

  const char* name() const override { return Rule::name; }
  void settings(Settings& s) override { next_.settings(s); }

  std::vector<NamedState> state() override {
    std::vector<NamedState> result;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const auto slots = entries_[i].rule.state();
      for (std::size_t k = 0; k < slot_count; ++k) {
        if (!entries_[i].state[k]) continue;
        result.push_back({std::string(Rule::name) + "." + slots[k].name + "/" + params()[i].name(),
                          &*entries_[i].state[k]});
      }
    }
    return result;
  }

 private:
  static constexpr std::size_t slot_count =
      std::tuple_size_v<decltype(std::declval<const Rule&>().state())>;

  /// A parameter's own copy of its group's settings, and its state.
  struct Entry {
    Rule rule;
    double lr_factor;
    std::array<std::optional<Tensor>, slot_count> state;
  };

  void start_group(const std::vector<Param>& fresh, double lr_factor) override {
    next_.check();
    for (const Param& param : fresh) {
      Entry entry{next_, lr_factor, {}};
      const auto slots = next_.state();
      for (std::size_t k = 0; k < slot_count; ++k) {
        if (slots[k].used) entry.state[k].emplace(param.dtype(), param.shape());
      }
      entries_.push_back(std::move(entry));
    }
  }

  void update(const Gradients& gradients, const StepInfo& of_all) override {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      Param param = params()[i];
      const StepInfo info{of_all.t, of_all.lr_factor * entries_[i].lr_factor};
      if (param.dtype() == DType::float32) {
        update<float>(entries_[i], param, gradients[i], info);
      } else {
        update<double>(entries_[i], param, gradients[i], info);
      }
    }
  }

  template <class T>
  static void update(Entry& entry, Param& param, const Tensor& gradient, const StepInfo& info) {
    std::array<T*, slot_count> state{};
    for (std::size_t k = 0; k < slot_count; ++k) {
      if (entry.state[k]) state[k] = entry.state[k]->template data<T>();
    }
    Tensor& w = param.mutable_value();
    entry.rule.update(w.data<T>(), gradient.data<T>(), state, w.size(), info);
  }

  Rule next_;
  std::vector<Entry> entries_;
};

}  // namespace carousel::optim
