#pragma once
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
  /// The program must outlive it. `packs`: it is for step(), and products with a constant are
  /// packed.
  Replay(const std::vector<Instruction>& instructions, const Program& program, bool packs);

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
  };
  struct Prepared {
    const Instruction* instruction;
    std::vector<Operand> operands;  // x, y, dy, dx
    std::vector<View> views;        // the same
    std::vector<Slot> slots;
    std::optional<carousel::detail::PackedProduct> packed;
    bool asked_for = true;
  };
  static void run(Prepared& prepared);
  static void at(Prepared& prepared, Index t);
  static void over(Prepared& prepared, Index begin, Index end);

  std::vector<Prepared> prepared_;
};

}  // namespace carousel::cells::compiled
