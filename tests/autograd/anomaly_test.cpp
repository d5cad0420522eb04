#include <boost/test/unit_test.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// Anomaly mode: the first number that is not finite is an error that says where it came from.

using namespace carousel;
using namespace carousel::testing;

namespace {

// region: example
/// A recurrence whose gate is not bounded.
void grow(Tape& tape, const Param& W) {
  Var h = tape.input(tensor({1, 2}, {1, 1}, DType::float32));
  for (Index t = 0; t < 100; ++t) {
    tape.set_step(t);
    const Var gate = observe("gate", exp(linear(h, W)));
    h = h + gate;
  }
}

// With tape.detect_anomaly(true) it ends so:
const char* const explanation =
    R"(anomaly mode, forward: the value of exp [batch=1, features=2] at time step 3 is not finite: 1 of 2 elements (1 inf), the others 1.606
  belongs to: 'gate' at time step 2 (the same op there); parameter 'W' (which it is made of)
  operand 0: linear [batch=1, features=2] at time step 3: 0.4736 .. 1.677e+05, all finite
  upstream: it began here, from operands that are all finite
  e^x leaves the range of float32 above x = 88.72: bound the operand, or use softplus, softmax or log_softmax, which cannot overflow.)";
// end region: example

Param param(const char* name, const Tensor& value, std::vector<std::string> gates = {}) {
  Param result(name, value.dtype(), value.shape(), Role::recurrent, std::move(gates));
  result.mutable_value() = value;
  return result;
}

auto finds(std::vector<std::string> parts) { return says(ErrorKind::non_finite, std::move(parts)); }

