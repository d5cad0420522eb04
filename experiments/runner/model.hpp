#pragma once
#include <cells/init.hpp>
#include <cells/unroll.hpp>
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
/// Sum of all weights of a batch: what its loss is divided by.
double total_weight(const tasks::Batch& batch);
/// Sequences begin..end-1 of a batch.
tasks::Batch part_of(const tasks::Batch& batch, Index begin, Index end);

/// One pass of a batch through a model, on a tape.
struct Outcome {
  Var loss;        ///< Σ weight · loss / normaliser
  Var prediction;  ///< [n, outputs], the scored rows
  ScoredRows rows;
  cells::Unrolled unrolled;
};

/// A cell with a linear readout, y = V s + c, from its output at the steps that count.
class Model {
 public:
  /// `task` gives the widths and the objective, and must outlive the model. Errors as build() of
  /// the cell has them.
  Model(const Registry& registry, const CellEntry& entry, const tasks::Task& task, DType dtype);

  /// Initial parameters of a run: a pure function of seed and settings.
  void initialise(std::uint64_t seed);
  Outcome run(Tape& tape, const tasks::Batch& batch, double normaliser,
              cells::UnrollOptions options) const;

  /// The second half of run(): readout and loss of outputs.
  Outcome score(Tape& tape, const tasks::Batch& batch, double normaliser,
                cells::Unrolled unrolled) const;

  /// V s + c for outputs s [n, hidden] of the cell -> [n, outputs].
  Var readout(const Var& outputs) const;

  const cells::AnyCell& cell() const { return *cell_; }
  /// The cell's, then the readout's.
  std::vector<Param> params() const;
  const tasks::Task& task() const { return task_; }

 private:
  const tasks::Task& task_;
  std::unique_ptr<cells::AnyCell> cell_;
  cells::Initialization initialization_;
  Param readout_weight_, readout_bias_;
};

}  // namespace carousel
