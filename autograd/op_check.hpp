#pragma once
#include <autograd/op.hpp>
#include <string>
#include <vector>

namespace carousel {

/// What was checked about an op, on random shapes from its sampler, and what was found.
struct OpCheck {
  const Op* op = nullptr;
  Index gradients = 0;  ///< directional comparisons of its pullback with differences of its forward
  Index kinks = 0;      ///< skipped among them: the function is not smooth there
  Index second = 0;     ///< ... of the derivative of its pullback with differences of that
  Index float32 = 0;    ///< values and gradients in float32 beside those of float64
  Index edges = 0;      ///< values and slopes at the edges of its domain, see Op::edges
  std::vector<std::string> faults;

  Index checks() const { return gradients + second + float32 + edges; }
  bool passed() const;
};

struct OpCheckOptions {
  std::uint64_t seed = 1;
  int samples = 24;  ///< rounds of the op's sampler, in each dtype
};

/// All checks of one op, ours or a user's:
///
/// - verify(), of values recorded in float64 and in float32;
/// - the pullback on a tape (Op::graph) gives the numbers of the pullback on arrays, and its own
///   derivative is the difference of those: second order;
/// - float32 gives what float64 gives on the same operands, up to its rounding;
/// - Op::edges: zeros, infinities, NaN, denormal numbers, saturation.
OpCheck check_op(const Op& op, const OpCheckOptions& options = {});

/// Only what Op::edges states, added to `result`.
void check_edges(const Op& op, OpCheck& result);

/// "nan", "-inf", "1e-310": a row of Op::edges as text, x -> y, dy/dx.
std::string to_string(const Op& op, const Edge& edge);

}  // namespace carousel
