#include <boost/test/unit_test.hpp>
#include <cells/cell.hpp>
#include <experiments/runner/evaluation.hpp>

#include "run_fixture.hpp"

using namespace carousel;
using test::Setup;

namespace {

/// h' = tanh(W x) + t/1000: what it gives depends on the time step.
struct Clock {
  struct State {
    Var h;
  };
  Param W;
  void declare(cells::Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W", W);
  }
  cells::Step<State> step(const Var& x, const State& s, const cells::Context& c) const {
    const Var h = tanh(linear(x, W)) + 0.5 * s.h + static_cast<double>(c.t) / 1000;
    return {h, {h}};
  }
};

/// Predictions in windows against those of the whole sequence on one tape.
void compare(const std::string& yaml) {
  const Setup setup(yaml, builtin().cell<Clock>("clock"));
  for (const auto& entry : setup.config.cells) {
    Model model(setup.registry, entry, *setup.task, DType::float64);
    model.initialise(3);
    const auto batch = setup.task->training(1, 0, 7);
    Tape whole(DType::float64), windows(DType::float64);
    const Outcome outcome = model.run(whole, batch, 1, {});
    const Tensor expected = outcome.prediction.value();
    const Tensor prediction = predict(model, windows, batch, outcome.rows, /*compile=*/false);
    const Tensor compiled = predict(model, windows, batch, outcome.rows, /*compile=*/true);
    BOOST_TEST_REQUIRE(prediction.size() == expected.size());
    BOOST_TEST_REQUIRE(compiled.size() == expected.size());
    int compared = 0;
    for (Index row = 0; row < prediction.size(); ++row) {  // one output a row
      if (outcome.rows.weight.at(row) == 0) continue;
      ++compared;
      BOOST_TEST(prediction.at(row) == expected.at(row), entry.label << " row " << row);
      BOOST_TEST(std::abs(compiled.at(row) - expected.at(row)) < 1e-13,
                 entry.label << " compiled, row " << row);
    }
    BOOST_TEST(compared == 7);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(evaluation_in_windows_is_that_of_the_whole_sequence) {
  compare(
      "task: {name: adding, length: 150}\ncells: [lstm, gru, vanilla, feedforward, clock]\n"
      "hidden_size: 8\ndtype: float64\n");
}

BOOST_AUTO_TEST_CASE(evaluation_in_windows_keeps_finished_sequences) {
  compare(
      "task: {name: adding, length: 50, length_spread: 2}\ncells: [lstm, gru, feedforward]\n"
      "hidden_size: 8\ndtype: float64\n");
}

BOOST_AUTO_TEST_CASE(evaluation_takes_no_more_memory_for_longer_sequences) {
  std::size_t bytes[2];
  int i = 0;
  for (const char* length : {"128", "1280"}) {
    const Setup setup(std::string("task: {name: adding, length: ") + length +
                      "}\ncells: [lstm]\nhidden_size: 32\n");
    Model model(setup.registry, setup.config.cells[0], *setup.task, DType::float32);
    const auto batch = setup.task->training(1, 0, 64);
    Tape tape(DType::float32);
    predict(model, tape, batch, scored_rows(batch));
    bytes[i++] = tape.bytes();
  }
  BOOST_TEST(bytes[0] == bytes[1]);
}

BOOST_AUTO_TEST_SUITE_END()
