#pragma once
#include <optim/rule.hpp>

namespace carousel::optim {

/// Stochastic gradient descent with momentum (Polyak 1964) or Nesterov's momentum in the form of
/// Sutskever et al. 2013, as PyTorch's SGD without dampening computes it. With η = lr · lr_factor,
/// λ = weight_decay (an L2 penalty), μ = momentum and v = 0 at the start:
///
///     d = g + λ·w
///     v ← μ·v + d                  (so v = d at the first step)
///     w ← w − η·v                  nesterov: w ← w − η·(d + μ·v)
///
/// The rate stands outside of v: a change of rate acts at once on the momentum collected before.
struct SgdRule {
  static constexpr const char* name = "sgd";
  double lr = 0.01;
  double momentum = 0;
  bool nesterov = false;
  double weight_decay = 0;

  void settings(Settings& s);
  /// Error on nesterov without momentum.
  void check() const;
  std::array<StateSlot, 1> state() const { return {{{"v", momentum > 0}}}; }
  template <class T>
  void update(T* w, const T* g, const std::array<T*, 1>& state, Index n,
              const StepInfo& info) const;
};

using Sgd = RuleOptimizer<SgdRule>;

}  // namespace carousel::optim
