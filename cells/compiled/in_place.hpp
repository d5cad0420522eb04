#pragma once
#include <cells/compiled/hoist.hpp>

namespace carousel::cells::compiled {

/// Values of a step that need no memory of their own. An elementwise op writes over an operand that
/// only it reads, when no pullback reads that operand; a product that is added to such a value adds
/// to it at once. So the pre-activation of all gates is the hoisted x Wᵀ + b, in which h Uᵀ is
/// added up and which the gates then stand in.
struct InPlace {
  std::vector<int> over;  ///< by value: the operand whose place it takes, or -1
  std::vector<int> into;  ///< by value: the sum that it is added to as it is computed, or -1
};

InPlace in_place(const StepGraph& graph, const Hoisting& hoisting);
/// Every value has its own place.
InPlace nothing_in_place(const StepGraph& graph);

}  // namespace carousel::cells::compiled
