#include <autograd/grad.hpp>
#include <autograd/no_grad.hpp>
#include <autograd/ops.hpp>
#include <boost/test/unit_test.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// grad and what is made of it refuse what they cannot answer, and leave the tape as it was.

using namespace carousel;
using namespace carousel::testing;

BOOST_AUTO_TEST_SUITE(autograd)

// H v is no derivative of v: for y = x³, H x = 6 x², and H (3 x²) = 18 x³.
BOOST_AUTO_TEST_CASE(grad_hvp_along_a_vector_that_depends_on_x) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2}, {2, -1}));
  const Var y = sum(pow(x, 3));
  const Var slope = grad(y, {x}, true)[0];
  BOOST_TEST(elements_are(hvp(y, {x}, {x})[0].value(), {24, 6}));
  const Var along_slope = hvp(y, {x}, {slope})[0];
  BOOST_TEST(elements_are(along_slope.value(), {144, -18}));
  // And it can be differentiated further, through v as well: d/dx 18 x³ = 54 x².
  BOOST_TEST(elements_are(grad(sum(along_slope), {x}, true)[0].value(), {216, 54}));
}

BOOST_AUTO_TEST_CASE(grad_refuses_constants) {
  Tape tape(DType::float64);
  const Var x = tape.input(tensor({1}, {2})), w = tape.variable(tensor({1}, {3}));
  const Var y = sum(x * w + square(x) * w);
  for (const bool create_graph : {false, true}) {
    BOOST_CHECK_EXCEPTION(grad(y, {x}, create_graph), Error, says({"tape.variable()"}));
    const Var cut = detach(w);
    BOOST_CHECK_EXCEPTION(grad(sum(square(cut) * w), {cut}, create_graph), Error, says({"detach"}));
  }
  BOOST_CHECK_EXCEPTION(jvp(y, {x}, {x}), Error, says({"tape.variable()"}));
  BOOST_CHECK_EXCEPTION(grad(sum(x), {w}, true), Error, says({"computed from inputs only"}));
}

BOOST_AUTO_TEST_CASE(grad_refuses_what_is_not_on_the_tape) {
  Tape tape(DType::float64), other(DType::float64);
  const Var x = tape.variable(tensor({1}, {2})), stranger = other.variable(tensor({1}, {2}));
  const Var y = sum(square(x)), old = other.variable(tensor({1}, {1}));
  other.reset();
  for (const bool create_graph : {false, true}) {
    BOOST_CHECK_EXCEPTION(grad(y, {other.variable(tensor({1}, {2}))}, create_graph), Error,
                          says({"values of two tapes"}));
    BOOST_CHECK_EXCEPTION(grad(y, {old}, create_graph), Error, says({"before Tape::reset()"}));
    BOOST_CHECK_EXCEPTION(grad(y, {Var()}, create_graph), Error, says({"an empty Var"}));
    BOOST_CHECK_EXCEPTION(
        grad(x + 1.0, {x}, tape.input(tensor({1}, {1}, DType::int64)), create_graph), Error,
        says({"seed"}));
    BOOST_CHECK_EXCEPTION(grad(x + 1.0, {x}, tape.zeros({2}), create_graph), Error, says({"seed"}));
  }
  BOOST_CHECK_EXCEPTION(grad(x + 1.0, {x}, other.zeros({1}), true), Error,
                        says({"values of two tapes"}));
}

BOOST_AUTO_TEST_CASE(grad_refuses_a_changed_parameter) {
  Tape tape(DType::float64);
  Param W("W", DType::float64, {1}, Role::input);
  W.mutable_value().set(0, 3);
  const Var x = tape.variable(tensor({1}, {2}));
  const Var y = sum(square(x * W));
  W.mutable_value().set(0, 100);
  for (const bool create_graph : {false, true}) {
    BOOST_CHECK_EXCEPTION(grad(y, {x}, create_graph), Error, says({"'W'", "changed since"}));
  }
}

BOOST_AUTO_TEST_CASE(grad_keeps_the_time_step) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({1}, {2}));
  tape.set_step(4);
  const Var y = exp(x);
  tape.set_step(9);
  grad(sum(square(y)), {x}, true);
  BOOST_TEST(tape.nodes()[exp(x).id()].step == 9);
  BOOST_CHECK_THROW(grad(sum(square(y)), {tape.input(tensor({1}, {1}))}, true), Error);
  BOOST_TEST(tape.nodes()[exp(x).id()].step == 9);
}

BOOST_AUTO_TEST_CASE(grad_under_no_grad) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({1}, {2}));
  const Var y = sum(pow(x, 3));
  const NoGrad constant(tape);
  const auto refused = says({"create_graph", "NoGrad"});
  BOOST_CHECK_EXCEPTION(grad(y, {x}, true), Error, refused);
  BOOST_CHECK_EXCEPTION(jvp(y, {x}, {x}), Error, refused);
  BOOST_CHECK_EXCEPTION(hvp(y, {x}, {x}), Error, refused);
  BOOST_CHECK_EXCEPTION(hessian(y, x), Error, refused);
  BOOST_TEST(grad(y, {x})[0].item() == 12);
  BOOST_TEST(jacobian(y, x).at(0) == 12);
}

// What a pullback records for an operand that nobody asked for may be anything.
BOOST_AUTO_TEST_CASE(grad_in_anomaly_mode) {
  Tape tape(DType::float64);
  tape.detect_anomaly(true);
  const Var x = tape.variable(tensor({2}, {-1, -2})), p = tape.input(tensor({2}, {0, 1}));
  BOOST_TEST(elements_are(grad(sum(kl_divergence(x, p)), {x}, true)[0].value(), {0, -1}));
  const Var a = tape.variable(tensor({1}, {0})), b = tape.input(tensor({1}, {2}));
  BOOST_TEST(grad(sum(pow(a, b)), {a}, true)[0].item() == 0);
  BOOST_CHECK_EXCEPTION(grad(sum(sqrt(observe("gate", a))), {a}, true), Error,
                        says(ErrorKind::non_finite,
                             {"anomaly mode, backward", "the gradient leaving sqrt", "'gate'"}));
  BOOST_CHECK_THROW(exp(x * -1000.0), Error);  // the mode is still on
}

BOOST_AUTO_TEST_SUITE_END()
