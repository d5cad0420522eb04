#include <boost/test/unit_test.hpp>
#include <experiments/runner/description.hpp>
#include <experiments/tasks/task.hpp>
#include <sstream>
#include <tests/support/expect_error.hpp>

using namespace carousel;

namespace {

std::string described(const std::string& name) {
  return description(builtin(), {name, {2, 64}}, 80);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(description_of_every_cell_and_task_has_its_source) {
  const Registry registry = builtin();
  const auto check = [](const auto& table) {
    for (const auto& entry : table.entries()) {
      BOOST_TEST(!entry.about.empty(), entry.name << " has no `about`");
      BOOST_TEST(entry.about.find('\n') != 0U);
      std::istringstream lines(entry.about);
      for (std::string line; std::getline(lines, line);) {
        // Two columns are for the indentation, and a sign of the equations takes up to three bytes.
        BOOST_TEST(line.size() <= 96U, entry.name << ": " << line);
      }
    }
  };
  check(registry.cells);
  check(registry.tasks);
}

BOOST_AUTO_TEST_CASE(description_of_a_cell_counts_its_parameters) {
  const std::string text = described("lstm");
  for (const char* part : {"lstm (cell): ", "state h [batch, 64]", "state c [batch, 64]",
                           "weight_hh  [256, 64]", "17408 in all", "forget_bias = null"}) {
    BOOST_TEST(text.find(part) != std::string::npos, part);
  }
  BOOST_TEST(described("feedforward").find("no state") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(description_covers_every_kind) {
  for (const char* name : {"adding", "adam", "cosine", "orthogonal", "tanh", "train"}) {
    BOOST_TEST(described(name).rfind(std::string(name) + " (", 0) == 0U, name);
  }
}

BOOST_AUTO_TEST_CASE(description_of_an_unknown_name_is_refused_with_the_nearest) {
  BOOST_CHECK_EXCEPTION(described("gruu"), Error,
                        testing::says(ErrorKind::config, {"component 'gruu'", "mean 'gru'"}));
}

BOOST_AUTO_TEST_SUITE_END()
