#pragma once
#include <cells/compiled/step_graph.hpp>

namespace carousel::cells::compiled {

/// Ops that do the same to neighbouring columns become one op on all of them. It begins with
/// products of one left operand: gates written with a matrix each, x W_iᵀ, x W_fᵀ, ... are x Wᵀ
/// with the matrices put together, on the outer tape; then sums of the gates' parts, and so on.
StepGraph with_joined_ops(StepGraph graph);

}  // namespace carousel::cells::compiled
