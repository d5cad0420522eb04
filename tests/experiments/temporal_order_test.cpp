#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/tasks/temporal_order.hpp>
#include <set>
#include <tests/experiments/batches.hpp>
#include <tests/support/expect_error.hpp>

using namespace carousel;
using tasks::Batch;
using tasks::TemporalOrder;
using testing::says;
using testing::symbol;

namespace {

TemporalOrder temporal_order(Index length, Index symbols) {
  TemporalOrder task;
  task.length = length;
  task.symbols = symbols;
  task.load(DType::float64);
  return task;
}

constexpr Index start = 0, end = 1, x = 6, y = 7;

/// The steps of X and Y in a sequence.
std::vector<Index> marks(const Batch& batch, Index b) {
  std::vector<Index> steps;
  for (Index t = 0; t < testing::length(batch, b); ++t) {
    if (symbol(batch, t, b) >= x) steps.push_back(t);
  }
  return steps;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(temporal_order_windows_are_those_of_the_paper) {
  const auto check = [](Index length, Index symbols, std::vector<std::pair<Index, Index>> printed) {
    const auto windows = temporal_order(length, symbols).windows();
    BOOST_REQUIRE(windows.size() == printed.size());
    for (std::size_t i = 0; i < printed.size(); ++i) {
      BOOST_TEST(windows[i].first == printed[i].first);
      BOOST_TEST(windows[i].last == printed[i].second);
    }
  };
  check(100, 2, {{10, 20}, {50, 60}});
  check(100, 3, {{10, 20}, {33, 43}, {66, 76}});
  check(200, 2, {{20, 40}, {100, 120}});
  check(10, 3, {{1, 2}, {3, 4}, {6, 7}});
}

BOOST_AUTO_TEST_CASE(temporal_order_has_its_symbols_in_the_windows_and_letters_elsewhere) {
  for (const Index length : {10, 11, 100}) {
    for (const Index symbols : {2, 3}) {
      const TemporalOrder task = temporal_order(length, symbols);
      const auto windows = task.windows();
      const Batch batch = task.training(1, 0, 60);
      for (Index b = 0; b < 60; ++b) {
        const Index last = testing::length(batch, b) - 1;
        BOOST_TEST((last + 1 >= length && last + 1 <= length + length / 10));
        BOOST_TEST(symbol(batch, 0, b) == start);
        BOOST_TEST(symbol(batch, last, b) == end);
        for (Index t = 1; t < last; ++t) BOOST_TEST(symbol(batch, t, b) > end);
        const auto steps = marks(batch, b);
        BOOST_REQUIRE(steps.size() == windows.size());
        for (std::size_t i = 0; i < steps.size(); ++i) {
          BOOST_TEST((windows[i].first <= steps[i] && steps[i] <= windows[i].last));
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(temporal_order_asks_at_the_end_for_the_symbols_in_order) {
  for (const Index symbols : {2, 3}) {
    const Batch batch = temporal_order(20, symbols).training(1, 0, 100);
    std::set<double> classes;
    for (Index b = 0; b < 100; ++b) {
      double order = 0;
      for (const Index t : marks(batch, b)) order = 2 * order + (symbol(batch, t, b) == y ? 1 : 0);
      const Index last = testing::length(batch, b) - 1;
      BOOST_TEST(testing::target(batch, last, b) == order);
      for (Index t = 0; t <= last; ++t) BOOST_TEST(testing::scored(batch, t, b) == (t == last));
      classes.insert(order);
    }
    BOOST_TEST(static_cast<Index>(classes.size()) == (symbols == 2 ? 4 : 8));
  }
}

BOOST_AUTO_TEST_CASE(temporal_order_uses_every_step_of_its_windows_and_every_letter) {
  const TemporalOrder task = temporal_order(100, 2);
  std::set<Index> steps, lengths, letters;
  for (Index step = 0; step < 10; ++step) {
    const Batch batch = task.training(1, step, 50);
    for (Index b = 0; b < 50; ++b) {
      for (const Index t : marks(batch, b)) steps.insert(t);
      lengths.insert(testing::length(batch, b));
      letters.insert(symbol(batch, 1, b));
    }
  }
  BOOST_TEST(steps.size() == 22U);
  BOOST_TEST(lengths.size() == 11U);
  BOOST_TEST((letters == std::set<Index>{2, 3, 4, 5}));
}

BOOST_AUTO_TEST_CASE(temporal_order_classes_are_equally_likely) {
  for (const Index symbols : {2, 3}) {
    TemporalOrder task = temporal_order(10, symbols);
    task.evaluation_sequences = 4000;
    const Batch batch = task.evaluation(tasks::Task::Split::test, 0, 4000);
    BOOST_TEST(task.chance() == (symbols == 2 ? 0.25 : 0.125));
    for (Index answer = 0; answer < task.output_size(); ++answer) {
      const double right =
          testing::metric_of_answers(task, batch, [&](Index, Index) { return answer; });
      BOOST_TEST(std::abs(right - task.chance()) < 0.028);  // four standard deviations and more
    }
  }
}

BOOST_AUTO_TEST_CASE(temporal_order_refuses_settings_out_of_range) {
  BOOST_CHECK_EXCEPTION(temporal_order(9, 2), Error,
                        says(ErrorKind::config, {"task temporal_order, length", "at least 10"}));
  BOOST_CHECK_EXCEPTION(temporal_order(100, 4), Error,
                        says(ErrorKind::config, {"symbols", "in [2, 3]", "got 4"}));
}

BOOST_AUTO_TEST_SUITE_END()
