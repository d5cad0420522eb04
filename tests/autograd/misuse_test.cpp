#include <autograd/failures/misuse.hpp>
#include <autograd/no_grad.hpp>
#include <boost/test/unit_test.hpp>
#include <memory>
#include <optional>
#include <set>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// Ways to use a tape wrongly that no file about one of its parts has: each says what is wrong in
// words of its own, and what to do.

using namespace carousel;
using namespace carousel::testing;

namespace {

Param param(const char* name, const Tensor& value) {
  Param result(name, value.dtype(), value.shape(), Role::recurrent);
  result.mutable_value() = value;
  return result;
}

/// What one keeps of a recording.
struct Kept {
  std::vector<Var> states;
  std::optional<Var> output;
  Adjoints gradients;
};

Kept record_and_forget_the_tape() {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({1}, {2}));
  Kept kept;
  kept.states = {x, square(x)};
  kept.output = sum(kept.states.back());
  kept.gradients = tape.backward(*kept.output, {x});
  return kept;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

// A second backward pass needs nothing kept and gives the same bits.
BOOST_AUTO_TEST_CASE(misuse_is_not_a_second_backward) {
  Random random(1, "misuse");
  const Param W = param("W", normal({3, 3}, random));
  Tape tape(DType::float64);
  Var h = tape.variable(normal({2, 3}, random));
  const Var h0 = h;
  for (int t = 0; t < 5; ++t) h = tanh(linear(h, W));
  const Var loss = sum(square(h));
  const Tensor of_W = tape.backward(loss, {W, h0})[W], of_h = tape.backward(loss, {W, h0})[h0];
  for (int again = 0; again < 2; ++again) {
    const Adjoints adjoints = tape.backward(loss, {W, h0});
    BOOST_TEST(identical(adjoints[W], of_W));
    BOOST_TEST(identical(adjoints[h0], of_h));
  }
  // Also of another loss of the same recording.
  BOOST_TEST(tape.backward(mean(h), {W}).norm(W) > 0);
}

BOOST_AUTO_TEST_CASE(misuse_of_what_a_container_kept) {
  const Kept kept = record_and_forget_the_tape();
  const auto dead =
      says({"Var", "one whose tape was destroyed", "also those in a container", "v.value()"});
  BOOST_CHECK_EXCEPTION(kept.states[1].value(), Error, dead);
  BOOST_CHECK_EXCEPTION(kept.output->item(), Error, dead);
  BOOST_CHECK_EXCEPTION(kept.gradients[kept.states[0]], Error, dead);
  auto tape = std::make_unique<Tape>(DType::float64);
  const std::vector<Var> states{tape->zeros({2}), tape->zeros({2})};
  tape = std::make_unique<Tape>(DType::float64);  // a new one in the old one's place
  BOOST_CHECK_EXCEPTION(concat(states, 0), Error, dead);
  BOOST_CHECK_EXCEPTION(tape->zeros({2}) + states[0], Error, dead);
}

BOOST_AUTO_TEST_CASE(misuse_of_stale_values_in_words) {
  using detail::Stale;
  std::set<std::string> texts;
  for (const Stale why : {Stale::empty, Stale::destroyed, Stale::reset, Stale::freed}) {
    const Error error = detail::stale(why);
    BOOST_TEST((error.kind() == ErrorKind::argument));
    BOOST_TEST(error.expected() == "a value on a living tape");
    BOOST_TEST(!error.fix().empty());
    texts.insert(error.what());
  }
  BOOST_TEST(texts.size() == 4);
  BOOST_TEST(says({"a part of a recording that has been freed", "memory: full"})(
      detail::stale(Stale::freed)));
}

// The operand that is wrong is counted, whatever is wrong with it.
BOOST_AUTO_TEST_CASE(misuse_names_the_operand) {
  Tape tape(DType::float64), other(DType::float64), narrow(DType::float32);
  const Var x = tape.zeros({2, 2}), y = other.zeros({2, 2}), unset;
  const Param W = param("W", tensor({2, 2}, {1, 2, 3, 4}, DType::float32));
  BOOST_CHECK_EXCEPTION(linear(x, unset), Error, says({"linear, operand 1", "an empty Var"}));
  BOOST_CHECK_EXCEPTION(tanh(unset), Error, says({"tanh, operand 0", "an empty Var"}));
  BOOST_CHECK_EXCEPTION(linear(x, y), Error,
                        says({"linear, operand 1", "values of two tapes",
                              "input [batch=2, features=2] is on another (float64 beside float64)",
                              "tape.input(x.value())."}));
  BOOST_CHECK_EXCEPTION(linear(x, narrow.zeros({2, 2})), Error,
                        says({"values of two tapes", "is on another (float32 beside float64)",
                              "tape.input(x.value().to(DType::float64))."}));
  BOOST_CHECK_EXCEPTION(linear(x, W), Error,
                        says({"linear, operand 1, parameter 'W'", "float64, as the tape's",
                              "float32 [", "Nothing is cast silently", "Tape(DType::float32)"}));
}

BOOST_AUTO_TEST_CASE(misuse_of_dtypes) {
  Tape tape(DType::float64);
  BOOST_CHECK_EXCEPTION(
      tape.input(Tensor(DType::float32, {2, 3})), Error,
      says({"Tape::input", "float64, as the tape's", "float32 [batch=2, features=3]",
            "Nothing is cast silently", "values.to(DType::float64)", "Tape(DType::float32)"}));
  const Var x = tape.variable(tensor({2}, {1, 2}));
  const Var labels = tape.input(Tensor(DType::int64, {2}));
  BOOST_CHECK_EXCEPTION(x * labels, Error, says({"multiply", "floating", "int64 [2]"}));
  BOOST_CHECK_EXCEPTION(
      tape.backward(sum(x), {labels}), Error,
      says({"Tape::backward", "input int64 [features=2]", "Integers and masks carry no gradient"}));
  BOOST_CHECK_EXCEPTION(
      tape.backward(at(labels, 0, 1), {x}), Error,
      says({"a loss that gradients can flow from", "reshape int64 []", "Integers and masks"}));
  BOOST_CHECK_EXCEPTION(x.value().data<float>(), Error,
                        says({"Tensor::data", "float64", "float32", "to(DType)"}));
}

BOOST_AUTO_TEST_CASE(misuse_of_backward_says_where_the_gradient_ends) {
  Tape tape(DType::float64);
  const Var x = observe("x", tape.variable(tensor({2}, {1, 2}))), c = tape.input(tensor({1}, {1}));
  const auto from = [&](const Var& loss) { return refusal([&] { tape.backward(loss, {x}); }); };
  const auto contains = [](const std::string& text, const char* part) {
    BOOST_TEST(text.find(part) != std::string::npos, "'" << part << "' is not in: " << text);
  };
  contains(from(c), "a loss that gradients can flow from; got input [features=1]. It is a leaf");
  contains(from(sum(square(c))), "It was computed from inputs only");
  const Var cut = detach(square(x));
  contains(from(sum(cut * 2.0)), "The gradient ends at detach [features=2], on purpose");
  tape.set_step(3);
  {
    const NoGrad no_grad(tape);
    observe("evaluated", tanh(x));
    contains(from(sum(x)), "The gradient ends at it: it was recorded under NoGrad");
    contains(from(tape.variable(tensor({1}, {1}))), "outside of NoGrad");
  }
  contains(from(sum(tape.observed("evaluated")[0].value)),
           "The gradient ends at 'evaluated', tanh [features=2] at time step 3: it was recorded");
  contains(refusal([&] { tape.backward(sum(x), {cut}); }),
           "values that a gradient can flow to; got detach [features=2]. The gradient ends at it, "
           "on purpose");
}

BOOST_AUTO_TEST_CASE(misuse_of_seeds) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2, 2}, {1, 2, 3, 4}));
  const Var y = observe("y", square(x));
  BOOST_CHECK_EXCEPTION(tape.backward(y, {x}), Error,
                        says({"a loss of one element", "'y', square [batch=2, features=2]",
                              "sum or mean", "the cotangent of each element"}));
  BOOST_CHECK_EXCEPTION(tape.backward(y, {x}, tensor({2}, {1, 1})), Error,
                        says({"a seed of the loss's dtype and shape, float64 [batch=2, features=2]",
                              "got float64 [features=2]", "one number for each element"}));
  BOOST_CHECK_EXCEPTION(tape.backward(y, {x}, Tensor(DType::float32, {2, 2})), Error,
                        says({"got float32 [batch=2, features=2]", "Nothing is cast silently",
                              "seed.to(DType::float64)"}));
}

