#include <boost/test/unit_test.hpp>
#include <cells/builtin.hpp>
#include <cells/init.hpp>
#include <cells/unroll.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// Cells under anomaly mode, and the names that they give to their values.

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(anomaly_mode_changes_no_bit) {
  for (const char* name : {"lstm", "gru", "vanilla", "feedforward"}) {
    const auto cell = carousel::cells::cells().make(name);
    cell->build({2, 5}, DType::float32);
    initialise(*cell, {}, 1);
    Random random(3, "anomaly");
    Tensor xs = normal({6, 3, 2}, random, DType::float32);
    for (Index i = 0; i < 2; ++i) xs.set(5 * 3 * 2 + i, not_a_number);  // padding
    std::vector<Tensor> gradients[2];
    for (const bool on : {false, true}) {
      Tape tape;
      tape.detect_anomaly(on);
      UnrollOptions options;
      options.lengths = {5, 6, 6};
      const auto run = unroll(*cell, tape.input(xs), options);
      const std::vector<Var> wanted(cell->params().begin(), cell->params().end());
      const Adjoints adjoints = tape.backward(sum(square(run.outputs.back())), wanted);
      for (const Var& v : wanted) gradients[on ? 1 : 0].push_back(adjoints[v]);
    }
    for (std::size_t i = 0; i < gradients[0].size(); ++i) {
      BOOST_TEST(identical(gradients[0][i], gradients[1][i]));
    }
  }
}

BOOST_AUTO_TEST_CASE(anomaly_names_the_cell) {
  const auto cell = carousel::cells::cells().make("lstm");
  cell->set_name("memory");
  cell->build({2, 3}, DType::float32);
  initialise(*cell, {}, 1);
  Tensor xs(DType::float32, {4, 1, 2});
  xs.set(5, not_a_number);  // step 2
  Tape tape;
  tape.detect_anomaly(true);
  BOOST_CHECK_EXCEPTION(
      unroll(*cell, tape.input(xs)), Error,
      says(ErrorKind::non_finite,
           {"cell 'memory', time step 2", "affine [batch=1, features=12] at time step 2",
            "'input', 'forget', 'candidate' and 'output' at time step 1", "parameter 'weight_ih'",
            "it began at input [time=4, batch=1, features=2]", "Look at the data"}));
}

// Built-in cells name their gates, and every cell's states have their names.
BOOST_AUTO_TEST_CASE(anomaly_names_gates_and_states) {
  for (const auto& [cell_name, gates] :
       {std::pair("lstm", std::vector<const char*>{"input", "forget", "candidate", "output", "c"}),
        std::pair("gru", std::vector<const char*>{"reset", "update", "candidate"}),
        std::pair("vanilla", std::vector<const char*>{})}) {
    const auto cell = carousel::cells::cells().make(cell_name);
    cell->build({2, 3}, DType::float64);
    initialise(*cell, {}, 1);
    Random random(1, "observe");
    Tape tape(DType::float64);
    const Unrolled run = unroll(*cell, tape.input(normal({4, 2, 2}, random)));
    const auto h = tape.observed("h");
    BOOST_TEST_REQUIRE(h.size() == 4);
    for (std::size_t t = 0; t < 4; ++t) {
      BOOST_TEST(h[t].step == static_cast<Index>(t));
      BOOST_TEST(h[t].value.id() == run.states[0][t + 1].id());
    }
    for (const char* gate : gates) {
      BOOST_TEST(tape.observed(gate).size() == 4);
      BOOST_TEST((tape.observed(gate)[3].value.shape() == Shape{2, 3}));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
