#pragma once
#include <autograd/dtype.hpp>
#include <experiments/runner/config.hpp>
#include <optional>

namespace carousel {

/// What the validations of a run tell: which one was the best, from when on the task counts as
/// solved, and whether it is time to stop.
class Validations {
 public:
  Validations(const Train& train, bool higher_is_better)
      : train_(train), higher_is_better_(higher_is_better) {}

  /// Takes the metric after `step` updates; whether it is the best so far.
  bool add(Index step, double metric);

  const std::optional<double>& last() const { return last_; }
  const std::optional<double>& best() const { return best_; }
  Index last_step() const { return last_step_; }
  Index best_step() const { return best_step_; }
  const std::optional<Index>& solved_at() const { return solved_at_; }
  /// Why the run should end now, "solved" or "no better validation"; empty: it should go on.
  const char* end() const;

 private:
  bool better(double a, double b) const { return higher_is_better_ ? a > b : a < b; }

  const Train& train_;
  bool higher_is_better_;
  std::optional<double> last_, best_;
  std::optional<Index> solved_at_;
  Index last_step_ = -1, best_step_ = -1;
  Index since_best_ = 0;  // validations
};

}  // namespace carousel
