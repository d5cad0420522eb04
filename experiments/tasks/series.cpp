#include <autograd/support/error.hpp>
#include <cmath>
#include <experiments/data/csv.hpp>
#include <experiments/data/places.hpp>
#include <experiments/tasks/check_settings.hpp>
#include <experiments/tasks/sequence.hpp>
#include <experiments/tasks/series.hpp>

namespace carousel::tasks {
namespace {

const char task[] = "task series";

}  // namespace

void Series::settings(Settings& s) {
  const Range fraction{0, 0.5, /*low_open=*/true, /*high_open=*/true};
  s("file", file, "a CSV file whose first line has the names of the columns");
  s("columns", columns, "what is seen, names between commas; empty: all but the first");
  s("targets", targets, "what is forecast, names between commas; empty: as columns");
  s("horizon", horizon, "steps from the last value seen to the one forecast, k", at_least(1));
  s("window", window, "steps of a training sequence", at_least(1));
  s("warm_up", warm_up, "steps that are read before a held-out window", at_least(0));
  s("period", period, "steps of the periodic baseline; 0: none", at_least(0));
  s("validation_fraction", validation_fraction, "share of the time for validation", fraction);
  s("test_fraction", test_fraction, "share of the time for the test, its end", fraction);
}

void Series::load(DType dtype) {
  check_settings(task, *this);
  dtype_ = dtype;
  inputs_.clear();  // until all has gone well
  const std::string own =
      "Set `file` of the task to a CSV file; a relative path starts in the "
      "current directory.";
  const data::Csv csv = data::read_csv(
      file == sunspots ? data::fetched(file) : file,
      file == sunspots ? "Run `./experiments/data/fetch.sh sunspots`, or set `file` to another CSV "
                         "file."
                       : own);
  split(static_cast<Index>(csv.rows.size()));
  const auto read = [&](const std::string& names, const char* setting) {
    return standardised_columns(csv, names, parts_.training.count,
                                std::string(task) + ", " + setting);
  };
  std::vector<Column> seen = read(columns, "columns");
  outputs_ = targets.empty() ? seen : read(targets, "targets");
  inputs_ = std::move(seen);
}

void Series::split(Index steps) {
  parts_ = cut_in_time(steps, validation_fraction, test_fraction);
  const Index training = parts_.training.count, validation = parts_.validation.count,
              test = parts_.test.count;
  if (validation < 1 || test < 1 || training < window + horizon) {
    throw Error(ErrorKind::data, file,
                "at least " + std::to_string(window + horizon) +
                    " time steps to train on, which are window and horizon, and one in each "
                    "held-out part",
                std::to_string(steps) + " steps, cut into " + std::to_string(training) + " | " +
                    std::to_string(validation) + " | " + std::to_string(test));
  }
  if (periods() > parts_.test.begin) {
    throw Error(ErrorKind::config, std::string(task) + ", period",
                "a multiple that is at least the horizon and at most " +
                    std::to_string(parts_.test.begin) +
                    ", the time steps before the test part of " + file,
                std::to_string(periods()));
  }
}

/// The smallest multiple of the period that is not less than the horizon.
Index Series::periods() const { return period > 0 ? (horizon + period - 1) / period * period : 0; }

double Series::chance() const {
  double sum = 0;
  for (const Column& column : outputs_) {
    for (Index t = parts_.test.begin; t < parts_.test.begin + parts_.test.count; ++t) {
      sum += std::pow(column.values[static_cast<std::size_t>(t)], 2);
    }
  }
  return sum / static_cast<double>(output_size() * parts_.test.count);
}

/// The error of forecasting each value of the test part by the one so many steps before it.
double Series::error_of_earlier(Index steps) const {
  double sum = 0;
  for (const Column& column : outputs_) {
    for (Index t = parts_.test.begin; t < parts_.test.begin + parts_.test.count; ++t) {
      sum += std::pow(column.values[static_cast<std::size_t>(t)] -
                          column.values[static_cast<std::size_t>(t - steps)],
                      2);
    }
  }
  return sum / static_cast<double>(output_size() * parts_.test.count);
}

std::vector<Baseline> Series::baselines() const {
  std::vector<Baseline> all{{"persistence", error_of_earlier(horizon)}};
  if (period > 0) all.push_back({"seasonal naive", error_of_earlier(periods())});
  return all;
}

void Series::require_loaded() const {
  if (inputs_.empty()) {
    throw Error(ErrorKind::argument, task, "a call of load() before one asks for batches", "none");
  }
}

/// Writes the steps first_input, first_input + 1, ... as sequence b; those of the run-in, at its
/// beginning, do not count.
void Series::write(Batch& batch, Index b, Index first_input, Index length, Index run_in) const {
  Sequence sequence(batch, b, length);
  for (Index t = 0; t < length; ++t) {
    const auto now = static_cast<std::size_t>(first_input + t);
    const auto then = now + static_cast<std::size_t>(horizon);
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      sequence.input(t, static_cast<Index>(i), inputs_[i].values[now]);
    }
    if (t < run_in) continue;
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      sequence.target(t, outputs_[i].values[then], static_cast<Index>(i));
    }
    sequence.score(t);
  }
}

Batch Series::training(std::uint64_t seed, Index step, Index batch_size) const {
  require_loaded();
  check_training(task, step, batch_size);
  Random random(seed, "data", static_cast<std::uint64_t>(step));
  Batch batch = blank_batch(dtype_, {window, batch_size, input_size()}, output_size());
  // So many that the last target of a window is still one of the training part.
  const Index places = parts_.training.count - horizon - window + 1;
  for (Index b = 0; b < batch_size; ++b) write(batch, b, random.below(places), window, 0);
  return batch;
}

Index Series::evaluation_batches(Split split, Index batch_size) const {
  require_loaded();
  return batch_count(task, batch_count(task, held_out(split).count, window), batch_size);
}

Batch Series::evaluation(Split split, Index number, Index batch_size) const {
  require_loaded();
  const Part& part = held_out(split);
  const Index pieces = batch_count(task, part.count, window);
  const Part chosen = batch_part(task, pieces, number, batch_size);
  // The last piece has the longest run-in that there can be: as much as it asks for and there is.
  const Index latest = part.begin + (pieces - 1) * window - horizon;
  const Index time = std::min(warm_up, latest) + std::min(window, part.count);
  Batch batch = blank_batch(dtype_, {time, chosen.count, input_size()}, output_size());
  for (Index b = 0; b < chosen.count; ++b) {
    const Part own = batch_part(task, part.count, chosen.begin + b, window);
    const Index first = part.begin + own.begin - horizon;  // where its first value is forecast from
    const Index run_in = std::min(warm_up, first);
    write(batch, b, first - run_in, run_in + own.count, run_in);
  }
  return batch;
}

}  // namespace carousel::tasks
