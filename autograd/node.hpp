#pragma once
#include <autograd/non_finite.hpp>
#include <autograd/op.hpp>
#include <optional>

namespace carousel {

namespace detail {
class BackwardPass;
class GraphPass;
}  // namespace detail

/// One recorded value: a leaf (op == nullptr) or the output of an op.
struct Node {
  const Op* op = nullptr;
  View value;
  Attr attr;
  std::uint32_t first_input = 0;  ///< its inputs are Tape::inputs(node)
  std::uint32_t input_count = 0;
  std::uint32_t root = 0;   ///< the node that owns the elements: itself, or what it is a view of
  std::int32_t param = -1;  ///< position in Tape::params() for a parameter
  std::int32_t step = -1;   ///< time step during which it was recorded, -1 outside of any
  std::int32_t captured =
      -1;  ///< for a leaf of a nested tape: the node of the outer tape that it is
  std::int32_t composite = -1;  ///< position of the Composite that made it
  bool requires_grad = false;
  bool symbolic = false;  ///< nothing was computed
};

/// What made a value by many ops that its tape does not hold: it records them again on a nested
/// tape when the backward pass comes to its node. Owned by the tape until reset().
class Composite {
 public:
  virtual ~Composite() = default;
  /// Adds the node's share to the gradients of its inputs, by passes on nested tapes whose captured
  /// leaves lead into `pass`.
  virtual void pullback(detail::BackwardPass& pass, std::uint32_t node) = 0;
  /// The first of the values in between that is not finite.
  virtual std::optional<NonFinite> first_non_finite() = 0;
};

}  // namespace carousel
