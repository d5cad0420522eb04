#pragma once
#include <cells/unroll.hpp>

namespace carousel::cells {

/// dL/dW = Σ_t P_t with P_t from what was recorded in time step t: the gradient of a copy of W that
/// step t alone would use.
///
/// What a cell prepares once a sequence is outside of any step, and so are its uses of W.

/// Calls part(i, t, P_t of params[i]) for t falling, in each recurrence of the tape by itself: a
/// parameter of two has two parts a step. t = -1 is what comes from outside of any step. A part
/// that is not handed over is zero. Two arrays of W's size are kept for it, whatever T.
void for_each_part(const Var& loss, const std::vector<Param>& params,
                   const std::function<void(std::size_t i, Index t, const View& part)>& part);

/// Norms of the parts of one parameter.
struct PartNorms {
  std::vector<double> steps;  ///< |P_t| for t = 0..T-1; or by lag
  double outside = 0;         ///< of what comes from outside of any step
};

/// |P_t| for every parameter and t = 0..T-1. Error for a parameter that another recurrence on the
/// tape uses as well.
std::vector<PartNorms> part_norms(const Unrolled& run, const Var& loss,
                                  const std::vector<Param>& params);

/// The same by lag for the loss of one step: steps[lag] is the norm of the part of step tau - lag,
/// lag = 0..tau. How far back a loss teaches a parameter. Error where the loss also depends on
/// later steps.
std::vector<PartNorms> part_norms_by_lag(const Unrolled& run, const Var& loss_of_tau, Index tau,
                                         const std::vector<Param>& params);

}  // namespace carousel::cells
