#include <autograd/failures/numbers.hpp>
#include <boost/test/unit_test.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// Gradients that stop being finite, and how numbers are looked at.

using namespace carousel;
using namespace carousel::testing;

namespace {

auto finds(std::vector<std::string> parts) { return says(ErrorKind::non_finite, std::move(parts)); }

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(anomaly_backward_names_op_and_cotangent) {
  Param w("w", DType::float64, {2}, Role::bias);
  w.mutable_value() = tensor({2}, {1e-200, 1});
  for (const bool on : {true, false}) {
    Tape tape(DType::float64);
    tape.detect_anomaly(on);
    const Var x = tape.use(w);
    tape.set_step(0);
    const Var a = observe("a", x * 1.0);
    tape.set_step(1);
    const Var b = 1.0 / a;
    tape.set_step(2);
    const Var c = b * 1e-50;
    tape.set_step(-1);
    const Var loss = sum(c) + sum(b * 0.0);
    const std::vector<std::string> parts{
        "the gradient leaving divide_into [features=2] at time step 1 for operand 0, 'a', scale "
        "[features=2] at time step 0 is not finite: 1 of 2 elements (1 -inf), the others -1e-50",
        "belongs to: 'a' at time step 0 (which it is made of)",
        "operand 0: 'a', scale [features=2] at time step 0: 1e-200 .. 1, all finite",
        "upstream: its cotangent came from scale [features=2] and 1 more: 1e-50, all finite",
        "keep the divisor away from 0"};
    if (on) {
      BOOST_CHECK_EXCEPTION(tape.backward(loss, {w}), Error, finds(parts));
      // The tape goes on as it was.
      BOOST_TEST(tape.backward(sum(square(x)), {w})[w].at(1) == 2);
    } else {
      BOOST_TEST(tape.backward(loss, {w})[w].at(0) == -infinity);
      BOOST_TEST(finds(parts)(tape.first_non_finite_gradient(loss)->error()));
      BOOST_TEST(!tape.first_non_finite_gradient(sum(square(x))));
    }
  }
}

// The trap of a masked logarithm: the value that is not chosen is well hidden, its slope is not.
BOOST_AUTO_TEST_CASE(anomaly_backward_zero_times_infinity) {
  Tape tape(DType::float64);
  tape.detect_anomaly(true, Infinity::allowed);
  const Var x = tape.variable(tensor({2}, {0, 2}));
  const Var mask = tape.input(tensor({2}, {0, 1}, DType::boolean));
  const Var y = where(mask, log(x), tape.zeros({2}));
  BOOST_CHECK_EXCEPTION(
      tape.backward(sum(y), {x}), Error,
      finds({"log [features=2]", "1 NaN", "came from where [features=2]: 0 .. 1, all finite",
             "A cotangent of 0 times an infinite slope is NaN", "where before this op too"}));
  const Var safe = where(mask, log(where(mask, x, x + 1.0)), tape.zeros({2}));
  BOOST_TEST(identical(tape.backward(sum(safe), {x})[x], tensor({2}, {0, 0.5})));
}

BOOST_AUTO_TEST_CASE(anomaly_backward_exploding) {
  Param W("W", DType::float32, {4, 2}, Role::recurrent, {"a", "b"});
  Tape tape;
  tape.detect_anomaly(true);
  W.mutable_value().fill(1e10);
  Var h = tape.input(tensor({1, 2}, {1e-30, 1e-30}, DType::float32));
  for (Index t = 0; t < 3; ++t) {
    tape.set_step(t);
    h = observe("h", slice(linear(h, W), 1, 2, 4));
  }
  tape.set_step(-1);
  BOOST_CHECK_EXCEPTION(
      tape.backward(sum(h) * 1e20, {W}), Error,
      finds({"gradient leaving linear [batch=1, features=4] at time step 1 for operand 0, 'h'",
             "leaves the range of float32", "parameter 'W' is as large as 1e+10: a learning rate",
             "Clipping comes after"}));
}

// A parameter's gradient names the parameter, and the block of it.
BOOST_AUTO_TEST_CASE(anomaly_backward_of_a_parameter) {
  Param W("W", DType::float32, {4, 1}, Role::input, {"a", "b"});
  Tape tape;
  tape.detect_anomaly(true);
  const Var x = tape.input(tensor({1, 1}, {1e20}, DType::float32));
  const Var y = slice(linear(x, W), 1, 2, 4);
  BOOST_CHECK_EXCEPTION(
      tape.backward(sum(y) * 1e20, {W}), Error,
      finds({"gradient leaving linear [batch=1, features=4] for operand 1, parameter 'W' [out=4, "
             "in=1]",
             "belongs to: gate 'b' of parameter 'W'; parameter 'W' (itself)", "2 of 4 elements",
             "operand 0: input [batch=1, features=1]: 1e+20, all finite"}));
}

BOOST_AUTO_TEST_CASE(anomaly_backward_of_a_seed) {
  Tape tape(DType::float64);
  tape.detect_anomaly(true);
  const Var x = observe("x", tape.variable(tensor({2}, {1, 2})));
  const Var y = square(x);
  BOOST_CHECK_EXCEPTION(
      tape.backward(y, {x}, tensor({2}, {1, not_a_number})), Error,
      finds({"anomaly mode, backward", "the start of the pass", "square [features=2]",
             "1 of 2 elements (1 NaN)", "the seed that backward() was given"}));
  BOOST_TEST(tape.backward(y, {x}, tensor({2}, {1, 1})).norm(x) > 0);
}

// --- how numbers are looked at ---

BOOST_AUTO_TEST_CASE(anomaly_finds_every_number_that_is_not_finite) {
  const auto check = [](DType dtype, double largest, double smallest) {
    for (const Index columns : {1, 2, 3, 7, 16, 33}) {
      for (Index at = 0; at < 2 * columns; ++at) {
        Tensor t(dtype, {2, columns});
        for (Index i = 0; i < t.size(); ++i) {
          t.set(i, (i % 2 == 0 ? 1 : -1) * (i % 3 == 0 ? largest : i % 3 == 1 ? smallest : 0));
        }
        BOOST_TEST((is_finite(t.view()) && is_finite(t.view(), Infinity::allowed)));
        for (const double bad : {infinity, -infinity, not_a_number, -not_a_number}) {
          t.set(at, bad);
          BOOST_TEST(!is_finite(t.view()));
          BOOST_TEST(is_finite(t.view(), Infinity::allowed) == !std::isnan(bad));
          // A part that has it not, with its rows apart.
          View part = t.view();
          part.shape = {2, columns - 1};
          if (at % columns == 0) part.data = static_cast<char*>(part.data) + size_of(dtype);
          if (at % columns == 0 || at % columns == columns - 1) BOOST_TEST(is_finite(part));
        }
      }
    }
  };
  check(DType::float32, std::numeric_limits<float>::max(),
        std::numeric_limits<float>::denorm_min());
  check(DType::float64, std::numeric_limits<double>::max(),
        std::numeric_limits<double>::denorm_min());
  BOOST_TEST(is_finite(Tensor(DType::float32, {0}).view()));
  BOOST_TEST(is_finite(Tensor(DType::int64, {3}).view()));
}

BOOST_AUTO_TEST_CASE(anomaly_numbers_in_words) {
  const auto text = [](std::initializer_list<double> values, DType dtype = DType::float64) {
    return numbers_of(tensor({static_cast<Index>(values.size())}, values, dtype).view()).text();
  };
  BOOST_TEST(text({-3.14159, 88.9, 0}) == "-3.142 .. 88.9, all finite");
  BOOST_TEST(text({2}) == "2, all finite");
  BOOST_TEST(text({}) == "no elements");
  BOOST_TEST(text({not_a_number}) == "1 of 1 element not finite (1 NaN)");
  BOOST_TEST(text({not_a_number, infinity, -infinity, infinity, 1, -2}) ==
             "4 of 6 elements not finite (1 NaN, 2 inf, 1 -inf), the others in -2 .. 1");
  BOOST_TEST(text({infinity, 4}) == "1 of 2 elements not finite (1 inf), the others 4");
  BOOST_TEST(text({3, 7}, DType::int64) == "3 .. 7, all finite");
  BOOST_TEST(text({0, 1}, DType::boolean) == "0 .. 1, all finite");
}

// Of leaves that are no parameters, too; and of a loss only.
BOOST_AUTO_TEST_CASE(anomaly_first_gradient_of_a_variable) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2}, {0, 1}));
  const Var y = sqrt(square(x));
  const auto found = tape.first_non_finite_gradient(sum(y));
  BOOST_TEST(found.has_value());
  if (found) BOOST_TEST(found->op.find("sqrt") != std::string::npos);
  BOOST_CHECK_THROW(tape.first_non_finite_gradient(y), Error);
}

BOOST_AUTO_TEST_SUITE_END()
