#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/tasks/multiplication.hpp>

using namespace carousel;
using tasks::Batch;
using tasks::Multiplication;

namespace {

Multiplication multiplication(Index length, Index evaluation_sequences = 10) {
  Multiplication task;
  task.length = length;
  task.evaluation_sequences = evaluation_sequences;
  task.load(DType::float64);
  return task;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(multiplication_asks_for_the_product_of_the_marked_values) {
  const Index length = 11, size = 30;
  const Batch batch = multiplication(length).training(1, 4, size);
  for (Index b = 0; b < size; ++b) {
    double product = 1;
    int marks = 0;
    for (Index t = 0; t < length; ++t) {
      const Index place = (t * size + b) * 2;
      if (batch.x.at(place + 1) == 0) continue;
      product *= batch.x.at(place);
      ++marks;
    }
    BOOST_TEST(marks == 2);
    BOOST_TEST(batch.target.at((length - 1) * size + b) == product);
  }
}

BOOST_AUTO_TEST_CASE(multiplication_chance_is_the_error_of_a_constant_quarter) {
  const Index count = 20000;
  const Multiplication task = multiplication(4, count);
  const Batch batch = task.evaluation(tasks::Task::Split::test, 0, count);
  double sum = 0, squares = 0;
  for (Index b = 0; b < count; ++b) {
    const double error = std::pow(batch.target.at(3 * count + b) - 0.25, 2);
    sum += error;
    squares += error * error;
  }
  const double n = static_cast<double>(count), mean = sum / n;
  BOOST_TEST(std::abs(mean - task.chance()) < 4 * std::sqrt((squares / n - mean * mean) / n));
  BOOST_TEST(std::abs(task.chance() - 0.048611) < 1e-6);
}

BOOST_AUTO_TEST_SUITE_END()
