#pragma once
#include <autograd/support/settings.hpp>
#include <optim/optimizer.hpp>
#include <optional>

namespace carousel::optim {

/// What one clipping did.
struct ClipResult {
  double norm_before;  ///< global L2 norm of all gradients before clipping
  bool clipped;        ///< whether any element changed
};

/// Gradient clipping, of one of two kinds; off when neither is set.
///
/// `norm` = c rescales all gradients together (Pascanu et al. 2013, algorithm 1), with PyTorch's
/// factor:   g ← g·min(1, c/(‖g‖ + 1e-6)),   ‖g‖ being the L2 norm over all tensors at once.
///
/// `value` = v clamps each element by itself:   g ← min(max(g, −v), v),   as in the code of
/// Arjovsky et al. 2016.
struct Clip {
  std::optional<double> norm, value;

  void settings(Settings& s);
  /// Error when both kinds are set.
  void check() const;
  /// Clips in place. The norm is summed in double, in an order fixed by the shapes. Where it is
  /// not finite (NaN or infinity in a gradient), it is reported as it is and nothing changes.
  /// Error on a gradient that is not float32 or float64, and as check().
  ClipResult apply(Gradients& gradients) const;
};

/// Counts the clipped steps of a run.
struct ClipCount {
  Index steps = 0, clipped = 0;

  void add(const ClipResult& result);
  /// Clipped steps over all steps, in [0, 1]; 0 before the first.
  double share() const;
};

}  // namespace carousel::optim
