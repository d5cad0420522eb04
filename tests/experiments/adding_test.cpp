#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/tasks/adding.hpp>
#include <limits>
#include <set>
#include <tests/support/expect_error.hpp>

using namespace carousel;
using tasks::Adding;
using tasks::Batch;
using testing::says;
using Split = tasks::Task::Split;

namespace {

Adding adding(Index length, double spread = 0, Index evaluation_sequences = 10,
              DType dtype = DType::float64) {
  Adding task;
  task.length = length;
  task.length_spread = spread;
  task.evaluation_sequences = evaluation_sequences;
  task.load(dtype);
  return task;
}

double value(const Batch& batch, Index t, Index b) {
  return batch.x.at((t * batch.x.shape()[1] + b) * 2);
}
double marker(const Batch& batch, Index t, Index b) {
  return batch.x.at((t * batch.x.shape()[1] + b) * 2 + 1);
}

bool same(const Batch& a, const Batch& b) {
  return identical(a.x, b.x) && identical(a.target, b.target) && identical(a.weight, b.weight) &&
         a.lengths == b.lengths;
}

/// The properties that define the problem, for every sequence of a batch.
void check_sequences(const Batch& batch, double tolerance) {
  const Index time = batch.x.shape()[0], batch_size = batch.x.shape()[1];
  for (Index b = 0; b < batch_size; ++b) {
    const Index steps = batch.lengths[static_cast<std::size_t>(b)];
    double sum = 0;
    int first_half = 0, second_half = 0, weighted = 0;
    for (Index t = 0; t < time; ++t) {
      const double v = value(batch, t, b), m = marker(batch, t, b);
      BOOST_REQUIRE(v >= 0 && v <= 1);
      BOOST_REQUIRE(m == 0 || m == 1);
      if (t >= steps) BOOST_REQUIRE(v == 0 && m == 0);
      if (m == 1) {
        ++(t < steps / 2 ? first_half : second_half);
        sum += v;
      }
      if (batch.weight.at(t * batch_size + b) != 0) {
        ++weighted;
        BOOST_TEST(t == steps - 1);
        BOOST_TEST(batch.weight.at(t * batch_size + b) == 1.0);
      }
    }
    BOOST_TEST(first_half == 1);
    BOOST_TEST(second_half == 1);
    BOOST_TEST(weighted == 1);
    BOOST_TEST(std::abs(batch.target.at((steps - 1) * batch_size + b) - sum) <= tolerance);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(adding_marks_one_value_in_each_half_and_asks_for_their_sum) {
  for (const Index length : {2, 3, 7, 100}) {
    check_sequences(adding(length).training(1, 0, 30), 0);
    check_sequences(adding(length, 0, 10, DType::float32).training(1, 0, 30), 2e-7);
  }
}

BOOST_AUTO_TEST_CASE(adding_has_the_shapes_that_its_sizes_promise) {
  const Adding task = adding(20, 0, 10, DType::float32);
  const Batch batch = task.training(3, 5, 4);
  BOOST_TEST((batch.x.shape() == Shape{20, 4, task.input_size()}));
  BOOST_TEST((batch.target.shape() == Shape{20, 4, task.output_size()}));
  BOOST_TEST((batch.weight.shape() == Shape{20, 4}));
  BOOST_TEST((batch.lengths == std::vector<Index>(4, 20)));
  for (const Tensor* tensor : {&batch.x, &batch.target, &batch.weight}) {
    BOOST_TEST((tensor->dtype() == DType::float32));
  }
}

BOOST_AUTO_TEST_CASE(adding_marks_can_stand_at_every_step) {
  const Batch batch = adding(5).training(1, 0, 400);
  for (Index t = 0; t < 5; ++t) {
    int marks = 0;
    for (Index b = 0; b < 400; ++b) marks += marker(batch, t, b) == 1 ? 1 : 0;
    // Half of 5 is 2: a step of the first half is marked in 1/2, of the second in 1/3 of 400; the
    // bounds are five standard deviations.
    BOOST_TEST(std::abs(marks - (t < 2 ? 200 : 400 / 3.0)) < 50);
  }
}

BOOST_AUTO_TEST_CASE(adding_lengths_spread_over_their_range_and_halves_follow_them) {
  const Adding task = adding(10, 0.3);
  BOOST_TEST(task.longest() == 13);
  const Batch batch = task.training(7, 0, 100);
  BOOST_TEST(batch.x.shape()[0] == 13);
  check_sequences(batch, 0);
  BOOST_TEST((std::set<Index>(batch.lengths.begin(), batch.lengths.end()) ==
              std::set<Index>{10, 11, 12, 13}));
}

BOOST_AUTO_TEST_CASE(adding_spread_is_rounded_down_but_not_by_binary_fractions) {
  BOOST_TEST(adding(100, 0.29).longest() == 129);  // 0.29 * 100 is 28.999999999999996
  BOOST_TEST(adding(10, 0.19).longest() == 11);
}

BOOST_AUTO_TEST_CASE(adding_batches_depend_on_seed_and_step_and_nothing_else) {
  const Adding task = adding(20, 0.5);
  const Batch before = task.training(1, 3, 8);
  task.training(2, 9, 5);
  task.evaluation(Split::test, 0, 4);
  BOOST_TEST(same(before, task.training(1, 3, 8)));
  BOOST_TEST(same(before, adding(20, 0.5).training(1, 3, 8)));
  BOOST_TEST(!same(before, task.training(1, 4, 8)));
  BOOST_TEST(!same(before, task.training(2, 3, 8)));
}

BOOST_AUTO_TEST_CASE(adding_held_out_sequences_are_fixed_and_differ_between_splits) {
  const Adding task = adding(20, 0.5, 10);
  for (const Split split : {Split::validation, Split::test}) {
    check_sequences(task.evaluation(split, 0, 10), 0);
    BOOST_TEST(same(task.evaluation(split, 0, 10), adding(20, 0.5, 10).evaluation(split, 0, 10)));
  }
  const Batch validation = task.evaluation(Split::validation, 0, 10);
  BOOST_TEST(!same(validation, task.evaluation(Split::test, 0, 10)));
  for (const std::uint64_t seed : {0, 1}) BOOST_TEST(!same(validation, task.training(seed, 0, 10)));
}

BOOST_AUTO_TEST_CASE(adding_held_out_set_does_not_depend_on_the_batch_size) {
  const Adding task = adding(6, 0, 10);
  const Batch whole = task.evaluation(Split::test, 0, 100);
  BOOST_TEST(whole.x.shape()[1] == 10);
  BOOST_TEST(task.evaluation_batches(Split::test, 100) == 1);
  BOOST_TEST(task.evaluation_batches(Split::test, 5) == 2);
  BOOST_TEST(task.evaluation_batches(Split::test, 4) == 3);
  for (Index number = 0; number < 3; ++number) {
    const Batch part = task.evaluation(Split::test, number, 4);
    BOOST_TEST(part.x.shape()[1] == (number < 2 ? 4 : 2));
    for (Index b = 0; b < part.x.shape()[1]; ++b) {
      for (Index t = 0; t < 6; ++t) {
        BOOST_TEST(value(part, t, b) == value(whole, t, number * 4 + b));
        BOOST_TEST(marker(part, t, b) == marker(whole, t, number * 4 + b));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(adding_chance_is_the_error_of_a_constant_one) {
  const Index count = 20000;
  const Adding task = adding(4, 0, count);
  const Batch batch = task.evaluation(Split::test, 0, count);
  double sum = 0;
  for (Index b = 0; b < count; ++b) sum += std::pow(batch.target.at(3 * count + b) - 1, 2);
  // (x1 + x2 - 1)² has mean 1/6 and variance 1/15 - 1/36 = 7/180; four standard errors.
  const double standard_error = std::sqrt(7.0 / 180 / static_cast<double>(count));
  BOOST_TEST(task.chance() == 1.0 / 6);
  BOOST_TEST(task.chance_is() == "constant 1");
  BOOST_TEST(std::abs(sum / static_cast<double>(count) - task.chance()) < 4 * standard_error);
}

BOOST_AUTO_TEST_CASE(adding_is_scored_by_mean_squared_error) {
  BOOST_TEST(std::string(adding(4).objective().metric()) == "mse");
}

BOOST_AUTO_TEST_CASE(adding_lists_its_settings) {
  Adding task;
  const auto rows = document(task);
  BOOST_REQUIRE(rows.size() == 3u);
  BOOST_TEST(rows[0].key == "length");
  BOOST_TEST(rows[0].value == "100");
  BOOST_TEST(rows[1].key == "length_spread");
  BOOST_TEST(rows[2].key == "evaluation_sequences");
}

BOOST_AUTO_TEST_CASE(adding_refuses_settings_out_of_range) {
  BOOST_CHECK_EXCEPTION(adding(1), Error,
                        says(ErrorKind::config, {"task adding, length", "at least 2", "got 1"}));
  BOOST_CHECK_EXCEPTION(adding(4, -0.5), Error,
                        says(ErrorKind::config, {"length_spread", "got -0.5"}));
  BOOST_CHECK_EXCEPTION(adding(4, std::numeric_limits<double>::quiet_NaN()), Error,
                        says(ErrorKind::config, {"length_spread", "nan"}));
  BOOST_CHECK_EXCEPTION(adding(4, 0, 0), Error,
                        says(ErrorKind::config, {"evaluation_sequences", "at least 1", "got 0"}));
}

BOOST_AUTO_TEST_CASE(adding_refuses_batches_that_do_not_exist) {
  const Adding task = adding(4);
  BOOST_CHECK_EXCEPTION(task.training(1, 0, 0), Error,
                        says(ErrorKind::argument, {"task adding", "batch size of at least 1"}));
  BOOST_CHECK_EXCEPTION(task.training(1, -1, 2), Error,
                        says(ErrorKind::argument, {"training step", "got -1"}));
  BOOST_CHECK_EXCEPTION(task.evaluation_batches(Split::test, 0), Error,
                        says(ErrorKind::argument, {"batch size"}));
  BOOST_CHECK_EXCEPTION(task.evaluation(Split::test, 3, 4), Error,
                        says(ErrorKind::argument, {"evaluation batch in 0..2", "batch 3"}));
  BOOST_CHECK_EXCEPTION(task.evaluation(Split::test, -1, 4), Error,
                        says(ErrorKind::argument, {"batch -1"}));
}

BOOST_AUTO_TEST_SUITE_END()
