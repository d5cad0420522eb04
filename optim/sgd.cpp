#include <autograd/support/error.hpp>
#include <optim/sgd.hpp>

namespace carousel::optim {

void SgdRule::settings(Settings& s) {
  s("lr", lr, "learning rate", above(0));
  s("momentum", momentum, "share of the last update that goes on; 0 is plain descent",
    between_open(0, 1));
  s("nesterov", nesterov, "look ahead by one momentum step; needs momentum");
  s("weight_decay", weight_decay, "L2 penalty, added to the gradient as weight_decay * w",
    at_least(0));
}

void SgdRule::check() const {
  if (nesterov && momentum == 0) {
    throw Error(ErrorKind::config, "sgd", "momentum above 0 with nesterov", "0",
                "Set momentum, for example to 0.9, or leave nesterov out.");
  }
}

template <class T>
void SgdRule::update(T* w, const T* g, const std::array<T*, 1>& state, Index n,
                     const StepInfo& info) const {
  const T eta = static_cast<T>(lr * info.lr_factor);
  const T lambda = static_cast<T>(weight_decay);
  const T mu = static_cast<T>(momentum);
  T* const v = state[0];
  if (v == nullptr) {
    for (Index i = 0; i < n; ++i) w[i] -= eta * (g[i] + lambda * w[i]);
  } else if (nesterov) {
    for (Index i = 0; i < n; ++i) {
      const T d = g[i] + lambda * w[i];
      v[i] = mu * v[i] + d;
      w[i] -= eta * (d + mu * v[i]);
    }
  } else {
    for (Index i = 0; i < n; ++i) {
      v[i] = mu * v[i] + (g[i] + lambda * w[i]);
      w[i] -= eta * v[i];
    }
  }
}

template void SgdRule::update(float*, const float*, const std::array<float*, 1>&, Index,
                              const StepInfo&) const;
template void SgdRule::update(double*, const double*, const std::array<double*, 1>&, Index,
                              const StepInfo&) const;

}  // namespace carousel::optim
