#include <algorithm>
#include <cmath>
#include <experiments/report/flow_decay.hpp>

namespace carousel::report {
namespace {

constexpr double lost = 1e-3;  // of the norm at the end

/// Slope of the line through points (x, y) with the least squared distances in y.
std::optional<double> slope(const std::vector<double>& x, const std::vector<double>& y) {
  const double n = static_cast<double>(x.size());
  double mean_x = 0, mean_y = 0, xx = 0, xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    mean_x += x[i] / n;
    mean_y += y[i] / n;
  }
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  if (!(xx > 0)) return std::nullopt;
  return xy / xx;
}

}  // namespace

FlowDecay flow_decay(const std::vector<double>& norms) {
  FlowDecay decay;
  std::vector<double> t, logarithm;
  for (std::size_t i = 0; i < norms.size(); ++i) {
    if (norms[i] == 0) ++decay.underflow;
    if (!(norms[i] > 0) || !std::isfinite(norms[i])) continue;
    t.push_back(static_cast<double>(i));
    logarithm.push_back(std::log(norms[i]));
  }
  if (const auto back = slope(t, logarithm)) decay.per_step = std::exp(-*back);

  if (norms.empty() || !(norms.back() > 0) || !std::isfinite(norms.back())) return decay;
  const auto below = [&](double norm) { return norm < lost * norms.back(); };
  const auto found = std::find_if(norms.rbegin(), norms.rend(), below);
  decay.beyond = found == norms.rend();
  if (!decay.beyond) decay.lag = found - norms.rbegin();
  return decay;
}

}  // namespace carousel::report
