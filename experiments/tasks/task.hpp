#pragma once
#include <autograd/ops.hpp>
#include <autograd/support/random.hpp>
#include <autograd/support/settings.hpp>
#include <autograd/support/table.hpp>

namespace carousel::tasks {

/// Sequences and what is to be predicted from them. What stands in x beyond a sequence's length is
/// padding and never read.
struct Batch {
  Tensor x;                    ///< [time, batch, features], float32 or float64
  Tensor target;               ///< [time, batch] int64 classes, or [time, batch, outputs] floats
  std::vector<Index> lengths;  ///< [batch], each in 1..time
  Tensor weight;  ///< [time, batch], how much a step's prediction counts; 0: not at all
  /// These sequences go on where those of the batch before ended: each starts in the state that the
  /// one at its place was left in (stateful truncated backpropagation through time).
  bool continues = false;
  /// Where the batch continues, those that begin all the same, [batch]; empty: none.
  std::vector<bool> afresh = {};
};

/// A sum of a metric over predictions, and how much weight they had.
struct Score {
  double sum = 0, weight = 0;
  double mean() const { return weight > 0 ? sum / weight : 0; }
  void add(const Score& other) {
    sum += other.sum;
    weight += other.weight;
  }
};

/// What training minimises and what people read. Predictions are rows [n, outputs], taken from the
/// (time, batch) places whose weight is not 0; targets and weights are the same rows.
class Objective {
 public:
  virtual ~Objective() = default;
  /// Name of the metric, "mse" or "accuracy".
  virtual const char* metric() const = 0;
  virtual bool higher_is_better() const = 0;
  /// Loss of each row [n], before weighting.
  virtual Var loss(const Var& prediction, const Var& target) const = 0;
  /// Weighted sum of the metric over rows; float64 arithmetic. A time step has `sequences` rows, so
  /// that row r belongs to sequence r % sequences, for metrics of whole sequences.
  virtual Score score(const Tensor& prediction, const Tensor& target, const Tensor& weight,
                      Index sequences) const = 0;
};

/// (y - target)² summed over outputs; metric mse, the mean over rows and outputs.
const Objective& regression();
/// Softmax cross-entropy in nats; metric accuracy, the share of rows whose largest output is the
/// target class.
const Objective& classification();
/// The same loss; metric cross_entropy, its mean in nats.
const Objective& cross_entropy();
/// The same loss; metric bits, its mean in bits for each symbol.
const Objective& bits();
/// Sigmoid cross-entropy summed over outputs; metric accuracy at threshold 0.5.
const Objective& binary();

/// A predictor without training that results are read against, such as the last value again.
struct Baseline {
  std::string name;
  double metric;  ///< on the test part
};

/// Data, loss, metric and chance level of one learning problem; knows no cell. Every batch is a
/// pure function of the arguments, so all cells of an experiment see the same sequences.
class Task {
 public:
  virtual ~Task() = default;
  virtual void settings(Settings& s) = 0;
  /// Reads data, once, after the settings are known. Errors when something is missing or broken.
  virtual void load(DType dtype) = 0;

  virtual Index input_size() const = 0;
  virtual Index output_size() const = 0;
  virtual const Objective& objective() const = 0;
  /// Metric of a predictor that ignores its input, and how that was found ("constant 1").
  virtual double chance() const = 0;
  virtual std::string chance_is() const = 0;
  /// Further predictors to compare with; after load().
  virtual std::vector<Baseline> baselines() const { return {}; }

  /// Training batch number `step` (0, 1, ...) of `batch_size` sequences.
  virtual Batch training(std::uint64_t seed, Index step, Index batch_size) const = 0;
  /// Held-out sequences in batches of at most `batch_size`; the same for all seeds and cells.
  /// `split` is "validation" while training and "test" at the end.
  enum class Split { validation, test };
  virtual Index evaluation_batches(Split split, Index batch_size) const = 0;
  virtual Batch evaluation(Split split, Index number, Index batch_size) const = 0;
};

/// The tasks of the library by name.
Table<Task> tasks();

}  // namespace carousel::tasks
