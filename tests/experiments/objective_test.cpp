#include <autograd/tape.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/tasks/task.hpp>
#include <limits>
#include <tests/support/expect_error.hpp>

using namespace carousel;
using tasks::Score;
using testing::says;

namespace {

const double not_a_number = std::numeric_limits<double>::quiet_NaN();

Tensor tensor(const Shape& shape, const std::vector<double>& values, DType dtype = DType::float64) {
  Tensor result(dtype, shape);
  for (std::size_t i = 0; i < values.size(); ++i) result.set(static_cast<Index>(i), values[i]);
  return result;
}

Tensor labels(const std::vector<double>& values) {
  return tensor({static_cast<Index>(values.size())}, values, DType::int64);
}

Tensor ones(Index n) { return tensor({n}, std::vector<double>(static_cast<std::size_t>(n), 1.0)); }

/// The loss of each row, as numbers.
Tensor loss(const tasks::Objective& objective, const Tensor& prediction, const Tensor& target) {
  Tape tape(DType::float64);
  return objective.loss(tape.input(prediction), tape.input(target)).value();
}

/// The score of rows that are one step of as many sequences.
Score scored(const tasks::Objective& objective, const Tensor& prediction, const Tensor& target,
             const Tensor& weight) {
  return objective.score(prediction, target, weight, weight.size());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(objective_names_and_directions) {
  BOOST_TEST(std::string(tasks::regression().metric()) == "mse");
  BOOST_TEST(std::string(tasks::classification().metric()) == "accuracy");
  BOOST_TEST(std::string(tasks::binary().metric()) == "accuracy");
  BOOST_TEST(std::string(tasks::cross_entropy().metric()) == "cross_entropy");
  BOOST_TEST(std::string(tasks::bits().metric()) == "bits");
  BOOST_TEST(!tasks::cross_entropy().higher_is_better());
  BOOST_TEST(!tasks::bits().higher_is_better());
  BOOST_TEST(!tasks::regression().higher_is_better());
  BOOST_TEST(tasks::classification().higher_is_better());
  BOOST_TEST(tasks::binary().higher_is_better());
}

BOOST_AUTO_TEST_CASE(objective_regression_loss_sums_squares_over_outputs) {
  const Tensor rows = loss(tasks::regression(), tensor({2, 3}, {1, 2, 3, 4, 5, 6}),
                           tensor({2, 3}, {0, 2, 5, 4, 4, 9}));
  BOOST_TEST((rows.shape() == Shape{2}));
  BOOST_TEST(rows.at(0) == 5.0);   // 1 + 0 + 4
  BOOST_TEST(rows.at(1) == 10.0);  // 0 + 1 + 9
}

BOOST_AUTO_TEST_CASE(objective_regression_scores_the_weighted_mean_over_rows_and_outputs) {
  const Score score = scored(tasks::regression(), tensor({2, 2}, {1, 2, 3, 4}),
                             tensor({2, 2}, {0, 2, 3, 7}), tensor({2}, {1, 3}));
  BOOST_TEST(score.sum == 0.5 + 3 * 4.5);
  BOOST_TEST(score.weight == 4.0);
  BOOST_TEST(score.mean() == 14.0 / 4);
}

BOOST_AUTO_TEST_CASE(objective_scores_are_computed_in_double) {
  const Index n = 20000;  // 4097² is no float32 number, nor are sums of it
  Tensor prediction(DType::float32, {n, 1}), target(DType::float32, {n, 1});
  prediction.fill(4097);
  prediction.set(0, 1);
  Tensor weight(DType::float32, {n});
  weight.fill(1);
  const Score score = scored(tasks::regression(), prediction, target, weight);
  BOOST_TEST(score.sum == 1 + static_cast<double>(n - 1) * 4097.0 * 4097.0);
}

BOOST_AUTO_TEST_CASE(objective_classification_loss_is_cross_entropy_in_nats) {
  const Tensor rows =
      loss(tasks::classification(), tensor({2, 2}, {0, 0, 0, std::log(3.0)}), labels({0, 1}));
  BOOST_TEST((rows.shape() == Shape{2}));
  BOOST_TEST(std::abs(rows.at(0) - std::log(2.0)) < 1e-15);
  BOOST_TEST(std::abs(rows.at(1) - std::log(4.0 / 3)) < 1e-15);
}

BOOST_AUTO_TEST_CASE(objective_classification_counts_rows_whose_largest_output_is_the_target) {
  const Tensor prediction = tensor({4, 3}, {1, 2, 0, 1, 2, 0, 5, -1, 3, -3, -2, -1});
  const Score score =
      scored(tasks::classification(), prediction, labels({1, 0, 0, 2}), tensor({4}, {1, 1, 2, 0}));
  BOOST_TEST(score.sum == 3.0);  // rows 0 (weight 1) and 2 (weight 2); row 3 does not count
  BOOST_TEST(score.weight == 4.0);
}

BOOST_AUTO_TEST_CASE(objective_classification_equal_outputs_mean_the_first_class) {
  const Tensor prediction = tensor({3, 3}, std::vector<double>(9, 0.5));
  const Score score = scored(tasks::classification(), prediction, labels({0, 1, 2}), ones(3));
  BOOST_TEST(score.sum == 1.0);
}

BOOST_AUTO_TEST_CASE(objective_cross_entropy_scores_the_weighted_mean_of_its_loss) {
  const Tensor prediction = tensor({3, 3}, {1, 2, 0, -400, 0, 400, 5, -1, 3}),
               target = labels({1, 0, 2}), weight = tensor({3}, {1, 2, 0.5});
  for (const tasks::Objective* objective : {&tasks::cross_entropy(), &tasks::bits()}) {
    const Tensor rows = loss(*objective, prediction, target);
    double nats = 0;
    for (Index r = 0; r < 3; ++r) nats += weight.at(r) * rows.at(r);
    const double unit = objective == &tasks::bits() ? std::log(2.0) : 1;
    const Score score = scored(*objective, prediction, target, weight);
    BOOST_TEST(std::abs(score.sum * unit / nats - 1) < 1e-14);
    BOOST_TEST(score.weight == 3.5);
  }
}

BOOST_AUTO_TEST_CASE(objective_bits_of_a_fair_guess_are_the_logarithm_of_the_choices) {
  const Tensor prediction = tensor({2, 8}, std::vector<double>(16, 3.25));
  const Score score = scored(tasks::bits(), prediction, labels({0, 7}), ones(2));
  BOOST_TEST(std::abs(score.mean() - 3) < 1e-14);
  BOOST_CHECK_EXCEPTION(scored(tasks::bits(), prediction, labels({0, 8}), ones(2)), Error,
                        says(ErrorKind::argument, {"bits score", "classes in 0..7"}));
}

BOOST_AUTO_TEST_CASE(objective_nan_is_never_right) {
  const Score classes =
      scored(tasks::classification(),
             tensor({3, 2}, {not_a_number, 0, 0, not_a_number, not_a_number, not_a_number}),
             labels({0, 0, 1}), ones(3));
  BOOST_TEST(classes.sum == 0.0);
  const Score bits = scored(tasks::binary(), tensor({2, 1}, {not_a_number, not_a_number}),
                            tensor({2, 1}, {0, 1}), ones(2));
  BOOST_TEST(bits.sum == 0.0);
  const Score squares =
      scored(tasks::regression(), tensor({1, 1}, {not_a_number}), tensor({1, 1}, {0}), ones(1));
  BOOST_TEST(std::isnan(squares.mean()));
  for (const double first : {not_a_number, 0.0}) {
    const Tensor row = tensor({1, 2}, {first, first == 0 ? not_a_number : 0});
    BOOST_TEST(std::isnan(scored(tasks::bits(), row, labels({0}), ones(1)).mean()));
  }
}

BOOST_AUTO_TEST_CASE(objective_rows_of_weight_zero_are_not_looked_at) {
  const Tensor weight = tensor({2}, {1, 0});
  const Score squares = scored(tasks::regression(), tensor({2, 1}, {1, not_a_number}),
                               tensor({2, 1}, {0, 0}), weight);
  BOOST_TEST(squares.mean() == 1.0);
  const Score classes =
      scored(tasks::classification(), tensor({2, 2}, {1, 0, 0, 1}), labels({0, 99}), weight);
  BOOST_TEST(classes.mean() == 1.0);
}

BOOST_AUTO_TEST_CASE(objective_binary_loss_sums_over_outputs) {
  const Tensor rows =
      loss(tasks::binary(), tensor({1, 2}, {0, std::log(3.0)}), tensor({1, 2}, {1, 0}));
  BOOST_TEST((rows.shape() == Shape{1}));
  // -ln sigmoid(0) = ln 2; -ln(1 - sigmoid(ln 3)) = -ln(1 - 3/4) = ln 4
  BOOST_TEST(std::abs(rows.at(0) - std::log(8.0)) < 1e-14);
}

BOOST_AUTO_TEST_CASE(objective_binary_scores_the_share_of_right_outputs) {
  const Score score = scored(tasks::binary(), tensor({2, 4}, {0.1, -0.1, 3, 0, -2, 2, -1, 1}),
                             tensor({2, 4}, {1, 1, 1, 0, 0, 0, 1, 1}), tensor({2}, {1, 2}));
  BOOST_TEST(score.sum == 0.75 + 2 * 0.5);  // logit 0 is probability 0.5, not above the threshold
  BOOST_TEST(score.weight == 3.0);
}

BOOST_AUTO_TEST_CASE(objective_scores_add_up_over_batches) {
  Score score{3, 4};
  score.add({1, 4});
  BOOST_TEST(score.mean() == 0.5);
  BOOST_TEST(Score{}.mean() == 0.0);
}

BOOST_AUTO_TEST_CASE(objective_refuses_shapes_that_do_not_fit) {
  const Tensor two = tensor({2, 1}, {0, 0});
  BOOST_CHECK_EXCEPTION(scored(tasks::regression(), ones(2), ones(2), ones(2)), Error,
                        says(ErrorKind::argument, {"regression", "[rows, outputs]", "[2]"}));
  BOOST_CHECK_EXCEPTION(scored(tasks::regression(), two, ones(2), ones(2)), Error,
                        says(ErrorKind::argument, {"targets [rows=2, outputs=1]", "[2]"}));
  BOOST_CHECK_EXCEPTION(scored(tasks::binary(), two, two, ones(3)), Error,
                        says(ErrorKind::argument, {"weights [rows=2]", "[3]"}));
  BOOST_CHECK_EXCEPTION(scored(tasks::classification(), two, ones(2), ones(2)), Error,
                        says(ErrorKind::argument, {"int64", "float64"}));
  BOOST_CHECK_EXCEPTION(scored(tasks::classification(), two, labels({0}), ones(2)), Error,
                        says(ErrorKind::argument, {"[rows=2]", "[1]"}));
  BOOST_CHECK_EXCEPTION(
      scored(tasks::classification(), tensor({1, 2}, {0, 0}), labels({2}), ones(1)), Error,
      says(ErrorKind::argument, {"classes in 0..1", "class 2 in row 0"}));
}

BOOST_AUTO_TEST_SUITE_END()
