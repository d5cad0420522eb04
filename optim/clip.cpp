#include <algorithm>
#include <autograd/support/error.hpp>
#include <cmath>
#include <optim/clip.hpp>

namespace carousel::optim {
namespace {

/// Calls f with the elements of each gradient.
template <class F> void for_each(Gradients& gradients, F&& f) {
  for (Tensor& gradient : gradients) {
    if (gradient.dtype() == DType::float32) {
      f(gradient.data<float>(), gradient.size());
    } else if (gradient.dtype() == DType::float64) {
      f(gradient.data<double>(), gradient.size());
    } else {
      throw Error(ErrorKind::argument, "Clip::apply", "gradients of float32 or float64",
                  name(gradient.dtype()));
    }
  }
}

/// Σ x², in eight sums side by side: the same order on each platform, and no chain of additions
/// for the processor to wait on.
template <class T> double squares(const T* x, Index n) {
  constexpr Index lanes = 8;
  std::array<double, lanes> sums{};
  Index i = 0;
  for (; i + lanes <= n; i += lanes) {
    for (Index lane = 0; lane < lanes; ++lane) {
      const double element = static_cast<double>(x[i + lane]);
      sums[static_cast<std::size_t>(lane)] += element * element;
    }
  }
  double total = 0;
  for (; i < n; ++i) total += static_cast<double>(x[i]) * static_cast<double>(x[i]);
  for (const double sum : sums) total += sum;
  return total;
}

/// Clamps to [−limit, limit]; whether anything changed.
template <class T> bool clamp(T* x, Index n, T limit) {
  Index outside = 0;
  for (Index i = 0; i < n; ++i) {
    outside += (x[i] < -limit) | (x[i] > limit);
    x[i] = std::min(std::max(x[i], -limit), limit);
  }
  return outside > 0;
}

}  // namespace

void Clip::settings(Settings& s) {
  s("norm", norm, "largest global L2 norm of the gradient; null is off", above(0));
  s("value", value, "largest absolute value of a gradient's element; null is off", above(0));
}

void Clip::check() const {
  if (norm && value) {
    throw Error(ErrorKind::config, "clip", "norm or value",
                "both: norm " + shortest(*norm) + " and value " + shortest(*value),
                "Set one of them to null.");
  }
}

ClipResult Clip::apply(Gradients& gradients) const {
  check();
  double sum = 0;
  for_each(gradients, [&sum](const auto* g, Index n) { sum += squares(g, n); });
  ClipResult result{std::sqrt(sum), false};
  if (!std::isfinite(result.norm_before)) return result;
  if (norm) {
    const double factor = *norm / (result.norm_before + 1e-6);
    if (factor < 1) {
      result.clipped = true;
      for_each(gradients, [factor](auto* g, Index n) {
        using T = std::remove_pointer_t<decltype(g)>;
        for (Index i = 0; i < n; ++i) g[i] *= static_cast<T>(factor);
      });
    }
  } else if (value) {
    for_each(gradients, [&](auto* g, Index n) {
      using T = std::remove_pointer_t<decltype(g)>;
      if (clamp(g, n, static_cast<T>(*value))) result.clipped = true;
    });
  }
  return result;
}

void ClipCount::add(const ClipResult& result) {
  ++steps;
  if (result.clipped) ++clipped;
}

double ClipCount::share() const {
  return steps == 0 ? 0 : static_cast<double>(clipped) / static_cast<double>(steps);
}

}  // namespace carousel::optim
