#pragma once
#include <cells/any_cell.hpp>
#include <cells/unroll.hpp>
#include <optim/adam.hpp>
#include <optim/clip.hpp>

#include "measure.hpp"

namespace carousel::bench {

/// How a step runs: its batch is split into `threads` ranges of sequences; of one sequence the
/// products over time are.
struct Execution {
  bool compile = true;
  int threads = 1;
};

/// A cell over one batch: the gradient of all its parameters, and what a step of training adds.
class BatchStep {
 public:
  /// With `readout` the loss is the mean squared error of a linear readout of the last output;
  /// without, outputs have given cotangents and there is no loss.
  BatchStep(std::unique_ptr<cells::AnyCell> cell, const Workload& w, Execution execution,
            bool readout);

  void gradient();
  /// The gradient, clipped by its norm, and a step of Adam.
  void train();

  /// Of the last gradient.
  double loss() const;
  double gradient_norm() const;

  /// The most that the tapes of all threads have held, and after the last forward pass so far.
  std::size_t peak_bytes() const;
  std::size_t kept_bytes() const;

 private:
  /// A range of sequences, which one thread runs.
  struct Part {
    Tape tape;
    Tensor xs, targets;
    std::vector<Cotangent> cotangents;
    optim::Gradients gradients;
    double loss = 0;
    std::size_t kept = 0;
  };
  void run(Part& part);

  std::unique_ptr<cells::AnyCell> cell_;
  Workload workload_;
  Execution execution_;
  Param readout_, readout_bias_;  // empty: no readout
  std::vector<Var> wanted_;
  std::vector<std::unique_ptr<Part>> parts_;
  optim::Adam optimizer_;
  optim::Clip clip_;
};

}  // namespace carousel::bench
