#include <cmath>
#include <optim/adam.hpp>

namespace carousel::optim {
namespace {

template <class Rule> void list(Rule& rule, Settings& s, const char* decay_doc) {
  s("lr", rule.lr, "learning rate", above(0));
  s("beta1", rule.beta1, "decay of the running mean of the gradient", between_open(0, 1));
  s("beta2", rule.beta2, "decay of the running mean of the squared gradient", between_open(0, 1));
  s("eps", rule.eps, "added to the root of that mean", at_least(0));
  s("weight_decay", rule.weight_decay, decay_doc, at_least(0));
}

/// Both rules: w is first multiplied by `shrink` (1 in Adam), and λ·w joins the gradient with
/// λ = `l2` (0 in AdamW). The loop divides by √v̂ written as √v/√(1 − β₂ᵗ).
template <class Rule, class T>
void adam(const Rule& rule, double shrink, double l2, T* w, const T* g, T* m, T* v, Index n,
          const StepInfo& info) {
  const double t = static_cast<double>(info.t);
  const double correction1 = 1 - std::pow(rule.beta1, t);
  const double correction2 = 1 - std::pow(rule.beta2, t);
  const T rate = static_cast<T>(rule.lr * info.lr_factor / correction1);
  const T root_scale = static_cast<T>(1 / std::sqrt(correction2));
  const T beta1 = static_cast<T>(rule.beta1), rest1 = static_cast<T>(1 - rule.beta1);
  const T beta2 = static_cast<T>(rule.beta2), rest2 = static_cast<T>(1 - rule.beta2);
  const T eps = static_cast<T>(rule.eps);
  const T keep = static_cast<T>(shrink), lambda = static_cast<T>(l2);
  for (Index i = 0; i < n; ++i) {
    const T kept = keep * w[i];
    const T d = g[i] + lambda * w[i];
    m[i] = beta1 * m[i] + rest1 * d;
    v[i] = beta2 * v[i] + rest2 * (d * d);
    w[i] = kept - rate * m[i] / (std::sqrt(v[i]) * root_scale + eps);
  }
}

}  // namespace

void AdamRule::settings(Settings& s) {
  list(*this, s, "L2 penalty, added to the gradient as weight_decay * w");
}

void AdamWRule::settings(Settings& s) {
  list(*this, s, "decoupled decay: w loses lr * weight_decay * w before each update");
}

template <class T>
void AdamRule::update(T* w, const T* g, const std::array<T*, 2>& state, Index n,
                      const StepInfo& info) const {
  adam(*this, 1, weight_decay, w, g, state[0], state[1], n, info);
}

template <class T>
void AdamWRule::update(T* w, const T* g, const std::array<T*, 2>& state, Index n,
                       const StepInfo& info) const {
  const double shrink = 1 - lr * info.lr_factor * weight_decay;
  adam(*this, shrink, 0, w, g, state[0], state[1], n, info);
}

template void AdamRule::update(float*, const float*, const std::array<float*, 2>&, Index,
                               const StepInfo&) const;
template void AdamRule::update(double*, const double*, const std::array<double*, 2>&, Index,
                               const StepInfo&) const;
template void AdamWRule::update(float*, const float*, const std::array<float*, 2>&, Index,
                                const StepInfo&) const;
template void AdamWRule::update(double*, const double*, const std::array<double*, 2>&, Index,
                                const StepInfo&) const;

}  // namespace carousel::optim
