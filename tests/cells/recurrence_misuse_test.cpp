#include <boost/test/unit_test.hpp>
#include <cells/decomposition.hpp>
#include <cells/init.hpp>
#include <cells/library/lstm.hpp>
#include <cells/library/vanilla.hpp>
#include <cells/plan.hpp>
#include <cells/truncation.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// What is asked of a recurrence that cannot be answered is an error, not a number; and what differs
// between the ways of keeping it is the memory alone.

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

namespace {

constexpr Index steps = 6, batch = 2;

std::unique_ptr<AnyCell> built(std::unique_ptr<AnyCell> cell, Index input) {
  cell->build({input, 4}, DType::float64);
  initialise(*cell, {}, 3);
  return cell;
}

Tensor inputs(Index size) {
  Random random(4, "xs");
  return normal({steps, batch, size}, random);
}

/// Multiplies by the number of its calls: not the same the second time.
struct Counting {
  struct State {
    Var h;
  };
  Param W, U;
  std::shared_ptr<int> calls = std::make_shared<int>(0);
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W", W).recurrent("U", U);
  }
  Step<State> step(const Var& x, const State& s) const {
    const Var h = tanh(linear(x, W) + linear(s.h, U) * (1 + 0.1 * ++*calls));
    return {h, {h}};
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(recurrence_stops_hold_inside_of_segments) {
  const auto cell = built(erase<Lstm>(), 2);
  const Param& W = cell->params().front();
  const auto gradients = [&](const Memory& memory, Index from) {
    Tape tape(DType::float64);
    UnrollOptions options;
    options.memory = memory;
    const Var xs = tape.variable(inputs(2));
    const Unrolled run = unroll(*cell, xs, options);
    BackwardOptions cut;
    cut.stop = {Stop(Var(W), from), Stop(xs, from)};
    const Adjoints adjoints = tape.backward(sum(square(run.sequence())), {W, xs}, cut);
    return std::pair(adjoints[W], adjoints[xs]);
  };
  double before = -1;
  for (const Index from : {Index{-1}, Index{0}, Index{3}, steps}) {
    const auto [dW, dxs] = gradients(Memory(), from);
    const auto [dW_again, dxs_again] = gradients(Memory::every(2), from);
    BOOST_TEST(identical(dW, dW_again), from);
    BOOST_TEST(identical(dxs, dxs_again), from);
    const double norm = euclidean_norm(dW.view());
    BOOST_TEST((from <= 0 ? norm == 0 : norm > before));
    before = norm;
  }
}

BOOST_AUTO_TEST_CASE(recurrence_parts_of_a_shared_parameter) {
  const auto cell = built(erase<Vanilla>(), 2);
  const std::vector<Param> params = cell->params();
  Tape tape(DType::float64);
  const Unrolled one = unroll(*cell, tape.input(inputs(2)));
  const Var first = sum(square(one.last()));
  BOOST_TEST(part_norms(one, first, params).front().steps.front() > 0);
  const Unrolled two = unroll(*cell, tape.input(inputs(2)));
  const Var both = first + sum(square(two.last()));
  BOOST_CHECK_EXCEPTION(part_norms(one, both, params), Error, says({"two recurrences"}));
  BOOST_CHECK_EXCEPTION(part_norms(one, first, {params[0], params[0]}), Error, says({"twice"}));
}

BOOST_AUTO_TEST_CASE(recurrence_lags_are_of_one_step) {
  const auto cell = built(erase<Vanilla>(), 2);
  Tape tape(DType::float64);
  const Unrolled run = unroll(*cell, tape.input(inputs(2)));
  const std::vector<Param> params = cell->params();
  BOOST_TEST(part_norms_by_lag(run, sum(square(run.output(2))), 2, params)[0].steps.size() == 3);
  BOOST_CHECK_EXCEPTION(part_norms_by_lag(run, sum(square(run.last())), 2, params), Error,
                        says({"a loss of step 2", "later steps"}));
}

// A stack is cut in every layer: with the whole of it given the gradient of the last window is what
// truncated_backward has with one window.
BOOST_AUTO_TEST_CASE(recurrence_truncation_of_a_stack) {
  const auto lower = built(erase<Vanilla>(), 2), upper = built(erase<Vanilla>(), 4);
  Tape tape(DType::float64);
  const Unrolled first = unroll(*lower, tape.input(inputs(2)));
  const Unrolled second = unroll(*upper, first.sequence());
  const Var loss = sum(square(second.last()));
  const std::vector<Param> params = lower->params();
  std::vector<Var> wanted(params.begin(), params.end());
  BackwardOptions last_two;
  last_two.first_step = steps - 2;
  const auto norm = [&](const Adjoints& adjoints) {
    double total = 0;
    for (const Var& v : wanted) total += std::pow(adjoints.norm(v), 2);
    return std::sqrt(total);
  };
  const double expected =
      norm(tape.backward(loss, wanted, last_two)) / norm(tape.backward(loss, wanted));
  const auto of = [&](const std::vector<Unrolled>& layers) {
    return truncation_bias(layers, loss, params, {2}).front().ratio;
  };
  BOOST_TEST(std::abs(of({first, second}) - expected) < 1e-12);
  BOOST_TEST(std::abs(of({second}) - expected) > 1e-3);
}

BOOST_AUTO_TEST_CASE(recurrence_truncation_wants_losses_outside_of_steps) {
  const auto cell = built(erase<Vanilla>(), 2);
  Tape tape(DType::float64);
  const Unrolled run = unroll(*cell, tape.input(inputs(2)));
  std::vector<Var> losses;
  for (Index t = 0; t < steps; ++t) {
    tape.set_step(t);
    losses.push_back(sum(square(run.output(t))));
  }
  tape.set_step(-1);
  BOOST_CHECK_EXCEPTION(truncated_backward(run, losses, {4, 2}, {cell->params().front()}), Error,
                        says({"outside of any time step"}));
}

BOOST_AUTO_TEST_CASE(recurrence_from_a_parameter) {
  const auto cell = built(erase<Vanilla>(), 2);
  Param h0("h0", DType::float64, {batch, 4}, Role::bias);
  h0.mutable_value().fill(0.3);
  std::vector<Tensor> gradients;
  for (const Memory& memory : {Memory(), Memory::every(2)}) {
    Tape tape(DType::float64);
    UnrollOptions options;
    options.memory = memory;
    options.initial = {h0};
    const Unrolled run = unroll(*cell, tape.input(inputs(2)), options);
    gradients.push_back(tape.backward(sum(square(run.last())), {h0})[h0]);
  }
  BOOST_TEST(euclidean_norm(gradients[0].view()) > 0);
  BOOST_TEST(identical(gradients[0], gradients[1]));
}

BOOST_AUTO_TEST_CASE(recurrence_of_a_step_that_counts) {
  const auto cell = built(erase<Counting>(), 2);
  Tape tape(DType::float64);
  UnrollOptions options;
  options.memory = Memory::every(2);
  const Unrolled run = unroll(*cell, tape.input(inputs(2)), options);
  BOOST_CHECK_EXCEPTION(tape.backward(sum(square(run.last())), {cell->params().front()}), Error,
                        says({"does the same whenever it is run", "the second time"}));
}

BOOST_AUTO_TEST_CASE(recurrence_freed_parts_say_so) {
  struct Keeps {
    struct State {
      Var h;
    };
    Param W;
    std::shared_ptr<Var> kept = std::make_shared<Var>();
    void declare(Declaration<State>& d) {
      d.state("h", &State::h);
      d.input("W", W);
    }
    Step<State> step(const Var& x, const State& s) const {
      const Var h = tanh(linear(x, W) + s.h);
      if (!*kept) *kept = h;
      return {h, {h}};
    }
  };
  const Keeps keeps;
  const auto cell = built(erase(keeps), 2);
  Tape tape(DType::float64);
  UnrollOptions options;
  options.memory = Memory::every(2);
  unroll(*cell, tape.input(inputs(2)), options);
  BOOST_CHECK_EXCEPTION(keeps.kept->value(), Error,
                        says({"a part of a recording that has been freed", "memory: full"}));
}

BOOST_AUTO_TEST_CASE(recurrence_of_no_step) {
  const auto cell = built(erase<Vanilla>(), 2);
  Tape tape(DType::float64);
  BOOST_CHECK_EXCEPTION(unroll(*cell, tape.input(Tensor(DType::float64, {0, batch, 2}))), Error,
                        says({"at least one time step"}));
  Workload nothing;
  nothing.time = 0;
  BOOST_CHECK_EXCEPTION(plan_memory(*cell, nothing, Memory()), Error, says({"at least one step"}));
}

// A gradient that cannot flow is not asked for.
BOOST_AUTO_TEST_CASE(recurrence_all_states_from_a_constant) {
  const auto cell = built(erase<Vanilla>(), 2);
  Tape tape(DType::float64);
  UnrollOptions options;
  options.initial = {tape.input(Tensor(DType::float64, {batch, 4}))};
  const Unrolled run = unroll(*cell, tape.input(inputs(2)), options);
  BOOST_TEST(run.all_states().size() == steps);
  const Adjoints adjoints = tape.backward(sum(square(run.last())), run.all_states());
  BOOST_TEST(adjoints.norm(run.states[0][1]) > 0);
}

// The size that a refusal names is accepted when it is given.
BOOST_AUTO_TEST_CASE(recurrence_budget_that_a_refusal_names) {
  const auto cell = built(erase<Lstm>(), 2);
  for (const Index rows : {1, 3, 8, 17, 40}) {
    Workload work;
    work.time = 200;
    work.batch = rows;
    const std::string text = refusal([&] { plan_memory(*cell, work, Memory::budget(5000)); });
    const std::string words = "at least ";
    const std::size_t at = text.find(words);
    BOOST_TEST(at != std::string::npos, text);
    if (at == std::string::npos) continue;
    const std::string size =
        text.substr(at + words.size(), text.find(' ', at + words.size()) - at - words.size());
    BOOST_TEST(refusal([&] { plan_memory(*cell, work, Memory::parse(size)); }).empty(), size);
    work.or_least = true;
    BOOST_TEST(plan_memory(*cell, work, Memory::budget(5000)).segment > 0);
  }
}

// A batch is not tried at its size.
BOOST_AUTO_TEST_CASE(recurrence_prediction_is_linear_in_the_batch) {
  const auto cell = built(erase<Lstm>(), 2);
  Workload work;
  work.time = 20;
  work.batch = 1000;
  work.outputs = 1;
  const std::size_t predicted = plan_memory(*cell, work, Memory()).peak;
  Tape tape(DType::float64);
  const Unrolled run = unroll(*cell, tape.input(Tensor(DType::float64, {20, 1000, 2})));
  tape.backward(sum(square(run.last())),
                std::vector<Var>(cell->params().begin(), cell->params().end()));
  const double ratio = static_cast<double>(predicted) / static_cast<double>(tape.peak_bytes());
  BOOST_TEST((ratio > 0.85 && ratio < 1.25), ratio);
}

BOOST_AUTO_TEST_CASE(recurrence_sizes_in_words) {
  for (const char* text : {"1.2MiB", "64KiB", "1.5GiB", "2MiB", "1000.5KiB"}) {
    BOOST_TEST(Memory::parse(text).text() == text);
  }
  BOOST_TEST(Memory::budget(std::size_t{1} << 54U).text() == "16777216GiB");
  BOOST_TEST(size_text((std::size_t{1} << 20U) - 100) == "1 MiB");
  BOOST_TEST(size_text(std::size_t{10240} << 30U) == "10240 GiB");
}

BOOST_AUTO_TEST_SUITE_END()
