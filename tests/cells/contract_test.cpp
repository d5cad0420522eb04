#include <boost/test/unit_test.hpp>
#include <cells/cell.hpp>
#include <cells/library/vanilla.hpp>
#include <cells/unroll.hpp>
#include <tests/cells/two_states.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

namespace {

/// Keeps its state's shape up to step 2.
struct Growing {
  struct State {
    Var h, m;
  };
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.state("m", &State::m, 2);
  }
  Step<State> step(const Var&, const State& s, const Context& context) const {
    return {s.h, {s.h, context.t < 2 ? s.m : concat({s.m, s.m}, -1)}};
  }
};

/// Forgets to set its second state.
struct Forgetful {
  using State = Growing::State;
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.state("m", &State::m);
  }
  Step<State> step(const Var&, const State& s) const { return {s.h, {s.h, {}}}; }
};

/// Says that its output has 7 features, and gives the state.
struct WrongOutput {
  using State = Vanilla::State;
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.output(7);
  }
  Step<State> step(const Var&, const State& s) const { return {s.h, {s.h}}; }
};

/// Hands its state on as it is: y_t = (t + 1) h.
struct Constant {
  using State = Vanilla::State;
  void declare(Declaration<State>& d) { d.state("h", &State::h); }
  Step<State> step(const Var&, const State& s, const Context& context) const {
    return {static_cast<double>(context.t + 1) * s.h, {s.h}};
  }
};

/// Counts how often prepare() runs, and takes all that a step may take.
struct Prepared {
  using State = Vanilla::State;
  Param U;
  std::shared_ptr<int> prepared = std::make_shared<int>(0);
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.recurrent("U", U);
  }
  Var prepare(Tape& tape) const {
    ++*prepared;
    return transpose(tape.use(U));
  }
  Step<State> step(const Var&, const State& s, const Var& Ut, const Context& context) const {
    const Var h = matmul(s.h, Ut) + static_cast<double>(context.t);
    return {h, {h}};
  }
};

struct Twice {
  using State = Vanilla::State;
  Param W;
  bool two_states = false;
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    if (two_states) d.state("h", &State::h);
    d.input("W", W);
    d.input("W", W);
  }
  Step<State> step(const Var&, const State& s) const { return {s.h, s}; }
};

struct NoStep {
  struct State {};
  void declare(Declaration<State>&) {}
};
struct WrongStep {
  struct State {};
  void declare(Declaration<State>&) {}
  Var step(const Var& x, const State&) const { return x; }
};

static_assert(is_cell<Vanilla>() && is_cell<TwoStates>() && is_cell<Growing>() &&
              is_cell<Prepared>());
static_assert(!is_cell<int>() && !is_cell<NoStep>() && !is_cell<WrongStep>());

template <class C> std::unique_ptr<AnyCell> built(C cell = {}, const Sizes& sizes = {3, 5}) {
  auto result = erase(std::move(cell));
  result->set_name("mine");
  result->build(sizes, DType::float64);
  return result;
}

