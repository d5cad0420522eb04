#pragma once
#include <autograd/tensor.hpp>
#include <autograd/var.hpp>
#include <autograd/view.hpp>
#include <functional>
#include <vector>

namespace carousel {

/// A value and its cotangent: where a backward pass begins.
struct Cotangent {
  Var value;
  Tensor cotangent;  ///< of its shape and dtype
};

/// For this pass, the nodes recorded in time step `from_step` or later see the value as a constant,
/// as if they had used detach(value). -1: every node does.
struct Stop {
  Stop(const Var& v, Index from = -1) : value(v), from_step(from) {}  // NOLINT: implicit
  Var value;
  Index from_step;
};

/// What a backward pass does besides its job.
struct BackwardOptions {
  std::vector<Stop> stop;
  /// Values recorded in an earlier time step are constants; those outside of any step are not.
  Index first_step = 0;
  /// Values whose gradient is handed over in parts, by the time step of the nodes that they come
  /// from: part(i, t, dL/dv as far as it comes through step t) for v = in_parts[i], t falling; -1
  /// for what was recorded outside of any step, which may come at any place. A part that is not
  /// handed over is zero. The parts stand in one buffer of v's size.
  std::vector<Var> in_parts;
  std::function<void(std::size_t i, Index step, const View& part)> part;
};

namespace detail {
class BackwardPass;
struct PassMemory;

/// A cotangent where it stands; data null: a one.
struct Start {
  Var value;
  View cotangent;
};
}  // namespace detail

}  // namespace carousel
