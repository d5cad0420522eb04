#pragma once
#include <autograd/param.hpp>
#include <autograd/support/settings.hpp>
#include <autograd/var.hpp>
#include <string>
#include <vector>

namespace carousel {

/// What is added to the loss for the sizes of parameters; those of biases, gains and initial states
/// are left alone.
struct Regularizer {
  double l1 = 0;          ///< times Σ|w| of all matrices and diagonals
  double l2 = 0;          ///< times Σw² of them
  double orthogonal = 0;  ///< times Σ‖U Uᵀ - I‖² of square recurrent matrices, gate by gate

  void settings(Settings& s);
  bool acts() const { return l1 > 0 || l2 > 0 || orthogonal > 0; }
  /// Error (config) where a term has no parameter to act on; `where` comes first.
  void check(const std::vector<Param>& params, const std::string& where) const;
  /// The sum, on a tape.
  Var penalty(Tape& tape, const std::vector<Param>& params) const;
};

}  // namespace carousel
