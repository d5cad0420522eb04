#pragma once
#include <cells/compiled/compiled_step.hpp>
#include <cells/sequence.hpp>

namespace carousel::cells::compiled {

/// What a training step over a sequence costs, by the instructions that run.
struct Costs {
  double products = 0;          ///< FLOPs of the matrix products, forward and back
  std::size_t kept_a_step = 0;  ///< bytes that stay for the way back, outputs included
  std::size_t chunk = 0;        ///< bytes for a chunk of steps, and for single steps
};
Costs costs_of(const CompiledStep& step, Index batch, Index time);

/// A compiled step for people: what is computed once a sequence, chunk by chunk, at each step; what
/// stands in the place of something else, what is kept; what comes back.
std::string plan_text(const CompiledStep& step, const AnyCell& cell, const Tape& tape, Index batch,
                      Index time);

}  // namespace carousel::cells::compiled
