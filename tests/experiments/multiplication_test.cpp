#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/tasks/adding.hpp>
#include <experiments/tasks/multiplication.hpp>
#include <tests/experiments/batches.hpp>

using namespace carousel;
using tasks::Batch;
using tasks::Multiplication;
using Split = tasks::Task::Split;

namespace {

Multiplication multiplication(Index length, double spread, Index sequences) {
  Multiplication task;
  task.length = length;
  task.length_spread = spread;
  task.evaluation_sequences = sequences;
  task.load(DType::float64);
  return task;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(multiplication_asks_for_the_product_of_the_marked_values) {
  const Batch batch = multiplication(9, 0.5, 10).training(1, 0, 50);
  for (Index b = 0; b < 50; ++b) {
    const Index last = testing::length(batch, b) - 1;
    double product = 1;
    int marked = 0;
    for (Index t = 0; t <= last; ++t) {
      const Index at = testing::place(batch, t, b) * 2;
      if (batch.x.at(at + 1) == 1) {
        product *= batch.x.at(at);
        ++marked;
      }
      BOOST_TEST(testing::scored(batch, t, b) == (t == last));
    }
    BOOST_TEST(marked == 2);
    BOOST_TEST(testing::target(batch, last, b) == product);
  }
}

BOOST_AUTO_TEST_CASE(multiplication_has_the_sequences_of_the_adding_problem) {
  tasks::Adding adding;
  adding.length = 9;
  adding.load(DType::float64);
  BOOST_TEST(identical(multiplication(9, 0, 10).training(3, 2, 20).x, adding.training(3, 2, 20).x));
}

BOOST_AUTO_TEST_CASE(multiplication_chance_is_the_error_of_a_constant_quarter) {
  const Index count = 20000;
  const Multiplication task = multiplication(4, 0, count);
  Tensor quarter(DType::float64, {4, count, 1});
  quarter.fill(0.25);
  const double error = testing::metric(task, task.evaluation(Split::test, 0, count), quarter);
  // (x1 x2 - 1/4)² has mean 7/144 and, by its fourth moment, a variance below 0.006.
  BOOST_TEST(std::abs(error - 7.0 / 144) < 4 * std::sqrt(0.006 / count));
  BOOST_TEST(task.chance() == 7.0 / 144);
  BOOST_TEST(std::string(task.objective().metric()) == "mse");
}

BOOST_AUTO_TEST_SUITE_END()
