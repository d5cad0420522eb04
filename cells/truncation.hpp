#pragma once
#include <cells/unroll.hpp>

namespace carousel::cells {

/// Truncated backpropagation through time: every `stride` steps a backward pass over the last
/// `window` steps (Williams and Peng 1990 call them h' and h; k1 and k2 are other names of theirs).
struct Truncation {
  Index stride = 1;  ///< k1: steps from one pass to the next
  Index window = 1;  ///< k2: steps that a pass goes back over, more or fewer than the stride
};

/// The sum, over windows that end after t = stride, 2·stride, ... and T steps, of the gradients of
/// the losses of the steps since the window before, with everything that the recurrence has made
/// more than `window` steps before the end taken as a constant. In the order of `wanted`.
///
/// `losses[t]` is that of step t, or empty: recorded after unroll(), outside of any time step. Of a
/// stack of layers any one is given; the steps of all are cut. One recording
/// serves them all; the recurrence must have been recorded with all steps kept. That sum is of
/// gradients at the same parameters: nothing is updated between two windows.
std::vector<Tensor> truncated_backward(const Unrolled& run, const std::vector<Var>& losses,
                                       const Truncation& truncation,
                                       const std::vector<Var>& wanted);

/// How far a truncated gradient is from the whole one.
struct TruncationBias {
  Index window;
  double cosine;  ///< of the angle between the two over all parameters; NaN where one is zero
  double ratio;   ///< |truncated| / |whole|
};

/// For each k of `windows` the gradient that stops at the states s_(T-k), s_(T-2k), ..., each by
/// one backward pass over the recording, against the whole one. Of a stack of layers, all of them
/// are given: the states of each are cut.
std::vector<TruncationBias> truncation_bias(const std::vector<Unrolled>& layers, const Var& loss,
                                            const std::vector<Param>& params,
                                            const std::vector<Index>& windows);
std::vector<TruncationBias> truncation_bias(const Unrolled& run, const Var& loss,
                                            const std::vector<Param>& params,
                                            const std::vector<Index>& windows);

}  // namespace carousel::cells
