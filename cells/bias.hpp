#pragma once
#include <cells/cell.hpp>

namespace carousel::cells {

/// `torch`: a bias vector beside each matrix, as PyTorch has them; `single`: one beside the
/// input's.
inline const Words& bias_kinds() {
  static const Words kinds{"torch", "single"};
  return kinds;
}
constexpr const char* bias_doc =
    "torch: bias_ih and bias_hh; single: bias_ih alone (fewer parameters)";

/// x·Wᵀ + b, or x·Wᵀ where the cell has no such bias.
inline Var linear_with(const Var& x, const Param& W, const Param& b) {
  return b ? linear(x, W, b) : linear(x, W);
}

}  // namespace carousel::cells
