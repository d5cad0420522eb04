#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/tasks/copy.hpp>
#include <tests/experiments/batches.hpp>
#include <tests/support/expect_error.hpp>

using namespace carousel;
using tasks::Batch;
using tasks::Copy;
using testing::says;
using testing::symbol;
using testing::target;
using Split = tasks::Task::Split;

namespace {

Copy copy_task(Index delay, Index symbols = 8, Index data_length = 10) {
  Copy task;
  task.delay = delay;
  task.symbols = symbols;
  task.data_length = data_length;
  task.evaluation_sequences = 50;
  task.load(DType::float64);
  return task;
}

/// The loss of someone who knows when to answer, but not what: probability 1 for the blank, then
/// equal ones for the symbols.
double loss_without_memory(const Copy& task, const Batch& batch) {
  Tensor prediction(DType::float64, {batch.x.shape()[0], batch.x.shape()[1], task.output_size()});
  for (Index t = 0; t < batch.x.shape()[0]; ++t) {
    const double blank = t < task.delay + task.data_length ? 1e4 : -1e4;
    for (Index b = 0; b < batch.x.shape()[1]; ++b) {
      prediction.set(testing::place(batch, t, b) * task.output_size(), blank);
    }
  }
  return testing::metric(task, batch, prediction);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(copy_shows_symbols_blanks_a_delimiter_and_blanks) {
  for (const Index delay : {1, 2, 30}) {
    for (const Index data : {1, 4}) {
      const Batch batch = copy_task(delay, 5, data).training(1, 0, 20);
      BOOST_TEST((batch.x.shape() == Shape{delay + 2 * data, 20, 7}));
      for (Index b = 0; b < 20; ++b) {
        for (Index t = 0; t < delay + 2 * data; ++t) {
          const Index shown = symbol(batch, t, b);
          if (t < data) BOOST_TEST((shown >= 1 && shown <= 5));
          if (t == data + delay - 1) BOOST_TEST(shown == 6);
          if (t >= data && t != data + delay - 1) BOOST_TEST(shown == 0);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(copy_asks_for_blanks_and_then_for_the_symbols_in_order) {
  const Index delay = 7, data = 4, size = 20;
  const Batch batch = copy_task(delay, 5, data).training(1, 0, size);
  for (Index b = 0; b < size; ++b) {
    for (Index t = 0; t < delay + 2 * data; ++t) {
      const Index asked = t - delay - data;
      const Index expected = asked < 0 ? 0 : symbol(batch, asked, b);
      BOOST_TEST(target(batch, t, b) == static_cast<double>(expected));
      BOOST_TEST(testing::scored(batch, t, b));
    }
  }
}

BOOST_AUTO_TEST_CASE(copy_draws_every_symbol_equally_often_at_every_place) {
  const Index sequences = 800, symbols = 4;
  const Batch batch = copy_task(1, symbols, 3).training(1, 0, sequences);
  for (Index t = 0; t < 3; ++t) {
    std::vector<int> counts(symbols + 1);
    for (Index b = 0; b < sequences; ++b) ++counts[static_cast<std::size_t>(symbol(batch, t, b))];
    for (Index k = 1; k <= symbols; ++k) {
      // 200 of 800; the standard deviation is 12.
      BOOST_TEST(std::abs(counts[static_cast<std::size_t>(k)] - 200) < 60);
    }
  }
}

BOOST_AUTO_TEST_CASE(copy_chance_is_the_loss_without_a_memory) {
  for (const Index delay : {1, 20, 100}) {
    const Copy task = copy_task(delay);
    const double loss = loss_without_memory(task, task.evaluation(Split::test, 0, 50));
    BOOST_TEST(std::abs(loss - task.chance()) < 1e-12);
  }
  const Copy other = copy_task(9, 3, 2);
  const double loss = loss_without_memory(other, other.evaluation(Split::test, 0, 50));
  BOOST_TEST(std::abs(loss - other.chance()) < 1e-12);
}

BOOST_AUTO_TEST_CASE(copy_chance_is_that_of_the_papers) {
  const std::vector<std::pair<Index, double>> known{{10, 0.69315},  {30, 0.41589},  {100, 0.17329},
                                                    {300, 0.06498}, {500, 0.03999}, {1000, 0.02039},
                                                    {2000, 0.01029}};
  for (const auto& [delay, chance] : known) {
    BOOST_TEST(std::abs(copy_task(delay).chance() - chance) < 5e-6);
  }
  BOOST_TEST(copy_task(100).longest() == 120);
  BOOST_TEST(copy_task(100).input_size() == 10);
  BOOST_TEST(copy_task(100).output_size() == 9);
  BOOST_TEST(std::string(copy_task(100).objective().metric()) == "cross_entropy");
}

BOOST_AUTO_TEST_CASE(copy_refuses_settings_out_of_range) {
  BOOST_CHECK_EXCEPTION(copy_task(0), Error,
                        says(ErrorKind::config, {"task copy, delay", "at least 1", "got 0"}));
  BOOST_CHECK_EXCEPTION(copy_task(5, 1), Error, says(ErrorKind::config, {"symbols", "got 1"}));
  BOOST_CHECK_EXCEPTION(copy_task(5, 8, 0), Error, says(ErrorKind::config, {"data_length"}));
}

BOOST_AUTO_TEST_SUITE_END()
