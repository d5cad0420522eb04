#pragma once
#include <cells/stack/stack.hpp>
#include <string>
#include <vector>

namespace carousel {

/// How the gradient flows back through time in one batch: for every named state the norm of
/// the total dL/ds_t at t = 0..T, s_t being what step t receives.
///
/// L is the mean over the batch's weights, so dL/ds_t of one sequence shrinks with 1/B. What is
/// kept is the norm over the units of B·dL/ds_t of each sequence, and then the mean over the
/// sequences, which does not depend on B. Norms are summed in float64. A run in float32 flushes
/// numbers below 1.2e-38 to zero (see float_environment.hpp), so a norm of exactly 0 means that the
/// gradient has underflowed, or that the loss does not depend on that state.
struct GradientFlow {
  struct State {
    std::string name;
    std::vector<double> norms;  ///< t = 0..T
  };
  std::vector<State> states;
};

/// Of several layers or directions the names are as of parameters: "layer2.h", "backward.c".
GradientFlow flow_of(const cells::StackRun& run, const Adjoints& adjoints);
/// Adds the flow of other sequences of the same batch.
void merge(const GradientFlow& part, GradientFlow& into);

}  // namespace carousel
