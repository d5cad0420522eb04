#pragma once
#include <autograd/failures/numbers.hpp>
#include <autograd/support/error.hpp>
#include <vector>

namespace carousel {

/// A place on a tape where a number stopped being finite, and what one needs to see why.
struct NonFinite {
  struct Operand {
    std::string what;
    Numbers numbers;
  };
  bool backward = false;  ///< a gradient, not a value
  Index step = -1;        ///< time step, -1 outside of any
  /// The op with its shape, name and time step, or the leaf ("parameter 'W'", "input"); backward:
  /// the op whose pullback made the gradient.
  std::string op;
  std::string gradient_of;  ///< backward: which of its operands the gradient belongs to
  Numbers numbers;          ///< the value, or the gradient
  std::string belongs_to;   ///< the named values and parameters that are nearest to it
  std::vector<Operand> operands;
  /// Forward: where it began, if not here. Backward: where the cotangent came from.
  std::string upstream;
  std::string cure;  ///< what it most often comes from, and what helps

  /// All of it, one line each.
  std::string text() const;
  /// The same as an Error of ErrorKind::non_finite.
  Error error() const;

 private:
  std::string without_cure() const;
};

}  // namespace carousel
