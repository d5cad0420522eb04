#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/runner/files.hpp>
#include <experiments/runner/messages.hpp>
#include <experiments/runner/progress_view.hpp>
#include <experiments/runner/results.hpp>
#include <experiments/runner/results_directory.hpp>
#include <experiments/runner/summary.hpp>
#include <nlohmann/json.hpp>

#include <tests/support/expect_error.hpp>
#include "run_fixture.hpp"

using namespace carousel;
using test::Scratch;

namespace {

RunResult finished(const std::string& label, Index seed, double metric) {
  RunResult run;
  run.label = label;
  run.metric = "mse";
  run.seed = seed;
  run.parameters = 50;
  run.steps = 10;
  run.final_metric = metric;
  run.chance = 0.5;
  return run;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(missing_numbers_are_a_dash) {
  RunResult run = finished("gru", 1, 0);
  run.final_metric.reset();
  BOOST_TEST(has(result_line(run, 0), "mse - (chance 0.5000)"));
  run.diverged_at = 7;
  run.diverged_because = "at training step 7, the test mse is not finite";
  BOOST_TEST(has(result_line(run, 0), "diverged at training step 7"));
  const std::string table = results_table({run});
  BOOST_TEST(has(table, "- (diverged)"), table);
  BOOST_TEST(!has(table, "0.0000"), table);
}

BOOST_AUTO_TEST_CASE(table_counts_runs_without_an_end) {
  RunResult failed = finished("gru", 3, 0), waiting = failed;
  failed.final_metric.reset();
  failed.failed = "killed by signal 9";
  waiting.final_metric.reset();
  waiting.interrupted = true;
  waiting.started = false;
  waiting.steps = 0;
  const std::string table =
      results_table({finished("gru", 1, 0.25), finished("gru", 2, 0.75), failed, waiting});
  BOOST_TEST(has(table, "mse (test), median (range)"), table);
  BOOST_TEST(has(table, "0.5000 (0.2500 to 0.7500), 1 of 4 failed, 1 of 4 not started"), table);
  BOOST_TEST(!has(table, "solved"), table);
  RunResult solved = finished("lstm", 1, 0.1);
  solved.solved_at = 30;
  BOOST_TEST(has(results_table({solved}), "solved at step"));
  BOOST_TEST(has(result_line(failed, 0), "gru seed 3  failed"));
  BOOST_TEST(has(result_line(waiting, 0), "gru seed 3  not started"));
}

BOOST_AUTO_TEST_CASE(interrupted_line_shows_the_best_validation) {
  RunResult run = finished("gru", 1, 0);
  run.final_metric.reset();
  run.interrupted = true;
  BOOST_TEST(result_line(run, 0) == "gru seed 1  interrupted after 10 steps");
  run.best_metric = 0.125;
  BOOST_TEST(has(result_line(run, 0), "after 10 steps, best validation mse 0.1250"));
}

BOOST_AUTO_TEST_CASE(failed_runs_have_nulls_in_the_summary) {
  RunResult run = finished("gru", 1, 0);
  run.final_metric.reset();
  run.failed = "cannot write \xff.jsonl";  // no UTF-8
  const Scratch scratch;
  const test::Setup setup(test::small_adding());
  Summary(setup.registry, setup.config, *setup.task).write(scratch.path(), {run});
  const auto json = nlohmann::json::parse(test::content(scratch / "summary.json"))["runs"][0];
  BOOST_TEST(has(json["failed"].get<std::string>(), "cannot write"));
  for (const char* key : {"parameters", "steps", "final_metric", "best_metric", "seconds"}) {
    BOOST_TEST(json[key].is_null(), key);
  }
  BOOST_TEST(has(to_line(RunFailure{"\xff\xfe", 2}), "failure"));
}

BOOST_AUTO_TEST_CASE(progress_lines_fit_the_terminal) {
  Progress progress;
  progress.step = 1200;
  progress.steps = 3000;
  progress.loss = 0.1623;
  progress.gradient_norm = 0.32;
  progress.sequences_per_second = 5857;
  progress.metric = 0.0123;
  progress.seconds_left = 42;
  const auto line = [&progress](const std::string& name, std::size_t columns) {
    return progress_line(name, progress, "mse", 1.0 / 6, columns);
  };
  BOOST_TEST(line("lstm seed 1", 200) ==
             "lstm seed 1  1200/3000  loss 0.1623  mse 0.0123 (chance 0.1667)  |g| 3.2e-01  "
             "5857/s  0:42");
  BOOST_TEST(line("lstm_peep0 seed 1", 79) ==
             "lstm_peep0 seed 1  1200/3000  loss 0.1623  mse 0.0123 (chance 0.1667)  0:42");
  BOOST_TEST(line("lstm_peep0 seed 1", 50) == "lstm_peep0 seed 1  1200/3000  loss 0.1623  0:42");
  BOOST_TEST(line("lstm_peep0 seed 1", 10) == "lstm_peep0 seed 1  1200/3000  0:42");
  progress.loss = 1e30;
  BOOST_TEST(has(line("lstm", 79), "loss 1.00e+30"));
}

BOOST_AUTO_TEST_CASE(results_directories_are_locked) {
  const Scratch scratch;
  const std::string wanted = (scratch / "results").string();
  {
    const ResultsDirectory first = results_directory(wanted, "x", false);
    for (const bool force : {false, true}) {
      BOOST_CHECK_EXCEPTION(
          results_directory(wanted, "x", force), Error,
          testing::says(ErrorKind::io, {wanted, "another carousel is writing there"}));
    }
  }
  BOOST_TEST((results_directory(wanted, "x", false).path() == wanted));
}

BOOST_AUTO_TEST_SUITE_END()
