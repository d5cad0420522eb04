#pragma once
#include <cells/stack/stack.hpp>
#include <experiments/registry.hpp>
#include <experiments/runner/config.hpp>
#include <experiments/tasks/task.hpp>

namespace carousel {

/// The places of a batch that count, as rows: those of every step at which some sequence has
/// weight, one step after the other.
struct ScoredRows {
  std::vector<Index> steps;  ///< ascending
  Tensor target;             ///< [n] int64 or [n, outputs], n = steps · batch
  Tensor weight;             ///< [n]
};
ScoredRows scored_rows(const tasks::Batch& batch);
struct Outcome;
/// The loss of each step: empty where none counts.
std::vector<Var> losses_by_step(const Outcome& outcome, Index time, double normaliser);
/// Sum of all weights of a batch: what its loss is divided by.
double total_weight(const tasks::Batch& batch);
/// Sequences begin..end-1 of a batch.
tasks::Batch part_of(const tasks::Batch& batch, Index begin, Index end);

/// One pass of a batch through a model, on a tape.
struct Outcome {
  Var loss;        ///< Σ weight · loss / normaliser
  Var terms;       ///< the terms of that sum, [n], before the division
  Var prediction;  ///< [n, outputs], the scored rows
  ScoredRows rows;
  cells::StackRun run;
};

/// A cell, with what its modifiers put around it, and a linear readout, y = V s + c, of the outputs
/// at the steps that count.
class Model {
 public:
  /// `task` gives the widths and the objective, and must outlive the model. Errors as build() of
  /// the cell has them.
  Model(const Registry& registry, const CellEntry& entry, const tasks::Task& task, DType dtype);

  /// Initial parameters of a run: a pure function of seed and settings.
  void initialise(std::uint64_t seed);
  Outcome run(Tape& tape, const tasks::Batch& batch, double normaliser,
              cells::UnrollOptions options, const cells::Carried& carried = {}) const;

  /// The second half of run(): what follows the last layer's recurrence, readout and loss.
  Outcome score(Tape& tape, const tasks::Batch& batch, double normaliser,
                cells::StackRun run) const;

  /// V s + c for outputs s [n, hidden] of the stack -> [n, outputs].
  Var readout(const Var& outputs) const;

  const cells::Stack& stack() const { return stack_; }
  /// The stack's, then the readout's.
  std::vector<Param> params() const;
  /// What the regularisers add to the loss; empty where there is none.
  Var penalty(Tape& tape) const;
  /// What the cell declares that its learning rate is multiplied by.
  double lr_factor(const Param& param) const;
  const tasks::Task& task() const { return task_; }

 private:
  const tasks::Task& task_;
  cells::Stack stack_;
  cells::Initialization initialization_;
  Regularizer regularizer_;
  Param readout_weight_, readout_bias_;
};

}  // namespace carousel
