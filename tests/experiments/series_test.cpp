#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/data/places.hpp>
#include <experiments/tasks/series.hpp>
#include <filesystem>
#include <numeric>
#include <set>
#include <tests/experiments/batches.hpp>
#include <tests/experiments/idx_files.hpp>
#include <tests/support/expect_error.hpp>

using namespace carousel;
using tasks::Batch;
using tasks::Series;
using testing::says;
using testing::scored;
using Split = tasks::Task::Split;

namespace {

/// Column values whose places can be told from them.
double rising(Index t) { return static_cast<double>(t * t); }
double wave(Index t) { return std::sin(static_cast<double>(t)) + 5; }

/// A loaded task over a file of 100 lines: time, rising and wave.
struct Loaded {
  testing::TemporaryDirectory folder;
  Series task;

  template <class Change> explicit Loaded(Change change, Index lines = 100) {
    std::string text = "time,rising,wave\n";
    for (Index t = 0; t < lines; ++t) {
      text += "t" + std::to_string(t) + "," + shortest(rising(t)) + "," + shortest(wave(t)) + "\n";
    }
    testing::write(folder.file("a.csv"), testing::Bytes(text.begin(), text.end()));
    task.file = folder.file("a.csv");
    task.window = 8;
    task.warm_up = 5;
    task.period = 0;
    change(task);
    task.load(DType::float64);
  }
  Loaded() : Loaded([](Series&) {}) {}

