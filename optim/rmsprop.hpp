#pragma once
#include <optim/rule.hpp>

namespace carousel::optim {

/// RMSprop (Tieleman and Hinton 2012, lecture 6.5), centred as in Graves 2013, computed as
/// PyTorch's RMSprop. With η = lr · lr_factor, λ = weight_decay (an L2 penalty), α = alpha,
/// ε = eps, μ = momentum and v = a = b = 0 at the start:
///
///     d = g + λ·w
///     v ← α·v + (1 − α)·d²
///     a ← α·a + (1 − α)·d          centered only
///     u = v                        centered: u = v − a²
///     q = d/(√u + ε)               ε stands outside of the root (Graves has it inside)
///     w ← w − η·q                  with momentum: b ← μ·b + q, w ← w − η·b
///
/// Rounding can take v − a² below 0 when a gradient hardly changes; it counts as 0 then.
struct RmspropRule {
  static constexpr const char* name = "rmsprop";
  double lr = 0.001;
  double alpha = 0.99;
  double eps = 1e-8;
  double momentum = 0;
  bool centered = false;
  double weight_decay = 0;

  void settings(Settings& s);
  void check() const {}
  std::array<StateSlot, 3> state() const {
    return {{{"v", true}, {"a", centered}, {"b", momentum > 0}}};
  }
  template <class T>
  void update(T* w, const T* g, const std::array<T*, 3>& state, Index n,
              const StepInfo& info) const;
};

using Rmsprop = RuleOptimizer<RmspropRule>;

}  // namespace carousel::optim
