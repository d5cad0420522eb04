#pragma once
#include <autograd/op.hpp>
#include <autograd/support/random.hpp>
#include <set>

#include "op_cases.hpp"

namespace carousel::testing {

/// How many tensors were compared, and with how many of them the value of which op.
struct Comparisons {
  Index values = 0, gradients = 0, second = 0;
  std::set<const Op*> ops;  ///< those whose nodes the compared values came from
};

/// Compares every round of a case in float64 and reports a difference to Boost.Test:
///
/// - the value, and whether a gradient can be asked for;
/// - the gradient of each leaf under a random cotangent u, by the pullbacks on arrays
///   (Tape::backward) and by those on the tape (grad);
/// - the derivatives of a random linear form of these gradients, by each leaf and by u.
void compare(const OpCase& c, Random& random, Comparisons& done);

/// The ops on the tape of a case, nothing being compared.
std::set<const Op*> ops_of(const OpCase& c);

/// The tensor that a leaf stands for.
Tensor drawn(const Leaf& leaf, Random& random);

}  // namespace carousel::testing
