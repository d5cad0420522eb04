#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/report/document.hpp>
#include <experiments/runner/files.hpp>
#include <experiments/runner/summary.hpp>

#include "run_fixture.hpp"

using namespace carousel;
using test::Scratch;
using test::Setup;

namespace {

/// An experiment of two cells and two seeds, run without processes.
struct Ran {
  Ran() {
    Setup setup(
        "question: Who?\ntask: {name: adding, length: 700, evaluation_sequences: 8}\n"
        "cells: [vanilla, gru]\nhidden_size: 4\nseeds: [1, 2]\nclip: {norm: 1}\n"
        "train: {steps: 4, batch_size: 2, evaluate_every: 2, log_every: 1}\n"
        "probes: {gradient_flow_every: 2}\n");
    std::vector<RunResult> results;
    const std::vector<Index> seeds = setup.config.seeds;
    write_file(directory / "resolved.yaml", resolved_yaml(setup.config));
    const Summary summary(setup.registry, setup.config, *setup.task);
    for (std::size_t cell = 0; cell < 2; ++cell) {
      for (const Index seed : seeds) {
        setup.config.seeds = {seed};
        const std::string& label = setup.config.cells[cell].label;
        results.push_back(setup.train(directory / (label + "/seed" + std::to_string(seed)), cell));
      }
    }
    summary.write(directory.path(), results);
  }
  Scratch directory;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(report_reads_back_what_runs_have_written) {
  const Ran ran;
  const report::Results results = report::read_results(ran.directory.path());
  BOOST_TEST(!results.locked);
  BOOST_TEST_REQUIRE(results.runs.size() == 4U);
  for (const report::RunLog& run : results.runs) {
    BOOST_TEST(run.begun);
    BOOST_TEST(run.step == 4);
    BOOST_TEST(run.loss.size() == 4U);
    BOOST_TEST(run.gradient_norm.size() == 4U);
    BOOST_TEST(run.validation.size() == 2U);
    BOOST_TEST(run.validation.back().first == 4);
    BOOST_TEST_REQUIRE(run.flow.size() == 1U);
    BOOST_TEST_REQUIRE(run.flow[0].probes.size() == 2U);
    BOOST_TEST(run.flow[0].probes[1].first == 2);
    BOOST_TEST(run.flow[0].probes[0].second.size() == 701U);
    BOOST_TEST(report::state_of(run, false) == "done");
  }
}

BOOST_AUTO_TEST_CASE(report_compares_medians_over_the_seeds) {
  const Ran ran;
  const report::Results results = report::read_results(ran.directory.path());
  const auto comparisons = report::compare({results});
  BOOST_TEST_REQUIRE(comparisons.size() == 1U);
  const report::Comparison& all = comparisons[0];
  BOOST_TEST(all.question == "Who?");
  BOOST_TEST_REQUIRE(all.cells.size() == 2U);
  const report::Competitor& gru = all.cells[1];
  BOOST_TEST(gru.label == "gru");
  BOOST_TEST(gru.test->count == 2U);
  BOOST_TEST(gru.test->median == (results.runs[2].result["final_metric"].get<double>() +
                                  results.runs[3].result["final_metric"].get<double>()) /
                                     2);
  const report::FlowProbe& probe = gru.flow[0].probes[1];
  BOOST_TEST(probe.seeds.size() == 2U);
  // Norms differ by factors: of two, the geometric mean.
  const double product = probe.seeds[0][5] * probe.seeds[1][5];
  BOOST_TEST(std::abs(probe.median[5] * probe.median[5] - product) <= 1e-12 * product);
  BOOST_TEST(gru.parameter_norms.size() == 6U);
  BOOST_TEST(gru.parameter_norms[0].norms.size() == 2U);
}

BOOST_AUTO_TEST_CASE(report_document_has_all_that_the_page_reads) {
  const Ran ran;
  const auto document = report::document({report::read_results(ran.directory.path())});
  BOOST_TEST(document["runs"] == 4);
  BOOST_TEST(document["ended"] == 4);
  BOOST_TEST(document["running"] == false);
  const auto& group = document["groups"][0];
  BOOST_TEST(!group["answer"].get<std::string>().empty());
  const auto& probe = group["cells"][0]["flow"][0]["probes"][0];
  // 701 norms are more than a screen shows.
  BOOST_TEST(probe["median"].size() == probe["t"].size());
  BOOST_TEST(probe["t"].size() == 400U);
  BOOST_TEST(probe["t"].front() == 0);
  BOOST_TEST(probe["t"].back() == 700);
  BOOST_TEST(probe["seeds"][1].size() == 400U);
  BOOST_TEST(document["experiments"][0]["resolved"].get<std::string>().find("Who?") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(report_thins_all_seeds_at_the_same_steps) {
  const Ran ran;
  report::Results results = report::read_results(ran.directory.path());
  for (std::size_t i = 0; i < results.runs.size(); ++i) {
    results.runs[i].validation.clear();
    for (Index k = 1; k <= 500 + 400 * static_cast<Index>(i); ++k) {
      results.runs[i].validation.emplace_back(10 * k, 0.5);
    }
  }
  const auto document = report::document({results});
  for (const auto& cell : document["groups"][0]["cells"]) {
    for (const auto& run : cell["runs"]) {
      const auto& points = run["validation"];
      BOOST_TEST(points.size() <= 601U);
      BOOST_TEST(points.size() > 100U);
      for (std::size_t k = 0; k + 1 < points.size(); ++k) {
        BOOST_TEST(points[k][0] == 10 + 30 * static_cast<Index>(k));  // every third of 1700
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(report_of_several_results_tells_their_cells_apart) {
  const Ran ran;
  const std::filesystem::path copies[] = {ran.directory / "a/same", ran.directory / "b/same"};
  std::vector<report::Results> all;
  for (const auto& copy : copies) {
    std::filesystem::create_directories(copy);
    for (const char* name : {"resolved.yaml", "summary.json"}) {
      std::filesystem::copy(ran.directory / name, copy / name);
    }
    all.push_back(report::read_results(copy));
  }
  auto comparisons = report::compare(all);
  BOOST_TEST_REQUIRE(comparisons.size() == 1U);
  BOOST_TEST_REQUIRE(comparisons[0].cells.size() == 4U);
  BOOST_TEST(comparisons[0].cells[0].label == "a/same/vanilla");
  BOOST_TEST(comparisons[0].cells[3].label == "b/same/gru");
  all[1].summary["task_settings"] = "name: adding\nlength: 7\n";  // another problem
  BOOST_TEST(report::compare(all).size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
