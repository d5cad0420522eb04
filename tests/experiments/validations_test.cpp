#include <boost/test/unit_test.hpp>
#include <experiments/runner/validations.hpp>
#include <string>

using namespace carousel;

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(validations_know_the_best_in_the_metric_s_own_direction) {
  const Train train;
  Validations errors(train, false), accuracies(train, true);
  for (const auto& [step, metric] : {std::pair{10, 0.5}, {20, 0.25}, {30, 0.75}, {40, 0.25}}) {
    errors.add(step, metric);
    accuracies.add(step, metric);
  }
  BOOST_TEST(errors.best().value() == 0.25);
  BOOST_TEST(errors.best_step() == 20);  // an equal one later is no better
  BOOST_TEST(accuracies.best().value() == 0.75);
  BOOST_TEST(accuracies.best_step() == 30);
  BOOST_TEST(errors.last().value() == 0.25);
  BOOST_TEST(errors.last_step() == 40);
  BOOST_TEST(std::string(errors.end()).empty());
}

BOOST_AUTO_TEST_CASE(validations_are_solved_once_and_end_a_run_where_it_asks_for_that) {
  Train train;
  train.solved_at = 0.1;
  Validations validations(train, false);
  validations.add(1, 0.1);  // has to be better
  BOOST_TEST(!validations.solved_at().has_value());
  validations.add(2, 0.05);
  validations.add(3, 0.01);
  BOOST_TEST(validations.solved_at().value() == 2);
  BOOST_TEST(std::string(validations.end()).empty());
  train.stop_when_solved = true;
  BOOST_TEST(validations.end() == "solved");
}

BOOST_AUTO_TEST_CASE(validations_lose_patience_after_so_many_without_a_better_one) {
  Train train;
  train.patience = 2;
  Validations validations(train, true);
  for (const double metric : {0.1, 0.2, 0.2, 0.3, 0.3}) {
    validations.add(validations.last_step() + 1, metric);
    BOOST_TEST(std::string(validations.end()).empty());
  }
  BOOST_TEST(!validations.add(9, 0.1));
  BOOST_TEST(validations.end() == "no better validation");
}

BOOST_AUTO_TEST_SUITE_END()
