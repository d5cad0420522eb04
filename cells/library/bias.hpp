#pragma once
#include <cells/cell.hpp>
#include <cells/library/words.hpp>

namespace carousel::cells {

/// `torch`: a bias vector beside each matrix, as PyTorch has them; `single`: one beside the
/// input's.
inline const Words& bias_kinds() {
  static const Words kinds{"torch", "single"};
  return kinds;
}
constexpr const char* bias_doc =
    "torch: bias_ih and bias_hh; single: bias_ih alone (fewer parameters)";

/// Whether there is a bias_hh. Error on a word that is none of the two.
inline bool has_recurrent_bias(const std::string& bias) {
  return checked_word("bias", bias, bias_kinds()) == "torch";
}

/// x·Wᵀ + b, or x·Wᵀ where the cell has no such bias.
inline Var linear_with(const Var& x, const Param& W, const Param& b) {
  return b ? linear(x, W, b) : linear(x, W);
}

}  // namespace carousel::cells