/// A tape in anomaly mode.
struct Watched {
  explicit Watched(DType dtype, Infinity infinity = Infinity::refused) : tape(dtype) {
    tape.detect_anomaly(true, infinity);
  }
  Var v(std::initializer_list<double> values) {
    return tape.variable(tensor({static_cast<Index>(values.size())}, values, tape.dtype()));
  }
  Tape tape;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(anomaly_message_of_the_readme) {
  const Param W = param("W", tensor({2, 2}, {0.5, 0.5, 0, 0.1}, DType::float32));
  Tape tape(DType::float32);
  BOOST_CHECK_NO_THROW(grow(tape, W));
  tape.reset();
  tape.detect_anomaly(true);
  const std::string text = refusal([&] { grow(tape, W); });
  BOOST_TEST(text == explanation);
}

BOOST_AUTO_TEST_CASE(anomaly_forward_names_the_cause) {
  struct Case {
    std::function<void(Watched&)> run;
    std::vector<std::string> parts;
  };
  const std::vector<Case> cases{
      {[](Watched& w) {
         log(w.v({0, 1}));
       },
       {"log [features=2]", "1 of 2 elements (1 -inf), the others 0",
        "operand 0: variable [features=2]: 0 .. 1, all finite", "keep the operand above 0"}},
      {[](Watched& w) {
         log(w.v({-1, 1}));
       },
       {"1 NaN", "that of less is NaN"}},
      {[](Watched& w) {
         w.v({0, 1}) / w.v({0, 2});
       },
       {"divide", "1 NaN", "operand 1: variable [features=2]: 0 .. 2", "A division by 0"}},
      {[](Watched& w) {
         1.0 / w.v({0, 2});
       },
       {"divide_into", "1 inf", "A division by 0"}},
      {[](Watched& w) {
         1.0 / w.v({1e-39, 2});
       },
       {"divide_into", "by a number near 0"}},
      {[](Watched& w) {
         exp(w.v({89, 1}));
       },
       {"exp", "float32 above x = 88.72", "1 .. 89"}},
      {[](Watched& w) {
         w.v({1, 2}) / 0.0;
       },
       {"scale", "2 of 2 elements", "a division by 0"}},
      {[](Watched& w) {
         mean(slice(w.v({1, 2}), 0, 0, 0));
       },
       {"mean []", "1 of 1 element (1 NaN)", "no elements", "a mean over no elements"}},
      {[](Watched& w) {
         square(w.v({1e20, 2}));
       },
       {"square", "leaves the range of float32, 3.403e+38", "Scale the data"}},
  };
  for (const auto& c : cases) {
    Watched w(DType::float32);
    BOOST_CHECK_EXCEPTION(c.run(w), Error, finds(c.parts));
  }
  Watched w(DType::float64);
  BOOST_CHECK_NO_THROW(exp(w.v({89})));
  BOOST_CHECK_EXCEPTION(exp(w.v({710})), Error, finds({"float64 above x = 709.8"}));
}

BOOST_AUTO_TEST_CASE(anomaly_is_structured) {
  Tape tape(DType::float64);
  const Var a = observe("left", tape.variable(tensor({3}, {-1, 0, 7})));
  tape.set_step(5);
  const Var y = observe("ratio", a / tape.input(tensor({3}, {0, 0, 2})));
  tape.set_step(-1);
  const Var z = observe("loss", sum(y));
  const auto found = tape.first_non_finite(z);
  BOOST_TEST_REQUIRE(found.has_value());
  BOOST_TEST(!found->backward);
  BOOST_TEST(found->step == 5);
  BOOST_TEST(found->op == "'ratio', divide [features=3] at time step 5");
  BOOST_TEST(found->belongs_to ==
             "'ratio' (itself); 'loss' (which it goes into); 'left' (which it is made of)");
  BOOST_TEST_REQUIRE(found->operands.size() == 2);
  BOOST_TEST(found->operands[0].what == "'left', variable [features=3]");
  BOOST_TEST(
      (found->operands[0].numbers.smallest == -1 && found->operands[0].numbers.largest == 7));
  BOOST_TEST(found->operands[1].numbers.zeros == 2);
  BOOST_TEST((found->numbers.count == 3 && found->numbers.nans == 1));
  BOOST_TEST((found->numbers.minus_infinite == 1 && found->numbers.infinite == 0));
  BOOST_TEST(found->numbers.smallest == 3.5);
  BOOST_TEST(found->upstream == "it began here, from operands that are all finite");
  BOOST_TEST((found->error().kind() == ErrorKind::non_finite));
  BOOST_TEST(found->error().what() == "anomaly mode, forward: " + found->text());
}

// A packed product goes into four gates; the one that is concerned is named, and the parameter's
// block. Post-hoc the value that it goes into is known; in anomaly mode that of the step before.
BOOST_AUTO_TEST_CASE(anomaly_belongs_to_what_it_goes_into) {
  Tensor weights(DType::float32, {8, 2});
  for (Index i = 0; i < weights.size(); ++i) weights.set(i, 1);
  for (Index i = 4; i < 8; ++i) weights.set(i, 1e20);  // rows 2, 3: the second gate
  const Param W = param("W", weights, {"i", "f", "g", "o"});
  const char* const names[] = {"input", "forget", "cell", "output"};
  Tape tape(DType::float32);
  const auto record = [&](double x2) {
    for (Index t = 0; t < 2; ++t) {
      tape.set_step(t);
      const double x = t == 0 ? 1 : x2;
      const auto parts =
          split(linear(tape.input(tensor({3, 2}, {x, 1, 1, 1, 1, 1}, DType::float32)), W), 4);
      for (std::size_t i = 0; i < 4; ++i) observe(names[i], sigmoid(parts[i]));
    }
  };
  record(1e19);
  const auto found = tape.first_non_finite();
  BOOST_TEST_REQUIRE(found.has_value());
  BOOST_TEST(found->op == "linear [batch=3, features=8] at time step 1");
  BOOST_TEST(found->belongs_to ==
             "gate 'f' of parameter 'W'; 'forget' at time step 1 (which it goes into); parameter "
             "'W' (which it is made of)");
  BOOST_TEST(found->numbers.infinite == 2);
  BOOST_TEST(found->cure.find("and parameter 'W' is as large as 1e+20: a learning rate") !=
             std::string::npos);
  tape.reset();
  tape.detect_anomaly(true);
  BOOST_CHECK_EXCEPTION(
      record(1e19), Error,
      finds({"linear [batch=3, features=8] at time step 1",
             "gate 'f' of parameter 'W'; 'input', "
             "'forget', 'cell' and 'output' at time step 0 (which the same op there goes into)"}));
  tape.reset();
  record(1);  // well
  BOOST_TEST(!tape.first_non_finite());
}

BOOST_AUTO_TEST_CASE(anomaly_parameters_at_their_first_use) {
  const Param good = param("good", tensor({2}, {1, 2})), bad = param("bad", tensor({2}, {1, 2}));
  Param(bad).mutable_value().set(1, not_a_number);
  const auto found = finds({"the value of parameter 'bad' [out=2]", "1 of 2 elements (1 NaN)",
                            "parameter 'bad' (itself)", "put on the tape like this",
                            "first used by where [features=2] at time step 3", "learning rate"});
  Tape tape(DType::float64);
  const auto use = [&] {  // the value is finite: what is not is not chosen
    const Var mask = tape.input(tensor({2}, {1, 0}, DType::boolean));
    return where(mask, tape.use(bad), tape.use(good));
  };
  tape.set_step(3);
  BOOST_CHECK_NO_THROW(use());
  tape.detect_anomaly(true);  // what is on the tape already is looked at when something is recorded
  BOOST_CHECK_EXCEPTION(use(), Error, found);
  for (int again = 0; again < 2; ++again) {  // the mode stays, and so do its checks
    tape.reset();
    tape.set_step(3);
    BOOST_CHECK_EXCEPTION(use(), Error, found);
  }
  tape.detect_anomaly(false);
  BOOST_CHECK_NO_THROW(use());
  Param(bad).mutable_value().set(1, infinity);
  tape.reset();
  tape.detect_anomaly(true, Infinity::allowed);  // a parameter never means it
  BOOST_CHECK_EXCEPTION(tape.use(good) * bad, Error, finds({"parameter 'bad'", "1 inf"}));
}

// An infinity in the data may be hidden by a bounded function; what a mask or a slice leaves out is
// nobody's concern.
BOOST_AUTO_TEST_CASE(anomaly_inputs_at_their_first_use) {
  Watched w(DType::float64);
  const Var x = observe("x", w.tape.input(tensor({2, 2}, {1, infinity, 2, 3})));
  BOOST_CHECK_EXCEPTION(sigmoid(x), Error,
                        finds({"the value of 'x', input [batch=2, features=2]", "'x' (itself)",
                               "put on the tape like this; first used by sigmoid", "the data"}));
  BOOST_CHECK_EXCEPTION(sigmoid(at(x, 0, 0)), Error,
                        finds({"the value of reshape [features=2]", "it began at 'x', input",
                               "put on the tape like this", "first used by sigmoid"}));
  BOOST_CHECK_EXCEPTION(x + 1.0, Error,
                        finds({"add_constant", "it began at 'x', input", "the data"}));
  BOOST_CHECK_NO_THROW(sigmoid(at(x, 0, 1)));
  const Var mask = w.tape.input(tensor({2}, {0, 1}, DType::boolean));
  BOOST_CHECK_NO_THROW(sigmoid(where(mask, x, w.tape.zeros({2, 2}))));
  const Var rows = w.tape.input(tensor({1}, {1}, DType::int64));
  BOOST_CHECK_NO_THROW(tanh(embedding(x, rows)));
}

BOOST_AUTO_TEST_CASE(anomaly_infinities_that_are_meant) {
  Tape tape(DType::float64);
  const auto attend = [&tape](double last) {
    const Var scores = tape.variable(tensor({2, 2}, {1, 2, 3, 4}));
    const Var mask = tape.input(tensor({2, 2}, {0, -infinity, last, 0}));
    return tape.backward(sum(square(softmax(scores + mask))), {scores})[scores];
  };
  tape.detect_anomaly(true);
  BOOST_CHECK_EXCEPTION(attend(0), Error, finds({"add", "1 -inf", "it began at input"}));
  tape.detect_anomaly(true, Infinity::allowed);
  BOOST_TEST(largest(attend(0)) > 0);
  Watched w(DType::float64, Infinity::allowed);
  BOOST_CHECK_EXCEPTION(
      softmax(w.tape.input(tensor({2, 2}, {0, 1, -infinity, -infinity}))), Error,
      finds({"softmax", "2 of 4 elements (2 NaN)", "2 of 4 elements not finite (2 -inf)",
             "which are allowed", "A row that is -inf throughout"}));
  const Var up = w.tape.input(tensor({1}, {infinity})), none = w.tape.zeros({1});
  BOOST_CHECK_EXCEPTION(up - up, Error, finds({"subtract", "inf - inf is NaN"}));
  BOOST_CHECK_EXCEPTION(up * none, Error, finds({"multiply", "0 times inf is NaN", "where"}));
  BOOST_TEST((-up).item() == -infinity);
  // What came before is not blamed for what has nothing to do with it.
  const auto found = w.tape.first_non_finite(Infinity::allowed);
  BOOST_TEST((found && found->op == "softmax [batch=2, features=2]"));
}

// Padding is never read; it must not be taken for the cause of what goes wrong elsewhere.
BOOST_AUTO_TEST_CASE(anomaly_follows_the_result) {
  Tape tape(DType::float64);
  const Var padded = tape.input(tensor({2, 1}, {1, not_a_number}));
  const Var unused = log(tape.input(tensor({1}, {-1})));
  const Var x = tape.variable(tensor({1}, {0}));
  const Var y = observe("y", 1.0 / (x + at(padded, 0, 0) - 1.0));
  const Var loss = sum(y * 2.0);
  BOOST_TEST(tape.first_non_finite()->op == tape.describe(unused.id()));
  BOOST_TEST(tape.first_non_finite(loss)->op == "'y', divide_into [features=1]");
  BOOST_TEST(!tape.first_non_finite(x));
  Tape other(DType::float64);
  BOOST_CHECK_EXCEPTION(other.first_non_finite(loss), Error, says({"values of two tapes"}));
}

BOOST_AUTO_TEST_SUITE_END()
