#pragma once
#include <cells/compiled/compiled_step.hpp>
#include <optional>
#include <tests/cells/conformance.hpp>

/// What a recurrence gives, recorded step by step or compiled.
namespace carousel::testing {

struct Case {
  Index time = 7, batch = 3;
  bool last_only = false, gradient_of_xs = true;
  std::optional<Tensor> mask;
  cells::Memory memory;
  double nudge = 0;  ///< xs and initial states are off by so much of their size
};

/// Sequences of several lengths, one without any step, and holes.
Tensor mask_with_holes(Index time, Index batch);

/// Outputs, final states, all gradients and dL/ds_t, of two backward passes; NaN stands in xs where
/// nothing counts.
std::vector<Tensor> numbers(const cells::AnyCell& cell, const Case& c, bool compile,
                            const cells::compiled::Passes& passes = {});

}  // namespace carousel::testing
