#pragma once
#include <autograd/op.hpp>

/// What a step becomes: lists of instructions on buffers. Those of one step run at each; the others
/// run on the rows of all steps of a chunk at once.
namespace carousel::cells::compiled {

/// Memory for a value of the step, or for its gradient. It has a slot for each step of a range, two
/// by turns, or one that every step uses again.
struct Buffer {
  enum class Home : std::uint8_t {
    scratch,    ///< one slot
    turns,      ///< two slots: what one step hands to the next
    chunk,      ///< a slot for each step of a chunk
    kept,       ///< a slot for each step whose values stay until the way back
    outputs,    ///< of the recurrence's value
    sequence,   ///< rows of a value over time of the outer tape: x, which sequences count, what is
                ///< drawn
    constant,   ///< a value of the outer tape, the same at every step
    d_outputs,  ///< the gradients of outputs and constants; that of x is a chunk
    d_constant,
    probe  ///< dL/ds_t of a state, where it is asked for
  };
  Home home = Home::scratch;
  int index = 0;   ///< of the sequence, the constant, the probe's state
  int state = -1;  ///< whose value before the first step stands before the first slot
  bool gradient = false;
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
  std::vector<Instruction> before;    ///< a chunk: what depends on x alone
  std::vector<Instruction> forward;   ///< a step
  std::vector<Instruction> backward;  ///< a step back
  std::vector<Instruction> after;     ///< a chunk: gradients of parameters and of what was `before`
  std::vector<Place> states;          ///< what step t hands on
  std::vector<Place> d_states;        ///< its gradient, which step t+1 has left there; or empty
  Place d_x;                          ///< or none
};

}  // namespace carousel::cells::compiled
