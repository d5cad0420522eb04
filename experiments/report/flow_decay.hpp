#pragma once
#include <autograd/dtype.hpp>
#include <optional>
#include <vector>

namespace carousel::report {

/// How fast a gradient vanishes or explodes on its way back in time.
struct FlowDecay {
  /// Factor by which one step back in time multiplies the norm: exp of minus the slope of ln norm
  /// against t, by least squares over all t with a norm above 0. Below 1 the gradient vanishes,
  /// above 1 it explodes. None where fewer than two norms are above 0.
  std::optional<double> per_step;
  /// The smallest lag k at which the norm at T - k is below 1e-3 of the norm at T.
  std::optional<Index> lag;
  bool beyond = false;  ///< there is no such lag up to T
  Index underflow = 0;  ///< number of t at which the norm is exactly 0
};

/// `norms` are those of dL/ds_t for t = 0..T.
FlowDecay flow_decay(const std::vector<double>& norms);

}  // namespace carousel::report
