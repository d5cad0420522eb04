#pragma once
#include <optim/rule.hpp>

namespace carousel::optim {

/// Adam (Kingma and Ba 2015, algorithm 1), as PyTorch's Adam computes it. With η = lr · lr_factor,
/// λ = weight_decay (an L2 penalty), β₁ = beta1, β₂ = beta2, ε = eps, t = 1 for the first step and
/// m = v = 0 at the start:
///
///     d = g + λ·w
///     m ← β₁·m + (1 − β₁)·d
///     v ← β₂·v + (1 − β₂)·d²
///     m̂ = m/(1 − β₁ᵗ),  v̂ = v/(1 − β₂ᵗ)
///     w ← w − η·m̂/(√v̂ + ε)         ε is added to the root of the corrected mean
struct AdamRule {
  static constexpr const char* name = "adam";
  double lr = 0.001;
  double beta1 = 0.9, beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0;

  void settings(Settings& s);
  void check() const {}
  std::array<StateSlot, 2> state() const { return {{{"m", true}, {"v", true}}}; }
  template <class T>
  void update(T* w, const T* g, const std::array<T*, 2>& state, Index n,
              const StepInfo& info) const;
};

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), as PyTorch's AdamW computes it:
///
///     w ← w − η·λ·w                 first; the gradient's moments never see λ
///     then Adam's update with d = g
///
/// λ is multiplied by the rate η, schedule included.
struct AdamWRule {
  static constexpr const char* name = "adamw";
  double lr = 0.001;
  double beta1 = 0.9, beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0.01;

  void settings(Settings& s);
  void check() const {}
  std::array<StateSlot, 2> state() const { return {{{"m", true}, {"v", true}}}; }
  template <class T>
  void update(T* w, const T* g, const std::array<T*, 2>& state, Index n,
              const StepInfo& info) const;
};

using Adam = RuleOptimizer<AdamRule>;
using AdamW = RuleOptimizer<AdamWRule>;

}  // namespace carousel::optim
