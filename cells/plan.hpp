#pragma once
#include <cells/unroll.hpp>

namespace carousel::cells {

/// What a training step asks of a recurrence, for predicting its memory.
struct Workload {
  Index time = 1, batch = 1;
  bool training = true;  ///< as in UnrollOptions
  Index masked = 0;      ///< steps at which some sequence does not count
  bool gradient_of_xs = false;
  bool flow = false;     ///< dL/ds_t is asked for
  bool compile = false;  ///< as in UnrollOptions
  /// Outputs that the loss reads; 0: all.
  Index outputs = 0;
  /// What a budget does not suffice for takes the segments that need least, and is no error.
  bool or_least = false;
};

/// How a recurrence will be run, and what that takes.
struct MemoryPlan {
  Index segment = 0;     ///< steps; 0: everything is kept
  std::size_t peak = 0;  ///< predicted Tape::peak_bytes() of forward and backward; without the ops
                         ///< of the loss
  bool compiled = false;
  /// Why the steps are recorded although the workload asks for compiled ones, where that is the
  /// plan's doing; empty otherwise.
  std::string recorded_because;
  /// The same as what to ask unroll() for, without another prediction.
  Memory memory() const { return segment == 0 ? Memory() : Memory::every(segment); }
};

/// Predicts the peak from recordings of two and four steps with few sequences, or, where it is
/// compiled, from two and three chunks. A budget has to be a
/// tenth more than the prediction. Where a compiled recurrence, which takes a chunk of some hundred
/// rows at least, does not fit into it, the steps are recorded. A budget that not even the best
/// segments of those fit into is an error (memory) that says which T and which batch would fit.
MemoryPlan plan_memory(const AnyCell& cell, const Workload& workload, const Memory& memory);

}  // namespace carousel::cells
