#pragma once
#include <autograd/view.hpp>
#include <cells/compiled/program.hpp>

namespace carousel::cells::compiled {

/// Where a buffer is.
struct Memory {
  std::byte* first = nullptr;
  std::byte* before = nullptr;  ///< what stands before the first slot
  std::size_t slot = 0;         ///< bytes from one slot to the next
  int slots = 0;                ///< 0: every step has the first; 2: by turns; else one each
  bool shared = false;          ///< one value for all rows, not rows of its own
};

/// Runs instructions for one step, or for several at once. What an instruction works on is put
/// together once; a step moves the addresses alone.
class Replay {
 public:
  /// The instructions must outlive it.
  explicit Replay(const std::vector<Instruction>& instructions);

  /// Where the buffers are. Instructions that add to one which is nowhere are left out.
  void bind(const std::vector<Memory>& memory);
  void step(Index t);
  /// Steps begin..end-1 as rows of one: for instructions whose rows are independent.
  void steps(Index begin, Index end);

 private:
  struct Operand {
    Place place;
    std::byte* first = nullptr;
    std::byte* before = nullptr;
    std::size_t slot = 0;
    std::int64_t turns = 0;  // which bits of t choose the slot
    bool shared = false;
  };
  struct Prepared {
    const Instruction* instruction;
    std::vector<Operand> operands;  // x, y, dy, dx
    std::vector<View> views;        // the same
    std::vector<Slot> slots;
    bool asked_for = true;
  };
  static void run(Prepared& prepared);
  static void at(Prepared& prepared, Index t);
  static void over(Prepared& prepared, Index begin, Index end);

  std::vector<Prepared> prepared_;
};

}  // namespace carousel::cells::compiled
