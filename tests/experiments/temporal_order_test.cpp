#include <boost/test/unit_test.hpp>
#include <experiments/tasks/temporal_order.hpp>
#include <map>
#include <tests/support/expect_error.hpp>

using namespace carousel;
using tasks::Batch;
using tasks::TemporalOrder;

namespace {

TemporalOrder order(Index symbols, Index length, double spread = 0.1) {
  TemporalOrder task;
  task.symbols = symbols;
  task.length = length;
  task.length_spread = spread;
  task.evaluation_sequences = 50;
  task.load(DType::float64);
  return task;
}

/// The symbol at a step as a letter; '-' for none, '?' for several.
char letter(const Batch& batch, Index t, Index b) {
  char found = '-';
  for (Index k = 0; k < 8; ++k) {
    const double x = batch.x.at((t * batch.x.shape()[1] + b) * 8 + k);
    if (x == 0) continue;
    found = x == 1 && found == '-' ? "EBabcdXY"[k] : '?';
  }
  return found;
}

struct Window {
  Index first, last;
};

void check(const TemporalOrder& task, const std::vector<Window>& windows) {
  const Batch batch = task.training(3, 1, 300);
  const Index time = batch.x.shape()[0], size = batch.x.shape()[1];
  std::map<Index, int> classes;
  for (Index b = 0; b < size; ++b) {
    const Index steps = batch.lengths[static_cast<std::size_t>(b)];
    BOOST_REQUIRE(steps >= task.length && steps <= task.longest());
    std::string kept;
    for (Index t = 0; t < time; ++t) {
      const char c = letter(batch, t, b);
      BOOST_TEST(batch.weight.at(t * size + b) == (t == steps - 1 ? 1.0 : 0.0));
      if (t >= steps) {
        BOOST_REQUIRE(c == '-');
      } else if (t == 0 || t == steps - 1) {
        BOOST_REQUIRE(c == (t == 0 ? 'E' : 'B'));
      } else if (c == 'X' || c == 'Y') {
        BOOST_TEST_REQUIRE(kept.size() < windows.size());
        BOOST_TEST(t >= windows[kept.size()].first);
        BOOST_TEST(t <= windows[kept.size()].last);
        kept += c;
      } else {
        BOOST_REQUIRE((c >= 'a' && c <= 'd'));
      }
    }
    BOOST_TEST_REQUIRE(kept.size() == windows.size());
    Index wanted = 0;
    for (const char c : kept) wanted = 2 * wanted + (c == 'Y' ? 1 : 0);
    BOOST_TEST(batch.target.at((steps - 1) * size + b) == static_cast<double>(wanted));
    ++classes[wanted];
  }
  BOOST_TEST(static_cast<Index>(classes.size()) == task.output_size());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(temporal_order_has_the_windows_of_1997) {
  check(order(2, 100), {{10, 20}, {50, 60}});
  check(order(3, 100), {{10, 20}, {33, 43}, {66, 76}});
}

BOOST_AUTO_TEST_CASE(temporal_order_windows_scale_with_the_length) {
  check(order(2, 10, 0), {{1, 2}, {5, 6}});
  check(order(3, 50, 0.5), {{5, 10}, {16, 21}, {33, 38}});
}

BOOST_AUTO_TEST_CASE(temporal_order_reaches_both_ends_of_its_windows) {
  const Batch batch = order(2, 10, 0).training(1, 0, 200);
  for (const Index t : {1, 2, 5, 6}) {
    int found = 0;
    for (Index b = 0; b < 200; ++b) {
      const char c = letter(batch, t, b);
      found += c == 'X' || c == 'Y' ? 1 : 0;
    }
    BOOST_TEST(std::abs(found - 100) < 36);  // five standard deviations
  }
}

BOOST_AUTO_TEST_CASE(temporal_order_chance_is_one_class_of_four_or_eight) {
  BOOST_TEST(order(2, 20).chance() == 0.25);
  BOOST_TEST(order(3, 20).chance() == 0.125);
  const TemporalOrder task = order(3, 20);
  const Batch test = task.evaluation(tasks::Task::Split::test, 0, 50);
  BOOST_TEST((test.target.dtype() == DType::int64));
  BOOST_TEST((test.x.shape() == Shape{22, 50, 8}));
}

BOOST_AUTO_TEST_CASE(temporal_order_refuses_settings_out_of_range) {
  BOOST_CHECK_EXCEPTION(order(4, 20), Error,
                        testing::says(ErrorKind::config, {"temporal_order, symbols", "got 4"}));
  BOOST_CHECK_EXCEPTION(order(2, 9), Error,
                        testing::says(ErrorKind::config, {"temporal_order, length", "got 9"}));
}

BOOST_AUTO_TEST_SUITE_END()
