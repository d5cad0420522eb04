#include <boost/test/unit_test.hpp>
#include <experiments/tasks/parity.hpp>
#include <tests/support/expect_error.hpp>

using namespace carousel;
using tasks::Batch;
using tasks::Parity;
using Split = tasks::Task::Split;

namespace {

Parity parity(Index shortest, Index length, const std::string& answer = "last") {
  Parity task;
  task.shortest = shortest;
  task.length = length;
  task.answer = answer;
  task.evaluation_sequences = 40;
  task.load(DType::float32);
  return task;
}

void check(const Batch& batch, Index shortest, Index longest, bool all) {
  const Index time = batch.x.shape()[0], size = batch.x.shape()[1];
  BOOST_TEST(time == longest);
  int ones = 0;
  for (Index b = 0; b < size; ++b) {
    const Index steps = batch.lengths[static_cast<std::size_t>(b)];
    BOOST_REQUIRE(steps >= shortest && steps <= longest);
    int count = 0;
    for (Index t = 0; t < time; ++t) {
      const Index place = t * size + b;
      const double bit = batch.x.at(place);
      BOOST_REQUIRE((bit == 0 || (bit == 1 && t < steps)));
      count += bit == 1 ? 1 : 0;
      const bool asked = all ? t < steps : t == steps - 1;
      BOOST_TEST(batch.weight.at(place) == (asked ? 1.0 : 0.0));
      if (asked) BOOST_TEST(batch.target.at(place) == static_cast<double>(count % 2));
    }
    ones += batch.target.at((steps - 1) * size + b) == 1 ? 1 : 0;
  }
  BOOST_TEST(ones > 0);
  BOOST_TEST(ones < size);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(parity_asks_whether_the_ones_are_odd) {
  check(parity(1, 40).training(1, 0, 60), 1, 40, false);
  check(parity(5, 5).training(1, 7, 30), 5, 5, false);
  check(parity(3, 9, "all").training(1, 7, 30), 3, 9, true);
}

BOOST_AUTO_TEST_CASE(parity_can_be_tested_on_longer_sequences) {
  Parity task = parity(1, 8);
  check(task.evaluation(Split::test, 0, 40), 1, 8, false);
  task.test_shortest = 30;
  task.test_length = 50;
  task.load(DType::float32);
  check(task.evaluation(Split::test, 0, 40), 30, 50, false);
  check(task.evaluation(Split::validation, 0, 40), 1, 8, false);
}

BOOST_AUTO_TEST_CASE(parity_is_a_coin_toss_for_who_does_not_look) {
  BOOST_TEST(parity(1, 4).chance() == 0.5);
  const Batch batch = parity(6, 6).training(2, 0, 2000);
  int odd = 0;
  for (Index b = 0; b < 2000; ++b) odd += batch.target.at(5 * 2000 + b) == 1 ? 1 : 0;
  BOOST_TEST(std::abs(odd - 1000) < 112);  // five standard deviations
}

BOOST_AUTO_TEST_CASE(parity_refuses_lengths_in_the_wrong_order) {
  BOOST_CHECK_EXCEPTION(
      parity(9, 8), Error,
      testing::says(ErrorKind::config, {"task parity, shortest", "at most the longest length, 8"}));
  Parity task = parity(5, 8);
  task.test_length = 4;
  BOOST_CHECK_EXCEPTION(task.load(DType::float32), Error,
                        testing::says(ErrorKind::config, {"test_shortest", "length, 4; got 5"}));
}

BOOST_AUTO_TEST_SUITE_END()
