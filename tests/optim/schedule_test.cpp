#include <autograd/support/error.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <optim/builtin.hpp>

using namespace carousel;
using namespace carousel::optim;

namespace {

bool near(double a, double b) { return std::abs(a - b) < 1e-15; }

}  // namespace

BOOST_AUTO_TEST_SUITE(optim)

BOOST_AUTO_TEST_CASE(schedule_constant) {
  Constant schedule;
  for (const Index step : {0, 1, 99, 1000}) BOOST_TEST(schedule.factor(step, 100) == 1.0);
}

BOOST_AUTO_TEST_CASE(schedule_step) {
  StepDecay schedule;
  schedule.every = 10;
  schedule.gamma = 0.5;
  BOOST_TEST(schedule.factor(0, 100) == 1.0);
  BOOST_TEST(schedule.factor(9, 100) == 1.0);
  BOOST_TEST(schedule.factor(10, 100) == 0.5);
  BOOST_TEST(schedule.factor(19, 100) == 0.5);
  BOOST_TEST(schedule.factor(35, 100) == 0.125);
  schedule.every = 0;
  BOOST_CHECK_THROW(schedule.factor(1, 100), Error);
}

BOOST_AUTO_TEST_CASE(schedule_cosine) {
  Cosine schedule;
  schedule.final_factor = 0.2;
  BOOST_TEST(schedule.factor(0, 90) == 1.0);
  BOOST_TEST(near(schedule.factor(30, 90), 0.2 + 0.8 * 0.75));  // cos 60° = 1/2
  BOOST_TEST(near(schedule.factor(45, 90), 0.6));
  BOOST_TEST(near(schedule.factor(60, 90), 0.2 + 0.8 * 0.25));
  BOOST_TEST(schedule.factor(90, 90) == 0.2);
  BOOST_TEST(schedule.factor(500, 90) == 0.2);
  schedule.final_factor = 0;
  BOOST_TEST(schedule.factor(89, 90) > 0.0);
}

BOOST_AUTO_TEST_CASE(schedule_warmup_comes_before_each_shape) {
  const Table<Schedule> table = schedules();
  for (const auto& entry : table.entries()) {
    const std::unique_ptr<Schedule> schedule = entry.make();
    schedule->warmup = 4;
    BOOST_TEST(near(schedule->factor(0, 104), 0.2), entry.name);
    BOOST_TEST(near(schedule->factor(1, 104), 0.4), entry.name);
    BOOST_TEST(near(schedule->factor(3, 104), 0.8), entry.name);
    BOOST_TEST(schedule->factor(4, 104) == 1.0, entry.name);
  }
  Cosine cosine;
  cosine.warmup = 10;
  BOOST_TEST(near(cosine.factor(60, 110), 0.5));  // half-way through the hundred steps after it
  BOOST_TEST(cosine.factor(110, 110) == 0.0);
  StepDecay step;
  step.warmup = 10;
  step.every = 5;
  BOOST_TEST(step.factor(14, 100) == 1.0);
  BOOST_TEST(near(step.factor(15, 100), 0.1));
}

BOOST_AUTO_TEST_CASE(schedule_warmup_of_the_whole_training) {
  Cosine cosine;
  cosine.warmup = 20;
  BOOST_TEST(near(cosine.factor(9, 10), 10.0 / 21));
  BOOST_TEST(cosine.factor(20, 20) == 0.0);
}

BOOST_AUTO_TEST_CASE(builtin_schedules) {
  BOOST_TEST(schedules().names() == (Words{"constant", "step", "cosine"}),
             boost::test_tools::per_element());
  const Table<Schedule> table = schedules();
  for (const auto& entry : table.entries()) {
    const std::unique_ptr<Schedule> schedule = entry.make();
    const std::vector<SettingDoc> docs = document(*schedule);
    BOOST_TEST(docs[0].key == "warmup");
    BOOST_TEST(docs.size() == (entry.name == "constant" ? 1u : entry.name == "step" ? 3u : 2u));
  }
}

BOOST_AUTO_TEST_SUITE_END()
