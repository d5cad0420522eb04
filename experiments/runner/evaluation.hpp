#pragma once
#include <experiments/runner/model.hpp>

namespace carousel {

/// Predictions for the rows that count, [n, outputs]. Without gradients nothing of a step is needed
/// after it, so the sequence is run in windows that start from the state of the one before: the
/// memory does not grow with its length.
Tensor predict(const Model& model, Tape& tape, const tasks::Batch& batch, const ScoredRows& rows,
               bool compile = true);

/// Weighted mean of the objective's metric over a held-out part.
/// `compile`: see cells::UnrollOptions; `detect_anomaly`: see Tape::detect_anomaly.
double evaluate(const Model& model, tasks::Task::Split split, Index batch_size, bool compile = true,
                bool detect_anomaly = false);

}  // namespace carousel
