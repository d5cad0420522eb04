#pragma once
#include <autograd/tape.hpp>
#include <limits>

namespace carousel::detail {

/// What a pass knows of a node.
struct Gradient {
  View view;            // data null: none yet, or it is part of another node's
  bool needed = false;  // a wanted value lies at it or behind it
  bool wanted = false;  // has a buffer of its own, kept for the caller
  bool in_parts = false;
  bool landed = false;  // in a buffer from outside
  /// Nodes of this time step and later ones see it as a constant.
  std::int32_t stop_from = std::numeric_limits<std::int32_t>::max();
};

/// Buffers of a pass, kept from one to the next.
struct PassMemory {
  std::vector<Gradient> gradients;
  std::vector<View> operands;
  std::vector<Slot> slots;
  std::vector<std::uint32_t> chain;  // of views
};

/// One pass back over a tape.
///
/// A gradient is the sum of what its consumers contribute, in the reverse order of recording. A
/// buffer that is not assigned by its first contribution begins as -0, the neutral element of
/// floating-point addition (+0 is not: +0 + -0 is +0), so that it makes no difference to any bit
/// whether a contribution is assigned or added, nor in which buffer the sum was begun. That is what
/// lets a pass over a segment of a recurrence continue the sums of another one. What leaves the
/// pass has +0 for -0.
///
/// A pass over a nested tape has an outer pass: the gradient of a captured leaf is that of the
/// outer node which it is.
class BackwardPass {
 public:
  explicit BackwardPass(Tape& tape, GradientWatch* watch = nullptr);
  /// Over a nested tape, for the composite node `node` of the outer pass's tape.
  BackwardPass(Tape& nested, BackwardPass& outer, std::uint32_t node);
  ~BackwardPass();
  BackwardPass(const BackwardPass&) = delete;
  BackwardPass& operator=(const BackwardPass&) = delete;

  // First what the pass is for, in any order.
  /// Its gradient is kept, in a buffer from the pool. False when that was asked for before.
  bool want(std::uint32_t id);
  /// Its gradient is added to what stands in a buffer from outside.
  void land(std::uint32_t id, const View& buffer);
  void stop(std::uint32_t id, Index from_step);
  void begin_at_step(Index first_step) { first_step_ = static_cast<std::int32_t>(first_step); }
  void in_parts(std::uint32_t id, std::size_t number, const BackwardOptions& options);

  // Then where it begins; from the first of these on, needed() is known.
  void start(std::uint32_t id, const View& cotangent);
  /// Whether a wanted value lies at the node or behind it.
  bool needed(std::uint32_t id) const { return gradients_[id].needed; }
  /// Whether a gradient goes from a node to its input.
  bool flows(const Node& node, std::uint32_t input) const {
    return gradients_[input].needed && node.step < gradients_[input].stop_from;
  }

  /// Whether the value is a constant for some time steps only, or its gradient is asked for by
  /// step.
  bool tells_steps_apart(std::uint32_t id) const;

  void run();
  /// Gives back what only the pass needed.
  void end();

  /// The buffer of a value's gradient, for a composite that adds to it itself.
  View room(std::uint32_t id);
  /// What has arrived at a node so far; data null where nothing has.
  View gradient(std::uint32_t id);
  /// Gives back the buffer of a wanted value.
  void release(std::uint32_t id);
  /// Zeros where nothing has arrived; the buffer of a wanted value is the caller's from now on.
  View finished(std::uint32_t id);

  Tape& tape() { return tape_; }

 private:
  struct Owner {
    BackwardPass* pass;
    std::uint32_t id;
    bool whole;  // the node itself, not something that it is a part of
  };
  struct Parts {
    std::uint32_t id;
    std::size_t number;
    const BackwardOptions* options;
    std::int32_t step;
    View total;
    bool wanted;  // the sum was asked for as well
  };
  Owner owner(std::uint32_t id);
  View adjoint_view(std::uint32_t id);
  View& take(std::uint32_t id);
  void open(const Node& node, std::uint32_t input, Slot& slot);
  void make_room(const Owner& own, const Node& node, std::uint32_t input, Slot& slot);
  void pull(std::uint32_t id);
  void mark_needed(std::uint32_t last);
  bool same_buffer(std::uint32_t a, std::uint32_t b);
  void enter_step(std::uint32_t id, std::int32_t step);
  void hand_over(Parts& parts);
  void add_up(std::uint32_t id);

  Tape& tape_;
  BackwardPass* outer_ = nullptr;
  std::uint32_t composite_ = 0;  // the node of the outer tape that this pass is for
  PassMemory& memory_;
  std::vector<Gradient>& gradients_;
  GradientWatch* watch_;  // sees every gradient; may be null
  std::int32_t first_step_ = -1;
  std::vector<Parts> parts_;
  std::uint32_t end_ = 0;  // one after the last node with a cotangent
  bool marked_ = false;
  bool wants_views_ = false;  // the gradient of a view is kept apart from that of the whole
  int exceptions_;            // that were on their way when the pass began
};

}  // namespace carousel::detail
