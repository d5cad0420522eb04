#pragma once
#include <autograd/op.hpp>

/// What a step becomes: lists of instructions on buffers, for one step forward, one step back, and
/// once after all steps back.
namespace carousel::cells::compiled {

/// Memory for a value of the step, or for its gradient. It has a slot for each step, two by turns,
/// or one that every step uses again.
struct Buffer {
  enum class Home : std::uint8_t {
    scratch,    ///< one slot
    turns,      ///< two slots: what one step hands to the next
    kept,       ///< a slot for each step
    outputs,    ///< of the recurrence's value
    sequence,   ///< rows of a value over time of the outer tape
    constant,   ///< a value of the outer tape, the same at every step
    d_outputs,  ///< the gradients of these three
    d_sequence,
    d_constant,
    probe  ///< dL/ds_t of a state, where it is asked for
  };
  Home home = Home::scratch;
  int index = 0;       ///< of the sequence, the constant, the probe's state
  int state = -1;      ///< whose value before the first step stands before the first slot
  Index elements = 0;  ///< of a slot
  DType dtype = DType::float32;
};

/// A value in a buffer.
struct Place {
  int buffer = -1;
  Index offset = 0;  ///< elements, from the beginning of a slot
  Index stride = 0;
  Shape shape;
  DType dtype = DType::float32;
  int shift = 0;  ///< -1: in the slot of the step before
  explicit operator bool() const { return buffer >= 0; }
};

struct Instruction {
  enum class Kind : std::uint8_t { forward, pullback, add, clear };
  struct Target {
    Place place;
    bool wanted = false, fresh = false;
  };
  Kind kind = Kind::forward;
  const Op* op = nullptr;
  Attr attr;
  std::vector<Place> x;
  Place y, dy;
  std::vector<Target> dx;
  bool add = false;  ///< forward: add to what stands in y
};

struct Program {
  std::vector<Buffer> buffers;
  std::vector<Instruction> forward, backward, after;
  Place output;
  std::vector<Place> states;    ///< what step t hands on
  std::vector<Place> d_states;  ///< its gradient, which step t+1 has left there; or empty
};

}  // namespace carousel::cells::compiled
