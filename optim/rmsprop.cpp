#include <algorithm>
#include <cmath>
#include <optim/rmsprop.hpp>

namespace carousel::optim {
namespace {

/// The loop's constants, in the parameter's dtype.
template <class T> struct Constants {
  T eta, lambda, alpha, rest, eps, mu;  // rest = 1 − α
};

/// The two options are template parameters: each of the four loops is free of branches.
template <bool centered, bool momentum, class T>
void loop(T* w, const T* g, T* v, T* a, T* b, Index n, Constants<T> c) {
  for (Index i = 0; i < n; ++i) {
    const T d = g[i] + c.lambda * w[i];
    v[i] = c.alpha * v[i] + c.rest * (d * d);
    T u = v[i];
    if constexpr (centered) {
      a[i] = c.alpha * a[i] + c.rest * d;
      u = std::max(u - a[i] * a[i], T(0));
    }
    T q = d / (std::sqrt(u) + c.eps);
    if constexpr (momentum) {
      b[i] = c.mu * b[i] + q;
      q = b[i];
    }
    w[i] -= c.eta * q;
  }
}

}  // namespace

void RmspropRule::settings(Settings& s) {
  s("lr", lr, "learning rate", above(0));
  s("alpha", alpha, "decay of the running mean of the squared gradient", between_open(0, 1));
  s("eps", eps, "added to the root of that mean", at_least(0));
  s("momentum", momentum, "share of the last update that goes on", between_open(0, 1));
  s("centered", centered, "divide by the gradient's standard deviation, not its root mean square");
  s("weight_decay", weight_decay, "L2 penalty, added to the gradient as weight_decay * w",
    at_least(0));
}

template <class T>
void RmspropRule::update(T* w, const T* g, const std::array<T*, 3>& state, Index n,
                         const StepInfo& info) const {
  const Constants<T> c{
      static_cast<T>(lr * info.lr_factor), static_cast<T>(weight_decay), static_cast<T>(alpha),
      static_cast<T>(1 - alpha),           static_cast<T>(eps),          static_cast<T>(momentum)};
  const auto [v, a, b] = state;
  if (a != nullptr && b != nullptr) return loop<true, true>(w, g, v, a, b, n, c);
  if (a != nullptr) return loop<true, false>(w, g, v, a, b, n, c);
  if (b != nullptr) return loop<false, true>(w, g, v, a, b, n, c);
  loop<false, false>(w, g, v, a, b, n, c);
}

template void RmspropRule::update(float*, const float*, const std::array<float*, 3>&, Index,
                                  const StepInfo&) const;
template void RmspropRule::update(double*, const double*, const std::array<double*, 3>&, Index,
                                  const StepInfo&) const;

}  // namespace carousel::optim
