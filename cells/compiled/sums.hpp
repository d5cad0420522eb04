#pragma once
#include <cells/compiled/step_graph.hpp>

namespace carousel::cells::compiled {

/// Sums begin with what does not depend on the state, whatever the order they are written in: so
/// `linear(x, W) + linear(h, U) + b` adds one product to what has been hoisted. Biases join into
/// one, that of the product with x where there is one.
StepGraph with_sums_in_order(const StepGraph& graph);

}  // namespace carousel::cells::compiled
