#include <autograd/no_grad.hpp>
#include <boost/test/unit_test.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// Parameters on a tape: identity, ties, changes behind its back.

using namespace carousel;
using namespace carousel::testing;

namespace {

Param param(const char* name, const Tensor& value) {
  Param result(name, value.dtype(), value.shape(), Role::recurrent);
  result.mutable_value() = value;
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(params_are_put_on_the_tape_by_their_first_use) {
  const Param W = param("W", tensor({2, 2}, {1, 2, 3, 4})), b = param("b", tensor({2}, {5, 6}));
  Tape tape(DType::float64);
  const Var x = tape.input(tensor({1, 2}, {1, 1}));
  const Var y = linear(x, W) + b;
  BOOST_TEST(identical(y.value(), tensor({1, 2}, {8, 13})));
  BOOST_TEST(tape.params().size() == 2);
  const Adjoints adjoints = tape.backward(sum(y), {W, b});
  BOOST_TEST(identical(adjoints[W], tensor({2, 2}, {1, 1, 1, 1})));
  BOOST_TEST(identical(adjoints[b], tensor({2}, {1, 1})));
  // One that the loss never used is put there when its gradient is asked for.
  const Param unused = param("unused", tensor({1}, {1}));
  BOOST_TEST(tape.backward(sum(y), {unused})[unused].at(0) == 0);
}

BOOST_AUTO_TEST_CASE(params_that_are_tied_have_one_gradient) {
  const Param w = param("w", tensor({1}, {3}));
  const Param tied = w;
  BOOST_TEST((tied == w));
  BOOST_TEST(count({w, tied}) == 1);
  BOOST_TEST(unique({w, tied}).size() == 1);
  Tape tape(DType::float64);
  const Var x = tape.input(tensor({1}, {2}));
  const Var loss = sum(x * w * tied);  // x w²
  BOOST_TEST(tape.params().size() == 1);
  const Adjoints adjoints = tape.backward(loss, {w, tied});
  BOOST_TEST(adjoints[w].at(0) == 2 * 2 * 3);
  BOOST_TEST(adjoints[tied].at(0) == 12);
}

BOOST_AUTO_TEST_CASE(params_of_equal_values_are_two) {
  const Param a = param("w", tensor({1}, {3})), b = param("w", tensor({1}, {3}));
  BOOST_TEST((a != b));
  Tape tape(DType::float64);
  const Var loss = sum(tape.use(a) * b * 2.0);
  const Adjoints adjoints = tape.backward(loss, {a, b});
  BOOST_TEST(tape.params().size() == 2);
  BOOST_TEST((adjoints[a].at(0) == 6 && adjoints[b].at(0) == 6));
}

BOOST_AUTO_TEST_CASE(params_changed_before_backward_are_refused) {
  Param w = param("w", tensor({1}, {3}));
  Tape tape(DType::float64);
  Var loss = sum(square(tape.use(w)));
  BOOST_TEST(tape.backward(loss, {w})[w].at(0) == 6);
  w.mutable_value().set(0, 4);
  BOOST_CHECK_EXCEPTION(tape.backward(loss, {w}), Error,
                        says({"Tape::backward", "parameter 'w'", "changed", "reset"}));
  tape.reset();
  loss = sum(square(tape.use(w)));
  BOOST_TEST(tape.backward(loss, {w})[w].at(0) == 8);
}

BOOST_AUTO_TEST_CASE(params_of_another_dtype_are_refused) {
  const Param w = param("w", tensor({1}, {3}, DType::float32));
  Tape tape(DType::float64);
  const Var x = tape.input(tensor({1}, {2}));
  BOOST_CHECK_EXCEPTION(x * w, Error, says({"parameter 'w'", "float64", "float32"}));
  BOOST_CHECK_EXCEPTION(tape.input(tensor({1}, {3}, DType::float32)), Error,
                        says({"float64", "float32 [features=1]", "values.to(DType::float64)"}));
  BOOST_CHECK_EXCEPTION(tape.variable(tensor({1}, {3}, DType::int64)), Error,
                        says({"Tape::variable", "int64", "input()"}));
  BOOST_CHECK_EXCEPTION(Tape{DType::int64}, Error, says({"Tape", "float32 or float64", "int64"}));
  BOOST_CHECK_EXCEPTION(Param("n", DType::int64, {1}, Role::bias), Error,
                        says({"parameter 'n'", "float32 or float64", "int64"}));
}

// Evaluating first and training next on one tape: what NoGrad put there has a gradient after it.
BOOST_AUTO_TEST_CASE(params_used_under_no_grad_first) {
  const Param w = param("w", tensor({1}, {3}));
  Tape tape(DType::float64);
  const Var x = tape.input(tensor({1}, {2}));
  {
    const NoGrad no_grad(tape);
    BOOST_TEST(!(x * w).requires_grad());
  }
  const Var loss = sum(x * w);
  BOOST_TEST(loss.requires_grad());
  BOOST_TEST(tape.backward(loss, {w})[w].at(0) == 2);
}

BOOST_AUTO_TEST_CASE(params_that_are_on_no_tape) {
  const Param w = param("w", tensor({1}, {3})), empty;
  BOOST_TEST(Var(w).requires_grad());
  BOOST_TEST((Var(w).shape() == Shape{1}));
  BOOST_TEST(Var(w).item() == 3);
  BOOST_CHECK_EXCEPTION(Var(w) * w, Error,
                        says({"multiply", "operand on a tape", "parameters only", "tape.use"}));
  BOOST_CHECK_EXCEPTION(tanh(w), Error, says({"tanh", "parameters only", "tape.use"}));
  BOOST_CHECK_EXCEPTION(Var(w).tape(), Error, says({"parameter 'w' on no tape", "tape.use"}));
  BOOST_CHECK_EXCEPTION(reshape(w, {1, 1}), Error, says({"parameter 'w' on no tape"}));
  BOOST_CHECK_EXCEPTION(empty.shape(), Error, says({"Param", "empty", "declare()"}));
}

BOOST_AUTO_TEST_SUITE_END()
