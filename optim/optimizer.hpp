#pragma once
#include <autograd/param.hpp>
#include <autograd/support/settings.hpp>
#include <string>
#include <vector>

namespace carousel::optim {

/// dL/dw of every parameter, in the order of Optimizer::params(), each with the parameter's shape
/// and dtype.
using Gradients = std::vector<Tensor>;

/// One tensor of an optimiser's memory, such as "adam.m/lstm.weight_ih". A checkpoint reads it
/// through the pointer, and putting one back writes it the same way; dtype and shape are those of
/// the parameter and stay. Valid until the next add().
struct NamedState {
  std::string name;
  Tensor* tensor;
};

/// Where a step stands, for the update rules.
struct StepInfo {
  Index t;           ///< the number of this update, 1 for the first one
  double lr_factor;  ///< what the schedule multiplies the learning rate with
};

/// Changes parameters by their gradients. Parameters come in groups: settings(), then add(), then
/// other settings and a further add(), if wanted.
class Optimizer {
 public:
  Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;
  virtual ~Optimizer() = default;

  /// The rule's name: "adam".
  virtual const char* name() const = 0;
  /// The rule's settings, as the next group will take them. Groups that exist keep theirs.
  virtual void settings(Settings& s) = 0;

  /// A new group with the settings as they are now. A parameter that was added before (tied
  /// weights) is skipped, so that it is updated once. Error on settings that contradict each other,
  /// on two parameters of the same name (their states would clash in a checkpoint), and after the
  /// first step (the bias correction counts from there).
  /// Their learning rate is multiplied by `lr_factor`.
  void add(const std::vector<Param>& params, double lr_factor = 1);
  /// Every parameter of every group, each once, in the order of addition.
  const std::vector<Param>& params() const { return params_; }

  /// One update, with the learning rates multiplied by `lr_factor` (finite, at least 0). Error on
  /// a gradient too many or too few, of the wrong shape or dtype; nothing has changed then.
  /// Takes no memory from the heap.
  void step(const Gradients& gradients, double lr_factor = 1);

  /// Updates so far. It belongs to the state: Adam's bias correction reads it.
  Index steps() const { return steps_; }
  void set_steps(Index steps);
  /// The memory between steps, in a fixed order; empty for plain SGD.
  virtual std::vector<NamedState> state() = 0;

 private:
  virtual void start_group(const std::vector<Param>& fresh, double lr_factor) = 0;
  virtual void update(const Gradients& gradients, const StepInfo& info) = 0;
  void check(const Gradients& gradients) const;

  std::vector<Param> params_;
  Index steps_ = 0;
};

}  // namespace carousel::optim
