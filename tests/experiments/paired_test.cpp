#include <boost/test/unit_test.hpp>
#include <experiments/runner/match_parameters.hpp>
#include <experiments/runner/paired.hpp>
#include <tests/experiments/run_fixture.hpp>
#include <tests/support/expect_error.hpp>

// A fair comparison: equal numbers of parameters, runs paired by their seeds.

using namespace carousel;
using namespace carousel::test;
using namespace carousel::testing;

BOOST_AUTO_TEST_SUITE(experiments)

// Sums of binomial coefficients over 2^n.
BOOST_AUTO_TEST_CASE(paired_sign_test_is_binomial) {
  BOOST_TEST(sign_test(0, 0) == 1.0);
  BOOST_TEST(sign_test(3, 3) == 0.25);
  BOOST_TEST(sign_test(2, 3) == 1.0);
  BOOST_TEST(sign_test(0, 5) == 2.0 / 32);
  BOOST_TEST(std::abs(sign_test(9, 10) - 2 * 11.0 / 1024) < 1e-15);
  BOOST_TEST(std::abs(sign_test(2, 12) - 2 * (1 + 12 + 66) / 4096.0) < 1e-15);
}

BOOST_AUTO_TEST_CASE(paired_runs_are_those_of_one_seed) {
  const MetricsBySeed metrics{{"a", {{1, 0.3}, {2, 0.2}, {3, 0.5}}},
                              {"b", {{1, 0.4}, {2, 0.1}, {4, 0.9}}},
                              {"c", {{3, 0.5}}}};
  const auto low = paired(metrics, /*higher_is_better=*/false);
  BOOST_TEST(low.size() == 2U);  // b and c share no seed
  BOOST_TEST((low[0].a == "a" && low[0].b == "b" && low[0].a_better == 1 && low[0].b_better == 1));
  BOOST_TEST((low[1].ties == 1 && low[1].p == 1.0));
  const auto text =
      paired_text({{"a", {{1, 0.3}, {2, 0.2}, {3, 0.5}}}, {"b", {{1, 0.4}, {2, 0.6}, {3, 0.9}}}},
                  /*higher_is_better=*/true);
  BOOST_TEST_REQUIRE(text.size() == 1U);
  BOOST_TEST(text[0] == "b better than a in 3 of 3 seeds (sign test p = 0.25)");
}

BOOST_AUTO_TEST_CASE(match_parameters_finds_sizes) {
  Setup setup(
      "task: {name: adding, length: 8}\nmatch_parameters: lstm-32\n"
      "cells: [vanilla, lstm, {name: gru, modifiers: {layers: 2}}, min_gru, slstm, lstm_1997]\n"
      "train: {steps: 1}\n");
  const auto lines = match_parameters(setup.registry, setup.config, *setup.task);
  BOOST_TEST_REQUIRE(lines.size() == 7U);
  BOOST_TEST(lines[0] == "match_parameters: lstm-32 has 4641 parameters");
  for (const CellEntry& entry : setup.config.cells) {
    const auto parameters = [&](Index size) {
      CellEntry sized = entry;
      sized.hidden_size = size;
      try {
        return count(Model(setup.registry, sized, *setup.task, DType::float32).params());
      } catch (const Error&) {
        return Index{1} << 40;  // it has no such size
      }
    };
    const auto off = [&](Index size) { return std::abs(parameters(size) - 4641); };
    BOOST_TEST(off(entry.hidden_size) < 464);
    for (Index other = 1; other < 2 * entry.hidden_size; ++other) {  // none is nearer
      BOOST_TEST(off(other) >= off(entry.hidden_size), entry.label << " " << other);
    }
  }
  BOOST_TEST(setup.config.cells[1].hidden_size == 32);
}

BOOST_AUTO_TEST_CASE(match_parameters_refuses) {
  const auto refused = [](const std::string& reference, const std::string& more = "") {
    return refusal([&] {
      Setup setup("task: {name: adding, length: 8}\nmatch_parameters: " + reference +
                  "\ncells: [gru]\ntrain: {steps: 1}\n" + more);
      match_parameters(setup.registry, setup.config, *setup.task);
    });
  };
  BOOST_TEST(refused("lstm").find("a cell and a size, such as lstm-64") != std::string::npos);
  BOOST_TEST(refused("lsmt-32").find("'lstm'") != std::string::npos);
  BOOST_TEST(refused("lstm-0").find("such as lstm-64") != std::string::npos);
  BOOST_TEST(refused("lstm-32", "hidden_size: 3\n").find("beside match_parameters") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