Unrolled run(const AnyCell& cell, Tape& tape, Index time = 4) {
  return unroll(cell, tape.zeros({time, 2, 3}));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(contract_a_state_keeps_its_shape) {
  Tape tape(DType::float64);
  BOOST_TEST(run(*built<Growing>(), tape, 2).outputs.size() == 2);
  BOOST_CHECK_EXCEPTION(run(*built<Growing>(), tape), Error,
                        says({"cell 'mine'", "state 'm'", "time step 2", "[batch=2, features=2]",
                              "[batch=2, features=4]"}));
  BOOST_CHECK_EXCEPTION(run(*built<Forgetful>(), tape), Error,
                        says({"cell 'mine'", "state 'm'", "time step 0", "empty Var"}));
  BOOST_CHECK_EXCEPTION(run(*built<WrongOutput>(), tape), Error,
                        says({"cell 'mine'", "output", "time step 0", "[batch=2, features=7]",
                              "[batch=2, features=5]"}));
}

BOOST_AUTO_TEST_CASE(contract_initial_states_fit) {
  const auto cell = built<Growing>();
  Tape tape(DType::float64);
  const auto start = [&](const std::vector<Var>& initial) {
    UnrollOptions options;
    options.initial = initial;
    return unroll(*cell, tape.zeros({1, 2, 3}), options);
  };
  BOOST_TEST(start({tape.zeros({2, 5}), tape.zeros({2, 2})}).outputs.size() == 1);
  BOOST_CHECK_EXCEPTION(start({tape.zeros({2, 5})}), Error, says({"cell 'mine'", "2 values", "1"}));
  BOOST_CHECK_EXCEPTION(
      start({tape.zeros({2, 5}), tape.zeros({1, 2})}), Error,
      says({"cell 'mine'", "initial state 'm'", "[batch=2, features=2]", "[batch=1, features=2]"}));
}

BOOST_AUTO_TEST_CASE(contract_prepare_runs_once_a_sequence) {
  Prepared prepared;
  const auto counter = prepared.prepared;
  const auto cell = built(prepared);
  Tape tape(DType::float64);
  const Unrolled unrolled = run(*cell, tape, 5);
  BOOST_TEST(*counter == 1);
  // U = 0, so h' = t: the context reaches the step.
  BOOST_TEST(unrolled.outputs[4].value().at(0) == 4);
}

BOOST_AUTO_TEST_CASE(contract_declarations_and_sizes) {
  BOOST_CHECK_EXCEPTION(built<Twice>(), Error, says({"different names", "two called 'W'"}));
  Twice two_states;
  two_states.two_states = true;
  BOOST_CHECK_EXCEPTION(built(two_states), Error, says({"state 'h'", "another state has"}));
  const auto sized = [](Index inputs, Index hidden) { return built(Vanilla{}, {inputs, hidden}); };
  BOOST_CHECK_EXCEPTION(sized(0, 5), Error, says({"cell 'mine'", "input_size", "0"}));
  BOOST_CHECK_EXCEPTION(sized(3, -1), Error, says({"cell 'mine'", "hidden_size", "-1"}));
  const auto cell = built<Vanilla>();
  BOOST_CHECK_EXCEPTION(cell->build({3, 5}, DType::float64), Error,
                        says(ErrorKind::argument, {"cell 'mine'", "second"}));
}

BOOST_AUTO_TEST_CASE(contract_unrolled_names_its_states) {
  Tape tape(DType::float64);
  const auto cell = built<TwoStates>();
  const Unrolled unrolled = run(*cell, tape, 3);
  BOOST_TEST(unrolled.position("m") == 1);
  BOOST_TEST(unrolled.all_states().size() == 2 * 4);
  BOOST_CHECK_EXCEPTION(unrolled.position("c"), Error, says({"state 'c'", "h, m"}));
  const auto last = unrolled.states[1].back();
  const Adjoints adjoints = tape.backward(sum(last), unrolled.all_states());
  const Tensor dm = unrolled.adjoint(adjoints, "m");  // m' = m/2 + ...: ½ a step, V and P being 0
  BOOST_TEST((dm.shape() == Shape{4, 2, TwoStates::memory}));
  for (Index i = 0; i < dm.size(); ++i) BOOST_TEST(dm.at(i) == std::pow(0.5, 3 - i / 6));
  BOOST_TEST(largest(unrolled.adjoint(adjoints, "h")) == 0);
}

BOOST_AUTO_TEST_CASE(contract_context_random_is_a_function_of_seed_update_step_and_sequence) {
  const auto draw = [](std::uint64_t seed, Index update, Index t, const char* stream,
                       Index first_row = 0, Index row = 0) {
    Context context;
    context.seed = seed;
    context.training_step = update;
    context.t = t;
    context.first_row = first_row;
    return context.random(stream, row).bits();
  };
  const auto once = draw(1, 2, 3, "dropout");
  BOOST_TEST(draw(1, 2, 3, "dropout") == once);
  BOOST_TEST(draw(2, 2, 3, "dropout") != once);
  BOOST_TEST(draw(1, 3, 3, "dropout") != once);
  BOOST_TEST(draw(1, 2, 4, "dropout") != once);
  BOOST_TEST(draw(1, 2, 3, "zoneout") != once);
  BOOST_TEST(draw(1, 2, 3, "dropout", 0, 5) != once);
  // The same sequence, wherever the batch is split.
  BOOST_TEST(draw(1, 2, 3, "dropout", 0, 5) == draw(1, 2, 3, "dropout", 4, 1));
}

// What every step hands on unchanged is a value of each step's own to the gradient flow.
BOOST_AUTO_TEST_CASE(states_that_are_handed_on) {
  const auto cell = built<Constant>();
  for (const Memory& memory : {Memory(), Memory::every(2)}) {
    Tape tape(DType::float64);
    UnrollOptions options;
    options.memory = memory;
    const Unrolled unrolled = unroll(*cell, tape.zeros({5, 2, 3}), options);
    const Adjoints adjoints = tape.backward(sum(unrolled.sequence()), unrolled.all_states());
    const Tensor dh = unrolled.adjoint(adjoints, "h");
    for (Index t = 0; t <= 5; ++t) {  // steps t..4 still read it
      BOOST_TEST(dh.at(t * dh.size() / 6) == (5 * 6 - t * (t + 1)) / 2);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
