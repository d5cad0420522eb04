#pragma once
#include <experiments/tasks/batching.hpp>
#include <experiments/tasks/columns.hpp>
#include <experiments/tasks/task.hpp>

namespace carousel::tasks {

/// Forecasts of the columns of a CSV file.
struct Series final : Task {
  static constexpr const char* about = R"(
Forecasting: the numbers of a time series so far, and what are they k steps from now? The
default are the yearly sunspot numbers from 1700 to 2008, on which Yule (1927) introduced
autoregression. Any CSV file with a line of names will do, a line for each time step.

    columns   what is seen, names between commas; empty: all but the first, in which such files
              keep the time (or the only one that there is)
    targets   what is forecast; empty: the same columns
    parts     by time, in this order: training | validation | test
    values    (value - mean)/deviation, both of the training part alone
    input     [time, batch, columns] at the steps t
    target    the values at t + k, k = `horizon`
    metric    mse, in units of the standardised values; chance is the mean of the training part
    training  windows from anywhere in the training part, which hold none of the other parts
    held out  a part's values in pieces of `window`, each forecast exactly once. A run-in of
              `warm_up` steps from the time before is read first and does not count.

Baselines on the test part: "persistence", the value at t again; "seasonal naive", the latest
value that is a multiple of `period` before t + k and known at t.
)";

  std::string file = sunspots;  ///< a CSV file
  std::string columns;          ///< empty: all but the first
  std::string targets;          ///< empty: as columns
  Index horizon = 1;            ///< k
  Index window = 40;            ///< steps of a training sequence
  Index warm_up = 40;           ///< steps before a held-out window
  Index period = 11;            ///< of the second baseline; 0: none
  double validation_fraction = 0.2, test_fraction = 0.2;

  void settings(Settings& s) override;
  /// Reads the file. Errors when it is missing (says how to get the default one), no table of
  /// numbers, or too short.
  void load(DType dtype) override;

  Index input_size() const override { return static_cast<Index>(inputs_.size()); }
  Index output_size() const override { return static_cast<Index>(outputs_.size()); }
  const Objective& objective() const override { return regression(); }
  double chance() const override;
  std::string chance_is() const override { return "training mean"; }
  std::vector<Baseline> baselines() const override;

  Batch training(std::uint64_t seed, Index step, Index batch_size) const override;
  Index evaluation_batches(Split split, Index batch_size) const override;
  Batch evaluation(Split split, Index number, Index batch_size) const override;

  /// The columns in use, standardised.
  const std::vector<Column>& inputs() const { return inputs_; }
  const std::vector<Column>& outputs() const { return outputs_; }
  /// The parts, as lines of the file below the names.
  const Parts& parts() const { return parts_; }

  static constexpr const char* sunspots = "experiments/data/sunspots.csv";

 private:
  void split(Index steps);
  void write(Batch& batch, Index b, Index first_input, Index length, Index run_in) const;
  double error_of_earlier(Index steps) const;
  Index periods() const;
  const Part& held_out(Split split) const {
    return split == Split::test ? parts_.test : parts_.validation;
  }
  void require_loaded() const;

  std::vector<Column> inputs_, outputs_;
  Parts parts_;
  DType dtype_ = DType::float32;
};

}  // namespace carousel::tasks