BOOST_AUTO_TEST_CASE(misuse_of_gradients) {
  const Param W = param("W", tensor({2}, {1, 2}));
  Tape tape(DType::float64), other(DType::float64);
  const Var x = observe("x", tape.variable(tensor({2}, {1, 2})));
  const Var h = observe("hidden", x * W), loss = sum(h);
  BOOST_CHECK_EXCEPTION(
      tape.backward(loss, {x, W})[h], Error,
      says({"Adjoints", "a value whose gradient was asked for",
            "'hidden', multiply [features=2], beside 'x', variable [features=2]; parameter 'W' "
            "[out=2].",
            "List it in the call of backward()"}));
  BOOST_CHECK_EXCEPTION(tape.backward(loss, {})[h], Error, says({"'hidden'", "beside none"}));
  const std::vector<Var> many{x, h, loss, tape.zeros({1}, true), tape.zeros({1}, true), W};
  BOOST_CHECK_EXCEPTION(tape.backward(loss, many)[square(x)], Error, says({"; 2 more."}));
  BOOST_CHECK_EXCEPTION(Adjoints()[x], Error,
                        says({"Adjoints", "an empty one", "what Tape::backward() returns"}));
  Adjoints moved = tape.backward(loss, {x});
  const Adjoints gradients = std::move(moved);
  BOOST_CHECK_EXCEPTION(moved[x], Error, says({"moved from"}));  // NOLINT: that is the question
  BOOST_CHECK_EXCEPTION(gradients[other.zeros({3})], Error,
                        says({"Adjoints", "input [features=3] of another", "another tape's"}));
  BOOST_CHECK_EXCEPTION(other.backward(loss, {}), Error,
                        says({"a loss on this tape", "sum [] of another", "loss.tape()"}));
}

