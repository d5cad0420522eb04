#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/report/answer.hpp>

using namespace carousel;
using namespace carousel::report;

namespace {

/// A cell with a run for each test metric; solved_at 0 stands for not solved.
Competitor cell(const std::string& label, const std::vector<double>& test,
                const std::vector<double>& solved = {}) {
  Competitor result;
  result.label = label;
  result.test = spread(test);
  result.solved = spread(solved);
  result.steps = Spread{3000, 3000, 3000, test.size()};
  result.planned_steps = 5000;
  for (std::size_t i = 0; i < test.size(); ++i) {
    RunLog run;
    run.label = label;
    run.seed = static_cast<Index>(i) + 1;
    run.result = {{"final_metric", test[i]}};
    result.runs.push_back(run);
  }
  return result;
}

Comparison comparison(std::vector<Competitor> cells, bool accuracy = false) {
  Comparison c;
  c.metric.name = accuracy ? "accuracy" : "mse";
  c.metric.higher_is_better = accuracy;
  c.metric.chance = accuracy ? 0.1 : 1.0 / 6;
  c.cells = std::move(cells);
  return c;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(answer_names_who_solved_it_when_and_who_did_not) {
  Comparison c =
      comparison({cell("vanilla", {0.1654, 0.1655}), cell("lstm", {0.003, 0.004}, {2500, 2250}),
                  cell("gru", {0.003, 0.02}, {1250})});
  c.metric.solved_at = 0.005;
  BOOST_TEST(
      answer(c) ==
      "lstm at step 2375 and gru (1 of 2 seeds) at step 1250 solved it (validation mse "
      "below 0.005; medians over the seeds that did); not solved: test mse of vanilla 0.1654 "
      "(hardly better than chance); chance is 0.1667.");
  c.cells.resize(1);
  BOOST_TEST(answer(c) ==
             "No cell solved it in 3000 steps (validation mse below 0.005): test mse of vanilla "
             "0.1654 (hardly better than chance); chance is 0.1667.");
}

BOOST_AUTO_TEST_CASE(answer_ranks_where_nothing_counts_as_solved) {
  Comparison c = comparison(
      {cell("feedforward", {0.45}), cell("gru", {0.8972}), cell("lstm", {0.8921})}, true);
  BOOST_TEST(answer(c) ==
             "gru has the best test accuracy 0.8972, before lstm 0.8921 and feedforward 0.4500; "
             "chance is 0.1000.");
  c.metric.baselines = {{"last day only", 0.625}};
  BOOST_TEST(answer(c).find("; chance is 0.1000, last day only 0.6250.") != std::string::npos);
  c = comparison({cell("a", {0.1}), cell("b", {0.09})}, true);
  BOOST_TEST(answer(c).rfind(
                 "No cell is clearly better than chance: test accuracy of a 0.1000 and b ", 0) ==
             0);
}

BOOST_AUTO_TEST_CASE(answer_tells_of_runs_that_went_wrong) {
  Competitor wild = cell("wild", {0.1, 0.1});
  wild.test.reset();
  wild.runs[0].result = {{"diverged_at", 7}};
  wild.runs[1].result = {{"failed", "no memory"}};
  const std::string text = answer(comparison({cell("tame", {0.01}), wild}));
  BOOST_TEST(text ==
             "tame has the best test mse 0.0100; chance is 0.1667; wild (1 of 2 seeds) "
             "diverged; wild (1 of 2 seeds) failed.");
}

BOOST_AUTO_TEST_CASE(answer_tells_how_large_a_gradient_became) {
  Comparison c = comparison({cell("clipped", {0.01}), cell("unclipped", {0.2})});
  c.cells[0].runs[0].gradient_norm = {{1, 9000}, {2, 3}};
  c.cells[1].runs[0].gradient_norm = {{1, 9000}, {2, 2.5e13}, {3, std::nan("")}};
  BOOST_TEST(
      answer(c) ==
      "clipped has the best test mse 0.0100, before unclipped 0.2000 (no better than chance); "
      "chance is 0.1667; the gradient norm reached 2.5e+13 in unclipped.");
}

BOOST_AUTO_TEST_CASE(answer_of_what_has_not_ended_says_so) {
  Competitor waiting;
  waiting.label = "lstm";
  waiting.runs.resize(1);
  waiting.planned_steps = 100;
  waiting.locked = true;
  BOOST_TEST(answer(comparison({waiting})) == "No run has ended yet.");
  BOOST_TEST(answer(comparison({cell("gru", {0.01}), waiting})) ==
             "So far, with 1 of 2 runs ended: gru has the best test mse 0.0100; chance is 0.1667.");
  waiting.locked = false;
  BOOST_TEST(answer(comparison({waiting})) == "lstm was stopped.");
  waiting.runs[0].result = {{"failed", "killed"}};
  BOOST_TEST(answer(comparison({waiting})) == "lstm failed.");
}

BOOST_AUTO_TEST_CASE(answer_forgets_no_cell_where_thresholds_differ) {
  // Of two experiments with two thresholds there is none, but cells that have solved theirs.
  const std::string text = answer(comparison({cell("a", {0.01}, {100}), cell("b", {0.02})}));
  BOOST_TEST(text == "a has the best test mse 0.0100, before b 0.0200; chance is 0.1667.");
}

BOOST_AUTO_TEST_CASE(answer_measures_the_gradient_by_its_best_way_back) {
  Competitor lstm = cell("lstm", {0.1});
  FlowProbe fast{0, {}, {}, {}}, slow{0, {}, {}, {}};
  fast.decay.per_step = 0.5;
  slow.decay.per_step = 0.75;
  lstm.flow = {{"h", {fast}}, {"c", {slow}}};
  Comparison c = comparison({lstm});
  c.cells[0].planned_steps = 1;  // nothing was trained, so no metric is spoken of
  BOOST_TEST(answer(c) ==
             "At the initial parameters, each step back in time multiplies the gradient by 0.750 "
             "in lstm.");
  c.asked_at_end = false;  // then the course of the gradient is no such factor
  BOOST_TEST(answer(c).empty());
}

BOOST_AUTO_TEST_SUITE_END()
