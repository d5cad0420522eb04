#pragma once
#include <autograd/dtype.hpp>
#include <autograd/support/settings.hpp>

namespace carousel::optim {

/// The learning rate over training, as a factor on each group's `lr`: a linear warm-up, then a
/// shape. Steps count from 0. With W = warmup,
///
///     factor(s) = (s + 1)/(W + 1)             for s < W   (Goyal et al. 2017, section 2.2)
///     factor(s) = shape(s − W, total − W)     from s = W on,
///
/// so that no step is lost on a rate of 0 and step W is the first with the full rate.
class Schedule {
 public:
  Schedule() = default;
  Schedule(const Schedule&) = delete;
  Schedule& operator=(const Schedule&) = delete;
  virtual ~Schedule() = default;

  /// Lists `warmup`; a schedule with more settings lists them after it.
  virtual void settings(Settings& s);
  /// The factor of step `step` (0 for the first) of a training of `total_steps`. Past the end it
  /// stays on the shape, which for cosine is its last value.
  double factor(Index step, Index total_steps) const;

  Index warmup = 0;  ///< steps of the linear warm-up

 private:
  /// The factor after the warm-up, `step` >= 0 of `total_steps` (which is below 1 where the warm-up
  /// takes all of the training).
  virtual double shape(Index step, Index total_steps) const = 0;
};

/// shape = 1
class Constant final : public Schedule {
 private:
  double shape(Index, Index) const override { return 1; }
};

/// shape(s) = gamma^⌊s/every⌋
class StepDecay final : public Schedule {
 public:
  void settings(Settings& s) override;

  Index every = 1000;
  double gamma = 0.1;

 private:
  double shape(Index step, Index total_steps) const override;
};

/// shape(s) = final + (1 − final)·(1 + cos(π·s/S))/2 over S steps: one period, without restarts, of
/// Loshchilov and Hutter 2017, equation 5. It starts at 1 and reaches `final` at s = S.
class Cosine final : public Schedule {
 public:
  void settings(Settings& s) override;

  double final_factor = 0;  ///< the setting `final`, a fraction of the full rate

 private:
  double shape(Index step, Index total_steps) const override;
};

}  // namespace carousel::optim
