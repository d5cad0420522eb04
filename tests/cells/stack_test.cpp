#include <boost/test/unit_test.hpp>
#include <cells/library/gru.hpp>
#include <cells/library/lstm.hpp>
#include <cells/library/vanilla.hpp>
#include <cells/stack/stack.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// What stands around a cell, each against the same put together by hand.

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

namespace {

constexpr Index T = 6, B = 3, features = 2, hidden = 4;

template <class C> Stack stack_of(const Modifiers& modifiers, std::uint64_t seed = 1) {
  Stack stack([] { return erase<C>(); }, "cell", {features, hidden}, DType::float64, modifiers);
  stack.initialise({}, seed);
  return stack;
}

Tensor sequences(std::uint64_t seed = 5) {
  Random random(seed, "xs");
  return normal({T, B, features}, random);
}

std::vector<Index> every_step() { return {0, 1, 2, 3, 4, 5}; }

Tensor outputs(const Stack& stack, const Tensor& xs, const UnrollOptions& options = {}) {
  Tape tape(DType::float64);
  return stack.run(tape.input(xs), options).outputs_at(every_step()).value();
}

/// xs with its steps the other way round.
Var reversed(const Var& xs) {
  std::vector<Var> steps;
  for (Index t = T; t-- > 0;) steps.push_back(at(xs, 0, t));
  return carousel::stack(steps);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(stack_without_modifiers_is_the_cell) {
  const Stack plain = stack_of<Lstm>({});
  const auto alone = erase<Lstm>();
  alone->build({features, hidden}, DType::float64);
  initialise(*alone, {}, 1);
  Tape tape(DType::float64);
  const Var y = unroll(*alone, tape.input(sequences())).sequence();
  BOOST_TEST(identical(outputs(plain, sequences()), y.value().reshaped({T * B, hidden})));
  BOOST_TEST(plain.params().front().name() == "weight_ih");
}

BOOST_AUTO_TEST_CASE(stack_of_layers_is_one_recurrence_on_another) {
  Modifiers m;
  m.layers = 3;
  m.residual = true;
  const Stack stack = stack_of<Gru>(m);
  Tape tape(DType::float64);
  Var x = unroll(*stack.cells()[0], tape.input(sequences())).sequence();
  for (std::size_t l = 1; l < 3; ++l) x = unroll(*stack.cells()[l], x).sequence() + x;
  BOOST_TEST(distance(outputs(stack, sequences()), x.value().reshaped({T * B, hidden})) < 1e-14);
  BOOST_TEST(stack.params()[4].name() == "layer2.weight_ih");
  // Layers start from numbers of their own.
  BOOST_TEST(!identical(stack.params()[5].value(), stack.params()[9].value()));
}

BOOST_AUTO_TEST_CASE(stack_in_both_directions_is_two_recurrences) {
  for (const char* joined : {"concat", "sum", "mean"}) {
    Modifiers m;
    m.bidirectional = joined;
    const Stack stack = stack_of<Lstm>(m);
    Tape tape(DType::float64);
    const Var xs = tape.input(sequences());
    const Var there = unroll(*stack.cells()[0], xs).sequence();
    const Var back = reversed(unroll(*stack.cells()[1], reversed(xs)).sequence());
    Var y = m.bidirectional == "concat" ? concat({there, back}, 2) : there + back;
    if (m.bidirectional == "mean") y = y * 0.5;
    BOOST_TEST(stack.output_size() == y.shape()[2]);
    BOOST_TEST(distance(outputs(stack, sequences()),
                        y.value().reshaped({T * B, stack.output_size()})) < 1e-14);
    BOOST_TEST(stack.params()[4].name() == "backward.weight_ih");
  }
}

// In a padded batch each sequence has the outputs that it has alone, in both directions, and
// repeats its last one.
BOOST_AUTO_TEST_CASE(stack_in_both_directions_of_padded_sequences) {
  Modifiers m;
  m.bidirectional = "concat";
  m.layers = 2;
  const Stack stack = stack_of<Gru>(m);
  const std::vector<Index> lengths{6, 1, 4};
  Tensor xs = sequences();
  for (Index b = 0; b < B; ++b) {
    for (Index t = lengths[static_cast<std::size_t>(b)]; t < T; ++t) {
      for (Index j = 0; j < features; ++j) xs.set((t * B + b) * features + j, std::nan(""));
    }
  }
  UnrollOptions options;
  options.lengths = lengths;
  const Tensor together = outputs(stack, xs, options);
  Modifiers zero = m;
  zero.masked_output = "zero";
  const Tensor zeros = outputs(stack_of<Gru>(zero), xs, options);
  const Index width = stack.output_size();
  for (Index b = 0; b < B; ++b) {
    const Index length = lengths[static_cast<std::size_t>(b)];
    Tensor alone(DType::float64, {length, 1, features});
    for (Index t = 0; t < length; ++t) {
      for (Index j = 0; j < features; ++j) {
        alone.set(t * features + j, xs.at((t * B + b) * features + j));
      }
    }
    Tape tape(DType::float64);
    const StackRun run = stack.run(tape.input(alone), {});
    for (Index t = 0; t < T; ++t) {
      const Tensor y = run.outputs_at({std::min(t, length - 1)}).value();
      for (Index j = 0; j < width; ++j) {
        const Index at = (t * B + b) * width + j;
        BOOST_TEST(std::abs(together.at(at) - y.at(j)) < 1e-14);
        BOOST_TEST(std::abs(zeros.at(at) - (t < length ? y.at(j) : 0)) < 1e-14);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(stack_projects_and_normalises_outputs) {
  Modifiers m;
  m.projection = 3;
  m.layer_norm = true;
  const Stack stack = stack_of<Lstm>(m);
  Tape tape(DType::float64);
  const auto& p = stack.params();
  const Var y = unroll(*stack.cells()[0], tape.input(sequences())).sequence();
  const Var z = layer_norm(linear(y, p[4]), p[5], p[6]);
  BOOST_TEST(stack.output_size() == 3);
  BOOST_TEST(distance(outputs(stack, sequences()), z.value().reshaped({T * B, 3})) < 1e-14);
}

BOOST_AUTO_TEST_CASE(stack_learns_where_sequences_begin) {
  Modifiers m;
  m.initial_state = "learned";
  const Stack stack = stack_of<Lstm>(m);
  std::vector<Param> begins(stack.params().end() - 2, stack.params().end());
  BOOST_TEST(begins[0].name() == "initial_h");
  BOOST_TEST(identical(outputs(stack, sequences()), outputs(stack_of<Lstm>({}), sequences())));
  Tape tape(DType::float64);
  for (Param& begin : begins) begin.mutable_value().fill(0.3);
  UnrollOptions options;
  const Tensor filled = Tensor(DType::float64, {B, hidden});
  Tensor value = filled;
  value.fill(0.3);
  options.initial = {tape.input(value), tape.input(value)};
  const Var y = unroll(*stack.cells()[0], tape.input(sequences()), options).sequence();
  BOOST_TEST(distance(outputs(stack, sequences()), y.value().reshaped({T * B, hidden})) < 1e-14);
}

// Sequences that begin afresh in a batch that goes on: as if they stood in a batch that begins. So
// do all of them where the stack is not stateful.
BOOST_AUTO_TEST_CASE(stack_goes_on_or_begins_afresh) {
  Modifiers m;
  m.initial_state = "learned";
  m.layers = 2;
  const Stack stack = stack_of<Lstm>(m);
  m.stateful = "false";
  const Stack forgetful = stack_of<Lstm>(m);
  for (const Stack* of : {&stack, &forgetful}) {
    for (Param param : of->params()) {
      if (param.role() == Role::state) param.mutable_value().fill(-0.2);
    }
  }
  Tape tape(DType::float64);
  const StackRun first = stack.run(tape.input(sequences(1)), {});
  Carried carried;
  for (const Unrolled& run : first.runs) {
    carried.states.emplace_back();
    for (std::size_t k = 0; k < run.specs.size(); ++k) {
      carried.states.back().push_back(run.final_state(k));
    }
  }
  const Var xs = tape.input(sequences(2));
  const auto y = [&](const Carried& from) {
    return stack.run(xs, {}, from).outputs_at({T - 1}).value();
  };
  const Tensor on = y(carried), begun = y({});
  BOOST_TEST(distance(forgetful.run(xs, {}, carried).outputs_at({T - 1}).value(), begun) == 0);
  carried.afresh = {false, true, false};
  const Tensor mixed = y(carried);
  for (Index b = 0; b < B; ++b) {
    for (Index j = 0; j < hidden; ++j) {
      BOOST_TEST(mixed.at(b * hidden + j) == (b == 1 ? begun : on).at(b * hidden + j));
      BOOST_TEST(on.at(b * hidden + j) != begun.at(b * hidden + j));
    }
  }
}

BOOST_AUTO_TEST_CASE(stack_refuses_what_does_nothing) {
  const auto refused = [](auto change) {
    Modifiers m;
    change(m);
    return refusal([&] { stack_of<Gru>(m); });
  };
  BOOST_TEST(refused([](Modifiers& m) { m.dropout = 0.5; })
                 .find("dropout: expected layers of at "
                       "least 2") != std::string::npos);
  BOOST_TEST(refused([](Modifiers& m) { m.residual = true; }).find("residual") !=
             std::string::npos);
  BOOST_TEST(refused([](Modifiers& m) {
               m.zoneout = {{"c", 0.5}};
             }).find("unknown state 'c'") != std::string::npos);
  const std::string text = refused([](Modifiers& m) { m.dropout_recurrent = 0.5; });
  BOOST_TEST(text.find("it carries h past them") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
