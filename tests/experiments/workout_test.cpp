#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/tasks/workout.hpp>
#include <map>
#include <set>
#include <tests/experiments/batches.hpp>
#include <tests/support/expect_error.hpp>

using namespace carousel;
using tasks::Batch;
using tasks::Workout;
using testing::metric_of_answers;
using testing::says;
using testing::scored;
using testing::symbol;
using Split = tasks::Task::Split;

namespace {

Index target(const Batch& batch, Index t, Index b) {
  return static_cast<Index>(testing::target(batch, t, b));
}

Workout workout(const std::string& plan, double missed, Index days = 28, Index sequences = 300) {
  Workout task;
  if (!plan.empty()) task.plan = plan;
  task.missed = missed;
  task.days = days;
  task.evaluation_sequences = sequences;
  task.load(DType::float64);
  return task;
}

/// All that today may be, by trying every phase of the plan against every day seen until day t.
std::set<Index> possible_today(const Workout& task, const Batch& batch, Index t, Index b) {
  const auto& week = task.week();
  const auto period = static_cast<Index>(week.size());
  const auto on = [&](Index day) { return week[static_cast<std::size_t>(day % period)]; };
  std::set<Index> possible;
  for (Index first = 0; first < period; ++first) {
    bool consistent = true;
    for (Index day = 0; day <= t; ++day) {
      const Index seen = symbol(batch, day, b);
      const bool missed = seen == task.output_size();
      consistent = consistent && (missed || seen == on(first + day + period - 1));
    }
    if (consistent) possible.insert(on(first + t));
  }
  return possible;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(workout_follows_the_calendar_whatever_was_missed) {
  const Workout task = workout("", 0.5);
  const Batch batch = task.training(1, 0, 60);
  const auto& week = task.week();
  std::set<Index> starts;
  for (Index b = 0; b < 60; ++b) {
    std::set<Index> matching;
    for (Index first = 0; first < 7; ++first) {
      bool all = true;
      for (Index t = 0; t < 28; ++t) {
        all = all && target(batch, t, b) == week[static_cast<std::size_t>((first + t) % 7)];
      }
      if (all) matching.insert(first);
    }
    BOOST_TEST(matching.size() == 1U);
    starts.insert(*matching.begin());
  }
  BOOST_TEST(starts.size() == 7U);
}

BOOST_AUTO_TEST_CASE(workout_shows_what_was_done_on_the_day_before_or_that_it_was_missed) {
  const double probability = 0.25;
  const Index size = 200, days = 28;
  const Workout task = workout("", probability);
  const Batch batch = task.training(1, 0, size);
  int missed = 0;
  for (Index b = 0; b < size; ++b) {
    for (Index t = 0; t < days; ++t) {
      const Index seen = symbol(batch, t, b);
      if (seen == task.output_size()) ++missed;
      if (t > 0 && seen != task.output_size()) BOOST_TEST(seen == target(batch, t - 1, b));
    }
  }
  // 5600 days; the standard deviation of the share is 0.0058.
  BOOST_TEST(std::abs(missed / 5600.0 - probability) < 0.03);
}

BOOST_AUTO_TEST_CASE(workout_scores_exactly_the_days_that_can_be_known) {
  for (const std::string plan : {"", "a b a b", "a a b", "run rest", "a b c a b d a"}) {
    const Workout task = workout(plan, 0.4, 20);
    const Batch batch = task.training(1, 0, 60);
    int known = 0;
    for (Index b = 0; b < 60; ++b) {
      for (Index t = 0; t < 20; ++t) {
        const auto possible = possible_today(task, batch, t, b);
        BOOST_TEST(scored(batch, t, b) == (possible.size() == 1));
        BOOST_TEST(possible.count(target(batch, t, b)) == 1U);
        known += possible.size() == 1 ? 1 : 0;
      }
    }
    BOOST_TEST((known > 0 && known < 1200));
  }
}

BOOST_AUTO_TEST_CASE(workout_perfect_memory_is_always_right) {
  const Workout task = workout("", 0.25);
  const Batch batch = task.evaluation(Split::test, 0, 300);
  BOOST_TEST(metric_of_answers(task, batch, [&](Index t, Index b) {
               return *possible_today(task, batch, t, b).begin();
             }) == 1);
}

BOOST_AUTO_TEST_CASE(workout_baseline_is_the_best_answer_to_the_last_day) {
  const Workout task = workout("", 0.25);
  const Batch batch = task.evaluation(Split::test, 0, 300);
  std::map<Index, std::map<Index, int>> seen;
  for (Index t = 0; t < 28; ++t) {
    for (Index b = 0; b < 300; ++b) {
      if (scored(batch, t, b)) ++seen[symbol(batch, t, b)][target(batch, t, b)];
    }
  }
  const auto best_after = [&](Index t, Index b) {
    const auto& row = seen[symbol(batch, t, b)];
    return std::max_element(row.begin(), row.end(),
                            [](const auto& x, const auto& y) { return x.second < y.second; })
        ->first;
  };
  const auto baseline = task.baselines().at(0);
  BOOST_TEST(baseline.name == "last day only");
  BOOST_TEST(std::abs(baseline.metric - metric_of_answers(task, batch, best_after)) < 1e-12);
  // After a rest, two entries may follow, and after a missed day all six: well below 1.
  BOOST_TEST((baseline.metric > task.chance() && baseline.metric < 0.8));
  BOOST_TEST(workout("swim run rest", 0).baselines().at(0).metric == 1);
}

BOOST_AUTO_TEST_CASE(workout_chance_is_the_best_constant_answer) {
  const Workout task = workout("", 0.25);
  const Batch batch = task.evaluation(Split::test, 0, 300);
  double best = 0;
  for (Index answer = 0; answer < task.output_size(); ++answer) {
    best = std::max(best, metric_of_answers(task, batch, [&](Index, Index) { return answer; }));
  }
  BOOST_TEST(std::abs(task.chance() - best) < 1e-12);
  BOOST_TEST(task.chance_is() == "always rest");
}

BOOST_AUTO_TEST_CASE(workout_entries_are_the_different_words_of_the_plan) {
  const Workout task = workout("  swim rest   run rest ", 0);
  BOOST_TEST(join(task.entries()) == "swim, rest, run");
  BOOST_TEST((task.week() == std::vector<Index>{0, 1, 2, 1}));
  BOOST_TEST(task.input_size() == 4);
  BOOST_TEST(task.output_size() == 3);
  BOOST_TEST(std::string(task.objective().metric()) == "accuracy");
}

BOOST_AUTO_TEST_CASE(workout_refuses_plans_without_a_question) {
  for (const char* plan : {" ", "rest", "rest rest rest"}) {
    BOOST_CHECK_EXCEPTION(workout(plan, 0), Error,
                          says(ErrorKind::config, {"task workout, plan", "two different entries"}));
  }
  BOOST_CHECK_EXCEPTION(workout("", 1), Error, says(ErrorKind::config, {"missed", "got 1"}));
  BOOST_CHECK_EXCEPTION(workout("", 0.2, 0), Error, says(ErrorKind::config, {"days", "got 0"}));
  BOOST_CHECK_EXCEPTION(workout("", 0.999, 1, 1), Error,
                        says(ErrorKind::config, {"task workout", "none", "more days"}));
}

BOOST_AUTO_TEST_SUITE_END()
