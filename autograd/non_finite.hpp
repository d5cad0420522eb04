#pragma once
#include <autograd/shape.hpp>
#include <string>

namespace carousel {

/// A place on a tape where a number stopped being finite.
struct NonFinite {
  std::string op;   ///< the op, or "parameter 'W'", "input"
  Index step = -1;  ///< time step, -1 outside of any
  bool backward = false;
  std::string cause;  ///< the leaf among its operands that is not finite either; empty: none is
  std::string text() const;
};

}  // namespace carousel
