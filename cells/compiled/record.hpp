#pragma once
#include <cells/compiled/compiled_step.hpp>
#include <cells/sequence.hpp>

namespace carousel::cells::compiled {

/// A step compiled for a sequence, or why it cannot be.
struct Compilation {
  std::shared_ptr<CompiledStep> step;  ///< null where it cannot be
  std::string reason;
  std::vector<std::uint32_t> captured;  ///< nodes of the tape that the step's captured values are
  std::vector<Tensor> drawn;  ///< [time, elements]: what the step's drawn values are at each t
};

/// Traces the step, at every t where it is told which, and compiles it unless the tape knows it.
Compilation compiled(const detail::Sequence& sequence, Tape& tape, const Passes& passes = {});

/// Records the recurrence as one node whose step has been compiled. `segment`: steps whose values
/// are kept at a time, rounded up to whole chunks; 0: all. Returns why that cannot be done, having
/// recorded nothing, or an empty text.
std::string record_compiled(const detail::Sequence& sequence, Tape& tape, Index segment,
                            Unrolled& result, const Passes& passes = {});

}  // namespace carousel::cells::compiled