  /// The time step whose value of `rising` is seen at (t, b).
  Index time(const Batch& batch, Index t, Index b) const {
    return step_of(batch.x.at((t * batch.x.shape()[1] + b) * task.input_size()), task.inputs()[0]);
  }
  /// The time step whose value of `rising` is asked for at (t, b).
  Index asked(const Batch& batch, Index t, Index b) const {
    const Index place = (t * batch.x.shape()[1] + b) * task.output_size();
    return step_of(batch.target.at(place), task.outputs()[0]);
  }
  static Index step_of(double value, const tasks::Column& rising) {
    return std::lround(std::sqrt(value * rising.deviation + rising.mean));
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(series_is_cut_in_the_order_of_time) {
  const Loaded set([](Series& task) {
    task.validation_fraction = 0.1;
    task.test_fraction = 0.29;
  });
  const auto& parts = set.task.parts();
  BOOST_TEST((parts.training.begin == 0 && parts.training.count == 61));
  BOOST_TEST((parts.validation.begin == 61 && parts.validation.count == 10));
  BOOST_TEST((parts.test.begin == 71 && parts.test.count == 29));
}

BOOST_AUTO_TEST_CASE(series_is_standardised_by_the_training_part_alone) {
  const Loaded set;  // 60 lines to train on
  double mean = 0, squares = 0;
  for (Index t = 0; t < 60; ++t) mean += wave(t) / 60;
  for (Index t = 0; t < 60; ++t) squares += std::pow(wave(t) - mean, 2);
  const auto& column = set.task.inputs()[1];
  BOOST_TEST(column.name == "wave");
  BOOST_TEST(std::abs(column.mean - mean) < 1e-12);
  BOOST_TEST(std::abs(column.deviation - std::sqrt(squares / 60)) < 1e-12);
  BOOST_TEST(column.values.size() == 100U);
  for (Index t = 0; t < 100; ++t) {
    const double value = column.values[static_cast<std::size_t>(t)];
    BOOST_TEST(std::abs(value * column.deviation + column.mean - wave(t)) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(series_windows_of_training_stay_in_the_training_part) {
  for (const Index horizon : {1, 3}) {
    const Loaded set([=](Series& task) { task.horizon = horizon; });
    std::set<Index> starts;
    for (Index step = 0; step < 20; ++step) {
      const Batch batch = set.task.training(1, step, 50);
      BOOST_TEST((batch.x.shape() == Shape{8, 50, 2}));
      for (Index b = 0; b < 50; ++b) {
        starts.insert(set.time(batch, 0, b));
        for (Index t = 0; t < 8; ++t) {
          BOOST_TEST(set.time(batch, t, b) == set.time(batch, 0, b) + t);
          BOOST_TEST(set.asked(batch, t, b) == set.time(batch, t, b) + horizon);
          BOOST_TEST(scored(batch, t, b));
        }
      }
    }
    // Every window that fits occurs, and the last target is the last value of the part.
    BOOST_TEST(*starts.begin() == 0);
    BOOST_TEST(*starts.rbegin() + 7 + horizon == 59);
    BOOST_TEST(static_cast<Index>(starts.size()) == *starts.rbegin() + 1);
  }
}

BOOST_AUTO_TEST_CASE(series_held_out_values_are_each_forecast_once_after_a_run_in) {
  for (const Index horizon : {1, 4}) {
    for (const Index warm_up : {0, 5, 1000}) {
      const Loaded set([=](Series& task) {
        task.horizon = horizon;
        task.warm_up = warm_up;
      });
      for (const Split split : {Split::validation, Split::test}) {
        const auto& part =
            split == Split::test ? set.task.parts().test : set.task.parts().validation;
        std::vector<Index> forecast;
        const Batch batch = set.task.evaluation(split, 0, 100);
        BOOST_TEST(batch.x.shape()[1] == 3);  // 20 values in windows of 8
        for (Index b = 0; b < 3; ++b) {
          const Index length = batch.lengths[static_cast<std::size_t>(b)];
          Index run_in = 0;
          for (Index t = 0; t < length; ++t) {
            BOOST_TEST(set.time(batch, t, b) == set.time(batch, 0, b) + t);
            if (!scored(batch, t, b)) {
              BOOST_TEST(run_in++ == t);
              continue;
            }
            BOOST_TEST(set.asked(batch, t, b) == set.time(batch, t, b) + horizon);
            forecast.push_back(set.asked(batch, t, b));
          }
          // The run-in is as long as asked for, or begins where the file does.
          BOOST_TEST((run_in == warm_up || set.time(batch, 0, b) == 0));
        }
        std::vector<Index> all(static_cast<std::size_t>(part.count));
        std::iota(all.begin(), all.end(), part.begin);
        BOOST_TEST((forecast == all));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(series_takes_the_columns_that_are_named) {
  const Loaded both;
  BOOST_TEST(both.task.input_size() == 2);  // all but the first
  BOOST_TEST(both.task.output_size() == 2);
  const Loaded one([](Series& task) {
    task.columns = " wave , rising";
    task.targets = "rising";
  });
  BOOST_TEST(one.task.inputs()[0].name == "wave");
  BOOST_TEST(one.task.inputs()[1].name == "rising");
  BOOST_TEST(one.task.output_size() == 1);
  const Batch batch = one.task.training(1, 0, 3);
  const Index first = one.step_of(batch.x.at(1), one.task.inputs()[1]);
  BOOST_TEST(std::abs(batch.x.at(0) -
                      one.task.inputs()[0].values[static_cast<std::size_t>(first)]) < 1e-12);
  BOOST_TEST(one.asked(batch, 0, 0) == first + 1);
  BOOST_TEST(std::string(one.task.objective().metric()) == "mse");
}

BOOST_AUTO_TEST_CASE(series_chance_and_baselines_are_errors_on_the_test_part) {
  // Per column: mean square of the value itself, and of its difference to an earlier one.
  const auto expected = [](const Loaded& set, Index earlier) {
    double sum = 0;
    for (const auto& column : set.task.outputs()) {
      for (std::size_t t = 80; t < 100; ++t) {
        const double guess =
            earlier == 0 ? 0 : column.values[t - static_cast<std::size_t>(earlier)];
        sum += std::pow(column.values[t] - guess, 2);
      }
    }
    return sum / 40;
  };
  for (const auto& [horizon, period, lag] : std::vector<std::array<Index, 3>>{
           {1, 7, 7}, {7, 7, 7}, {8, 7, 14}, {3, 1, 3}, {30, 11, 33}}) {
    const Loaded set([h = horizon, p = period](Series& task) {
      task.horizon = h;
      task.period = p;
    });
    const auto baselines = set.task.baselines();
    BOOST_TEST(std::abs(set.task.chance() - expected(set, 0)) < 1e-12);
    BOOST_TEST(baselines.size() == 2U);
    BOOST_TEST(baselines[0].name == "persistence");
    BOOST_TEST(std::abs(baselines[0].metric - expected(set, horizon)) < 1e-12);
    BOOST_TEST(std::abs(baselines[1].metric - expected(set, lag)) < 1e-12);
  }
  BOOST_TEST(Loaded().task.baselines().size() == 1U);  // no period
  BOOST_TEST(Loaded().task.chance_is() == "training mean");
}

BOOST_AUTO_TEST_CASE(series_chance_is_the_score_of_the_training_mean) {
  const Loaded set;
  const Batch batch = set.task.evaluation(Split::test, 0, 100);
  const double score = testing::metric(set.task, batch, Tensor(DType::float64, {13, 3, 2}));
  BOOST_TEST(std::abs(score - set.task.chance()) < 1e-12);
}

BOOST_AUTO_TEST_CASE(series_batches_depend_on_seed_and_step_and_nothing_else) {
  const Loaded set, other;
  const Batch before = set.task.training(1, 3, 8);
  set.task.training(2, 9, 5);
  BOOST_TEST(identical(before.x, set.task.training(1, 3, 8).x));
  BOOST_TEST(identical(before.x, other.task.training(1, 3, 8).x));
  BOOST_TEST(!identical(before.x, set.task.training(1, 4, 8).x));
  BOOST_TEST(!identical(before.x, set.task.training(2, 3, 8).x));
  const Batch whole = set.task.evaluation(Split::test, 0, 3);
  for (Index b = 0; b < 3; ++b) {
    const Batch one = set.task.evaluation(Split::test, b, 1);
    BOOST_TEST(one.lengths[0] == whole.lengths[static_cast<std::size_t>(b)]);
    for (Index t = 0; t < one.lengths[0]; ++t) {
      BOOST_TEST(one.x.at(t * 2) == whole.x.at((t * 3 + b) * 2));
    }
  }
}

BOOST_AUTO_TEST_CASE(series_refuses_what_it_cannot_forecast) {
  const auto with = [](auto change, Index lines = 100) { const Loaded set(change, lines); };
  BOOST_CHECK_EXCEPTION(with([](Series& task) { task.columns = "risin"; }), Error,
                        says(ErrorKind::config, {"task series, columns", "risin", "rising"}));
  BOOST_CHECK_EXCEPTION(with([](Series& task) { task.targets = "x"; }), Error,
                        says(ErrorKind::config, {"task series, targets", "column 'x'"}));
  BOOST_CHECK_EXCEPTION(with([](Series& task) { task.columns = "time"; }), Error,
                        says(ErrorKind::data, {"a.csv:2, column 1 ('time')", "a number", "t0"}));
  BOOST_CHECK_NO_THROW(with([](Series&) {}, 13));  // 9 | 2 | 2
  BOOST_CHECK_EXCEPTION(with([](Series&) {}, 12), Error,
                        says(ErrorKind::data, {"a.csv", "at least 9", "12 steps", "8 | 2 | 2"}));
  BOOST_CHECK_EXCEPTION(with([](Series& task) { task.period = 81; }), Error,
                        says(ErrorKind::config, {"period", "at most 80", "got 81"}));
  BOOST_CHECK_EXCEPTION(with([](Series& task) { task.test_fraction = 0; }), Error,
                        says(ErrorKind::config, {"test_fraction", "in (0, 0.5)"}));
  BOOST_CHECK_EXCEPTION(Series().training(1, 0, 2), Error, says({"task series", "load()"}));
  Series absent;
  absent.file = "no/such.csv";
  BOOST_CHECK_EXCEPTION(absent.load(DType::float32), Error,
                        says(ErrorKind::data, {"no/such.csv", "Set `file`"}));
  const testing::TemporaryDirectory folder;
  const std::string constant = "v\n1\n1\n1\n1\n1\n1\n1\n1\n2\n3\n";
  testing::write(folder.file("c.csv"), testing::Bytes(constant.begin(), constant.end()));
  absent.file = folder.file("c.csv");
  absent.window = 4;
  absent.period = 0;
  BOOST_CHECK_EXCEPTION(absent.load(DType::float32), Error,
                        says(ErrorKind::data, {"c.csv, column 'v'", "differ", "all 1"}));
}

BOOST_AUTO_TEST_CASE(data_sets_of_the_tree_are_found_from_everywhere) {
  // Tests run in a folder of their own, some way below the tree.
  const std::string in_tree = "experiments/tasks/series.hpp", nowhere = "experiments/data/none.csv";
  BOOST_TEST(std::filesystem::exists(data::fetched(in_tree)));
  BOOST_TEST(data::fetched(nowhere) == nowhere);
}

BOOST_AUTO_TEST_CASE(series_says_how_to_get_the_sunspots) {
  if (std::filesystem::exists(data::fetched(Series::sunspots))) return;  // they are there
  BOOST_CHECK_EXCEPTION(Series().load(DType::float32), Error,
                        says(ErrorKind::data, {"experiments/data/sunspots.csv", "no such file",
                                               "./experiments/data/fetch.sh sunspots"}));
}

BOOST_AUTO_TEST_SUITE_END()
