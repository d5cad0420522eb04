#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/tasks/parity.hpp>
#include <set>
#include <tests/experiments/batches.hpp>
#include <tests/support/expect_error.hpp>
#include <tuple>

using namespace carousel;
using tasks::Batch;
using tasks::Parity;
using testing::says;
using Split = tasks::Task::Split;

namespace {

template <class Change> Parity parity(Change change) {
  Parity task;
  task.evaluation_sequences = 100;
  change(task);
  task.load(DType::float64);
  return task;
}

std::set<Index> lengths(const Batch& batch) { return {batch.lengths.begin(), batch.lengths.end()}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(parity_asks_whether_the_number_of_ones_is_odd) {
  for (const char* answer : {"last", "all"}) {
    const Parity task = parity([&](Parity& p) { p.answer = answer; });
    const Batch batch = task.training(1, 0, 50);
    for (Index b = 0; b < 50; ++b) {
      const Index steps = testing::length(batch, b);
      bool odd = false;
      for (Index t = 0; t < steps; ++t) {
        const double bit = batch.x.at(testing::place(batch, t, b));
        BOOST_TEST((bit == 0 || bit == 1));
        odd = odd != (bit == 1);
        const bool asked = task.answer == "all" || t == steps - 1;
        BOOST_TEST(testing::scored(batch, t, b) == asked);
        if (asked) BOOST_TEST(testing::target(batch, t, b) == (odd ? 1 : 0));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(parity_lengths_of_the_test_are_its_own) {
  const Parity task = parity([](Parity& p) {
    p.shortest = 3;
    p.length = 5;
    p.test_shortest = 7;
    p.test_length = 8;
  });
  BOOST_TEST((lengths(task.training(1, 0, 100)) == std::set<Index>{3, 4, 5}));
  BOOST_TEST((lengths(task.evaluation(Split::validation, 0, 100)) == std::set<Index>{3, 4, 5}));
  BOOST_TEST((lengths(task.evaluation(Split::test, 0, 100)) == std::set<Index>{7, 8}));
  BOOST_TEST(task.evaluation(Split::test, 0, 2).x.shape()[0] == 8);
  const Parity same = parity([](Parity& p) {
    p.shortest = 3;
    p.length = 5;
  });
  BOOST_TEST((lengths(same.evaluation(Split::test, 0, 100)) == std::set<Index>{3, 4, 5}));
}

BOOST_AUTO_TEST_CASE(parity_is_a_fair_coin) {
  for (const char* answer : {"last", "all"}) {
    const Parity task = parity([&](Parity& p) {
      p.answer = answer;
      p.evaluation_sequences = 4000;
    });
    const Batch batch = task.evaluation(Split::test, 0, 4000);
    for (const double output : {-1.0, 1.0}) {
      Tensor constant(DType::float64, {batch.x.shape()[0], 4000, 1});
      constant.fill(output);
      BOOST_TEST(std::abs(testing::metric(task, batch, constant) - task.chance()) < 0.04);
    }
  }
  BOOST_TEST(Parity().chance() == 0.5);
  BOOST_TEST(std::string(Parity().objective().metric()) == "accuracy");
}

BOOST_AUTO_TEST_CASE(parity_baseline_answers_with_the_present_bit) {
  for (const auto& [answer, low, high] : std::vector<std::tuple<const char*, Index, Index>>{
           {"all", 1, 3}, {"all", 2, 4}, {"last", 1, 4}, {"last", 2, 4}}) {
    const Parity task = parity([a = answer, l = low, h = high](Parity& p) {
      p.answer = a;
      p.test_shortest = l;
      p.test_length = h;
      p.evaluation_sequences = 4000;
    });
    const Batch batch = task.evaluation(Split::test, 0, 4000);
    Tensor bits = batch.x;
    for (Index i = 0; i < bits.size(); ++i) bits.set(i, bits.at(i) - 0.5);
    const auto baseline = task.baselines().at(0);
    BOOST_TEST(baseline.name == "present bit only");
    BOOST_TEST(std::abs(testing::metric(task, batch, bits) - baseline.metric) < 0.04);
  }
}

BOOST_AUTO_TEST_CASE(parity_refuses_settings_that_do_not_fit) {
  const auto kind = ErrorKind::config;
  BOOST_CHECK_EXCEPTION(parity([](Parity& p) { p.shortest = 21; }), Error,
                        says(kind, {"task parity, shortest", "at most 20", "got 21"}));
  BOOST_CHECK_EXCEPTION(parity([](Parity& p) {
                          p.shortest = 5;
                          p.test_length = 4;
                        }),
                        Error, says(kind, {"task parity, test_shortest", "at most 4", "got 5"}));
  BOOST_CHECK_EXCEPTION(parity([](Parity& p) { p.answer = "first"; }), Error,
                        says(kind, {"answer", "first", "last, all"}));
  BOOST_CHECK_EXCEPTION(parity([](Parity& p) { p.shortest = 0; }), Error,
                        says(kind, {"shortest", "at least 1"}));
}

BOOST_AUTO_TEST_SUITE_END()
