#include <experiments/runner/no_effect.hpp>
#include <fstream>
#include <map>
#include <sstream>
#include <tests/experiments/problem.hpp>
#include <tests/support/tensors.hpp>

// What a configuration can ask of the training of a cell, with every cell: it changes what it is
// for, or it is refused, or the program says that it does nothing. The table stands in
// cells/README.md.

using namespace carousel;
using namespace carousel::test;
using namespace carousel::testing;

namespace {

using Numbers = std::vector<Tensor>;

Numbers start(Problem& problem) {
  Numbers values;
  for (const Param& param : problem.model.params()) values.push_back(param.value());
  return values;
}

Numbers gradient(Problem& problem, const cells::Memory& memory = {}) {
  GradientStep step(problem.model, 1, memory);
  step.truncate(problem.setup.config.train.truncation());
  step.run(problem.batch, {}, false);
  return step.gradients();
}

/// That of the second of two windows that go on.
Numbers second_gradient(Problem& problem) {
  GradientStep step(problem.model, 1);
  for (const Index begin : {Index{0}, time_steps / 2}) {
    tasks::Batch window = window_of(problem.batch, begin, begin + time_steps / 2);
    window.weight.fill(1);
    step.run(window, {}, false);
  }
  return step.gradients();
}

struct Option {
  std::string name, entry, without,
      train;  ///< what stands in a cell's entry with it and without it
  std::function<Numbers(Problem&)> of;
};

std::vector<Option> all_options() {
  const auto of_weights = [](const char* init) {
    return Option{std::string("init ") + init, std::string("init: {recurrent: ") + init + "}", "",
                  "", start};
  };
  const auto of_gradient = [](Problem& problem) { return gradient(problem); };
  return {
      {"stateful", "modifiers: {stateful: true}", "modifiers: {stateful: false}", "",
       second_gradient},
      {"bptt_window", "", "", ", bptt_window: 2", of_gradient},
      {"l1", "regularizer: {l1: 0.1}", "", "", of_gradient},
      {"l2", "regularizer: {l2: 0.1}", "", "", of_gradient},
      {"orthogonal", "regularizer: {orthogonal: 0.1}", "", "", of_gradient},
      of_weights("orthogonal"),
      of_weights("identity"),
      of_weights("scaled"),
      of_weights("xavier"),
      of_weights("normal"),
  };
}

bool all_identical(const Numbers& a, const Numbers& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!identical(a[i], b[i])) return false;
  }
  return a.size() == b.size();
}

/// But for the order of sums.
bool same(const Numbers& a, const Numbers& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].shape() != b[i].shape() || distance(a[i], b[i]) > 1e-12) return false;
  }
  return a.size() == b.size();
}

std::string entry_of(const std::string& cell, const std::string& more) {
  return "{name: " + cell + (more.empty() ? "" : ", ") + more + "}";
}

/// What the table says: +, refused, or that it does nothing, as the program says.
std::string check(const std::string& cell, const Option& option) {
  const std::string what = cell + " with " + option.name;
  Problem without(entry_of(cell, option.without));
  try {
    Problem with(entry_of(cell, option.entry), option.train);
    if (!same(option.of(with), option.of(without))) return "+";
    const auto lines = without_effect(with.setup.registry, with.setup.config, *with.setup.task);
    if (!lines.empty()) {
      BOOST_TEST(lines.front().find(cell) != std::string::npos, lines.front());
      return "nothing, said";
    }
    // It begins where these would bring it.
    BOOST_TEST(cell == "irnn", what << " does nothing");
    BOOST_TEST((option.name == "init identity" || option.name == "orthogonal"), what);
    return "its own";
  } catch (const Error& error) {
    BOOST_TEST((error.kind() == ErrorKind::config), what << ": " << error.what());
    BOOST_TEST(std::string(error.what()).find(cell) != std::string::npos, error.what());
    return "refused";
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(training_options_of_every_cell) {
  std::map<std::string, int> count;
  std::ostringstream table;
  table << "| |";
  for (const Option& option : all_options()) table << ' ' << option.name << " |";
  table << "\n|---|";
  for (std::size_t i = 0; i < all_options().size(); ++i) table << "---|";
  table << '\n';
  const Registry registry = builtin();
  for (const auto& cell : registry.cells.entries()) {
    table << "| `" << cell.name << "` |";
    for (const Option& option : all_options()) {
      const std::string found = check(cell.name, option);
      ++count[found];
      table << ' ' << found << " |";
    }
    table << '\n';
  }
  std::ifstream file(std::string(CAROUSEL_SOURCE) + "/cells/README.md");
  std::stringstream readme;
  readme << file.rdbuf();
  const std::string counted = std::to_string(count["+"]) + " applied, " +
                              std::to_string(count["refused"]) + " refused, " +
                              std::to_string(count["nothing, said"]) + " said to do nothing";
  for (const std::string& text : {table.str(), counted}) {
    BOOST_TEST(readme.str().find(text) != std::string::npos, "cells/README.md lacks:\n" << text);
  }
}

// Whatever is kept of a step, the bits are the same.
BOOST_AUTO_TEST_CASE(training_memory_of_every_cell) {
  const Registry registry = builtin();
  for (const auto& cell : registry.cells.entries()) {
    Problem problem(entry_of(cell.name, ""));
    problem.batch = problem.setup.task->training(1, 0, 64);  // a chunk is a step there
    BOOST_TEST(all_identical(gradient(problem, cells::Memory::parse("sqrt")), gradient(problem)),
               cell.name);
  }
}

BOOST_AUTO_TEST_SUITE_END()