BOOST_AUTO_TEST_CASE(misuse_of_parameters_that_change) {
  Param W = param("W", tensor({2}, {1, 2}));
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2}, {1, 2}));
  const Var loss = sum(x * W);
  W.mutable_value().set(0, 5);
  const auto changed = [](const char* where) {
    return says({where, "parameter 'W' with the values that the tape has computed with",
                 "changed since", "before the optimiser's step", "reset the tape after it"});
  };
  BOOST_CHECK_EXCEPTION(tape.backward(loss, {W}), Error, changed("Tape::backward"));
  BOOST_CHECK_EXCEPTION(x * W, Error, changed("multiply, operand 1, Tape::use"));
  BOOST_CHECK_EXCEPTION(tape.use(W), Error, changed("Tape::use"));
  tape.reset();
  BOOST_TEST(tape.use(W).value().at(0) == 5);
}

BOOST_AUTO_TEST_CASE(misuse_of_positions_in_a_tensor) {
  Tensor t(DType::float64, {2, 3});
  BOOST_CHECK_EXCEPTION(t.at(6), Error, says({"Tensor::at", "0..5", "[2, 3]", "6"}));
  BOOST_CHECK_EXCEPTION(t.at(-1), Error, says({"Tensor::at", "-1"}));
  BOOST_CHECK_EXCEPTION(t.set(7, 1), Error, says({"Tensor::set", "0..5", "7"}));
  BOOST_CHECK_EXCEPTION(Tensor(DType::float32, {0}).at(0), Error, says({"no elements", "0"}));
  t.set(5, 2);
  BOOST_TEST(t.at(5) == 2);
}

BOOST_AUTO_TEST_SUITE_END()
