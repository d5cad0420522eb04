#pragma once
#include <autograd/non_finite.hpp>
#include <autograd/op.hpp>
#include <optional>

/// What a tape needs to look at its numbers as they are made.
namespace carousel {

class Tape;

namespace detail {

/// Whether a tape checks its values as they are made.
struct AnomalyMode {
  bool on = false;
  Infinity infinity = Infinity::refused;
  std::size_t checked_params = 0;  // of the tape's
};

/// Error for a value that has just been recorded, for the operands that are leaves, and for
/// parameters at their first use.
void check_value(const Tape& tape, std::uint32_t id, AnomalyMode& mode);

/// Looks at gradients while a pass goes back, and reports the first one that is not finite.
class GradientWatch {
 public:
  /// `throws`: at once, as an Error; otherwise it is left in found().
  GradientWatch(const Tape& tape, std::uint32_t loss, Infinity infinity, bool throws)
      : tape_(tape), loss_(loss), infinity_(infinity), throws_(throws) {}

  /// The seed.
  void start(const View& seed);
  /// After the pullback of node `id` of `tape` (the pass's own, or one inside of it) for the
  /// cotangent dy.
  void pulled(const Tape& tape, std::uint32_t id, const View& dy, const std::vector<Slot>& slots);
  /// The gradient that it has made for an operand.
  void check(const Tape& tape, std::uint32_t id, std::uint32_t operand, const View& gradient,
             const View& dy);
  const std::optional<NonFinite>& found() const { return found_; }

 private:
  void report(NonFinite found);

  const Tape& tape_;
  std::uint32_t loss_;
  Infinity infinity_;
  bool throws_;
  std::optional<NonFinite> found_;
};

}  // namespace detail
}  // namespace carousel
