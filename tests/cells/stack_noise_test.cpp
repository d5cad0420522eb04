#include <boost/test/unit_test.hpp>
#include <cells/library/vanilla.hpp>
#include <cells/stack/stack.hpp>
#include <tests/support/tensors.hpp>

// What noise does to a stack: dropout of x, between layers and of what recurrent weights see;
// zoneout.

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

namespace {

constexpr Index width = 64;

/// y_t = x_t + recurrent y_(t-1), each layer.
Stack keeping(const Modifiers& modifiers, double recurrent = 0) {
  Vanilla cell;
  cell.activation = "linear";
  Stack stack([&] { return erase(cell); }, "cell", {width, width}, DType::float64, modifiers);
  for (Param param : stack.params()) {
    param.mutable_value().fill(0);
    if (param.shape().rank() < 2) continue;
    for (Index i = 0; i < width; ++i) {
      param.mutable_value().set(i * width + i, param.role() == Role::input ? 1 : recurrent);
    }
  }
  return stack;
}

/// Of two sequences.
Tensor ones(Index time) {
  Tensor xs(DType::float64, {time, 2, width});
  xs.fill(1);
  return xs;
}

/// [time, 2, width]
Tensor outputs_of_ones(const Stack& stack, Index time, const UnrollOptions& options) {
  Tape tape(DType::float64);
  return stack.run(tape.input(ones(time)), options).runs.back().sequence().value();
}

UnrollOptions training() {
  UnrollOptions options;
  options.training = true;
  options.seed = 3;
  return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cells)

// Dropout of x: one mask for all steps of a sequence, another for each sequence, none in
// evaluation.
BOOST_AUTO_TEST_CASE(stack_drops_features_of_whole_sequences) {
  Modifiers m;
  m.dropout_input = 0.5;
  const Stack stack = keeping(m);
  const Tensor noisy = outputs_of_ones(stack, 4, training());
  Index dropped = 0, differ = 0;
  for (Index i = 0; i < 128; ++i) {
    BOOST_TEST((noisy.at(i) == 0 || noisy.at(i) == 2));
    for (Index t = 1; t < 4; ++t) BOOST_TEST(noisy.at(t * 128 + i) == noisy.at(i));
    dropped += noisy.at(i) == 0 ? 1 : 0;
    differ += i < 64 && noisy.at(i) != noisy.at(i + 64) ? 1 : 0;
  }
  BOOST_TEST((dropped > 40 && dropped < 88));
  BOOST_TEST(differ > 10);
  BOOST_TEST(identical(outputs_of_ones(stack, 4, {}), ones(4)));
  UnrollOptions next = training();
  next.training_step = 1;
  BOOST_TEST(!identical(outputs_of_ones(stack, 4, next), noisy));
}

// Between layers every step has a mask of its own; the input of the first and the output of the
// last layer are whole.
BOOST_AUTO_TEST_CASE(stack_drops_values_between_layers) {
  Modifiers m;
  m.layers = 2;
  m.dropout = 0.25;
  const Stack stack = keeping(m);
  const Tensor noisy = outputs_of_ones(stack, 20, training());
  Index dropped = 0, differ = 0;
  for (Index i = 0; i < noisy.size(); ++i) {
    BOOST_TEST((noisy.at(i) == 0 || std::abs(noisy.at(i) - 1 / 0.75) < 1e-15));
    dropped += noisy.at(i) == 0 ? 1 : 0;
    differ += i >= 128 && noisy.at(i) != noisy.at(i - 128) ? 1 : 0;
  }
  BOOST_TEST(std::abs(static_cast<double>(dropped) / static_cast<double>(noisy.size()) - 0.25) <
             0.04);
  BOOST_TEST(differ > 500);
  BOOST_TEST(identical(outputs_of_ones(stack, 20, {}), ones(20)));
}

// Recurrent dropout: the weights see h with one mask for all steps of a sequence, at twice its size
// where half of it is dropped; h itself is whole.
BOOST_AUTO_TEST_CASE(stack_drops_units_of_whole_sequences_from_what_weights_see) {
  Modifiers m;
  m.dropout_recurrent = 0.5;
  const Stack stack = keeping(m, 1);  // y_t = x_t + mask∘y_(t-1)
  const Tensor noisy = outputs_of_ones(stack, 4, training());
  Index dropped = 0, differ = 0;
  for (Index i = 0; i < 128; ++i) {
    const bool kept = noisy.at(128 + i) == 3;  // 1 + 2·1, then 1 + 2·3, 1 + 2·7
    for (Index t = 0; t < 4; ++t) {
      const double expected = kept ? std::pow(2, t + 1) - 1 : 1;
      BOOST_TEST(noisy.at(t * 128 + i) == expected);
    }
    dropped += kept ? 0 : 1;
    differ += i < 64 && noisy.at(128 + i) != noisy.at(128 + i + 64) ? 1 : 0;
  }
  BOOST_TEST((dropped > 40 && dropped < 88));
  BOOST_TEST(differ > 10);
  BOOST_TEST(outputs_of_ones(stack, 4, {}).at(3 * 128) == 4);
}

// Zoneout of h: some units keep their old value, and in evaluation all are between both.
BOOST_AUTO_TEST_CASE(stack_zones_units_out) {
  Modifiers m;
  m.zoneout = {{"h", 0.25}};
  constexpr Index T = 6, B = 3, hidden = 4;
  Stack stack([] { return erase<Vanilla>(); }, "cell", {2, hidden}, DType::float64, m);
  stack.initialise({}, 1);
  Tape tape(DType::float64);
  Random random(5, "xs");
  const Var xs = tape.input(normal({T, B, 2}, random));
  const Unrolled noisy = unroll(*stack.cells()[0], xs, training());
  Index kept = 0;
  for (std::size_t t = 1; t < T; ++t) {
    const Tensor before = noisy.states[0][t].value(), after = noisy.states[0][t + 1].value();
    const Tensor made = noisy.outputs[t].value();
    for (Index i = 0; i < B * hidden; ++i) {
      BOOST_TEST((after.at(i) == before.at(i) || after.at(i) == made.at(i)));
      kept += after.at(i) == before.at(i) ? 1 : 0;
    }
  }
  BOOST_TEST((kept > 4 && kept < 30));  // of 60
  const Unrolled quiet = unroll(*stack.cells()[0], xs);
  const Tensor before = quiet.states[0][2].value(), after = quiet.states[0][3].value();
  const Tensor made = quiet.outputs[2].value();
  for (Index i = 0; i < B * hidden; ++i) {
    BOOST_TEST(std::abs(after.at(i) - (0.25 * before.at(i) + 0.75 * made.at(i))) < 1e-15);
  }
}

BOOST_AUTO_TEST_SUITE_END()
