#pragma once
#include <autograd/kernels/loops.hpp>
#include <autograd/ops/packed.hpp>
#include <cells/compiled/program.hpp>
#include <optional>

namespace carousel::cells::compiled {

/// Where a buffer is.
struct Memory {
  /// How the steps are laid out: all in one slot, two slots by turns, or one each from step `base`
  /// on.
  enum class Slots : std::uint8_t { one, two, each };
  Slots slots = Slots::one;
  std::byte* first = nullptr;
  /// What stands before step `base`; null where that is the slot before the first.
  std::byte* before = nullptr;
  std::size_t slot = 0;  ///< bytes from one slot to the next
  Index base = 0;
  bool shared = false;  ///< one value for all rows, not rows of its own

  std::byte* at(Index t) const {
    if (slots == Slots::one) return first;
    if (t < base && before != nullptr) return before;
    return first + (slots == Slots::two ? t & 1 : t - base) * static_cast<Index>(slot);
  }
};

/// Runs instructions for one step, or for several at once. What an instruction works on is put
/// together once; a step moves the addresses alone.
class Replay {
 public:
  /// The program must outlive it. `stepwise`: it is for step(): products with a constant are
  /// packed, and the loops of elementwise ops put together once.
  Replay(const std::vector<Instruction>& instructions, const Program& program, bool stepwise);
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  /// Where the buffers are. Instructions that add to one which is nowhere are left out.
  void bind(const std::vector<Memory>& memory);
  /// Packs the constants of products, where they are bound: once a pass, before step().
  void pack();
  void step(Index t);
  /// Steps begin..end-1 as rows of one: for instructions whose rows are independent.
  void steps(Index begin, Index end);

 private:
  struct Operand {
    Place place;
    Index offset = 0;  // bytes
    Memory memory;
    void** address = nullptr;  // where it goes: into a view, or a loop; null where nothing reads it

    void* at(Index t) const { return memory.at(t + place.shift) + offset; }
    bool moves() const { return memory.slots != Memory::Slots::one; }
  };
  struct Prepared {
    const Instruction* instruction;
    std::vector<Operand> operands;  // x, y, dy, dx
    std::vector<View> views;        // the same
    std::vector<Slot> slots;
    std::optional<carousel::detail::PackedProduct> packed;
    const carousel::detail::Kernel* kernel = nullptr;  // runs one of these
    std::optional<carousel::detail::ForwardLoop> forward;
    std::optional<carousel::detail::PullbackLoop> pullback;
    std::vector<Operand*> moving;  // operands whose address is another at each step
    bool asked_for = true;
  };
  static void put_together(Prepared& prepared);
  static void run(Prepared& prepared);
  static void over(Prepared& prepared, Index begin, Index end);

  std::vector<Prepared> prepared_;
};

}  // namespace carousel::cells::compiled
