#pragma once
#include <autograd/shape.hpp>
#include <cstddef>
#include <string>

namespace carousel::cells {

/// How much of a recurrence is kept for the backward pass. Everything else than `full` keeps the
/// states at the boundaries of segments only and runs the steps of a segment again when the pass
/// comes to it. All of them give the same bits.
class Memory {
 public:
  /// Everything.
  Memory() = default;
  /// Segments of about √T steps: memory grows with √T instead of T (Chen et al. 2016).
  static Memory sqrt() { return {Kind::sqrt, 0}; }
  /// As long segments as fit into so many bytes of a tape, inputs and outputs included; everything
  /// where that fits.
  static Memory budget(std::size_t bytes) { return {Kind::budget, bytes}; }
  /// Segments of so many steps.
  static Memory every(Index steps);

  /// "full", "sqrt" or a size: "256MiB", "1.5GiB", "64KiB".
  static Memory parse(const std::string& text);
  std::string text() const;

  bool is_full() const { return kind_ == Kind::full; }
  bool is_budget() const { return kind_ == Kind::budget; }
  std::size_t bytes() const { return amount_; }

  /// Steps of a segment over `time` steps; of a budget that is plan_memory()'s to say.
  Index segment_steps(Index time, Index batch) const;

  bool operator==(const Memory& o) const { return kind_ == o.kind_ && amount_ == o.amount_; }
  bool operator!=(const Memory& o) const { return !(*this == o); }

 private:
  enum class Kind { full, sqrt, budget, every };
  Memory(Kind kind, std::size_t amount) : kind_(kind), amount_(amount) {}
  Kind kind_ = Kind::full;
  std::size_t amount_ = 0;  // bytes, or steps
};

/// Steps of a canonical chunk of time, a function of the shape alone: so many that a chunk has 64
/// rows, one at least. Segments of `sqrt` and of a budget are whole chunks, so that a product over
/// time can be made chunk by chunk in any mode with the same bits.
Index chunk_steps(Index batch);

/// "12.5 MiB"
std::string size_text(std::size_t bytes);
/// "12.5MiB", rounded up, as parse() reads it: a budget that suffices.
std::string size_text_above(std::size_t bytes);

}  // namespace carousel::cells
