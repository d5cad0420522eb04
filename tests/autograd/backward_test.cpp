#include <autograd/no_grad.hpp>
#include <boost/test/unit_test.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// What backward() gives for which values: sums over uses, zeros, cotangents on the way, refusals.

using namespace carousel;
using namespace carousel::testing;

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(backward_adds_up_over_uses) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2}, {3, -2}));
  const Var y = x * x + x * 5.0 - x;  // x² + 4x
  BOOST_TEST(identical(tape.backward(sum(y), {x})[x], tensor({2}, {10, 0})));
  const Var a = tape.variable(tensor({2, 2}, {1, 2, 3, 4}));
  // d sum(a a) = 1 aᵀ + aᵀ 1
  BOOST_TEST(identical(tape.backward(sum(matmul(a, a)), {a})[a],
                       tensor({2, 2}, {3 + 4, 7 + 4, 3 + 6, 7 + 6})));
  BOOST_TEST(identical(tape.backward(sum(concat({x, x}, 0)), {x})[x], tensor({2}, {2, 2})));
  BOOST_TEST(identical(tape.backward(sum(stack({x, x, x})), {x})[x], tensor({2}, {3, 3})));
}

BOOST_AUTO_TEST_CASE(backward_gives_cotangents_on_the_way) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({}, {2}));
  const Var y = square(x), z = y * 3.0, loss = square(z) + y;
  const Adjoints adjoints = tape.backward(loss, {loss, z, y, x, y});
  BOOST_TEST(adjoints[loss].at(0) == 1);
  BOOST_TEST(adjoints[z].at(0) == 2 * 12);
  BOOST_TEST(adjoints[y].at(0) == 3 * 24 + 1);
  BOOST_TEST(adjoints[x].at(0) == 73 * 4);
  // The same x alone: asking for more changes nothing.
  BOOST_TEST(tape.backward(loss, {x})[x].at(0) == 73 * 4);
}

BOOST_AUTO_TEST_CASE(backward_gives_zeros_where_nothing_flows) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2}, {1, 2})), y = tape.variable(tensor({3}, {1, 2, 3}));
  const Var loss = sum(square(x));
  const Var later = square(y);  // recorded after the loss
  const Adjoints adjoints = tape.backward(loss, {x, y, later});
  BOOST_TEST(identical(adjoints[x], tensor({2}, {2, 4})));
  BOOST_TEST(identical(adjoints[y], tensor({3}, {0, 0, 0})));
  BOOST_TEST(identical(adjoints[later], tensor({3}, {0, 0, 0})));
  BOOST_TEST(adjoints.norm(y) == 0);
  // A loss that depends on nothing differentiable.
  const Var constant = sum(tape.zeros({2}));
  BOOST_CHECK_EXCEPTION(tape.backward(constant, {x}), Error,
                        says({"Tape::backward", "a loss that gradients can flow from", "NoGrad"}));
}

BOOST_AUTO_TEST_CASE(backward_twice_gives_the_same_bits) {
  Random random(1, "twice");
  Tape tape(DType::float32);
  const Var x = tape.variable(normal({5, 7}, random, DType::float32));
  const Var W = tape.variable(normal({7, 7}, random, DType::float32));
  Var h = x;
  for (int t = 0; t < 4; ++t) h = tanh(linear(h, W) + x);
  const Var loss = mean(square(h));
  const Adjoints once = tape.backward(loss, {x, W, h});
  const Adjoints again = tape.backward(loss, {h, x, W});
  for (const Var& v : {x, W, h}) BOOST_TEST(identical(once[v], again[v]));
  BOOST_TEST(once.norm(W) > 0);
}

BOOST_AUTO_TEST_CASE(backward_from_a_seed) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({3}, {1, 2, 3}));
  const Var y = square(x);
  BOOST_TEST(
      identical(tape.backward(y, {x}, tensor({3}, {1, -1, 0.5}))[x], tensor({3}, {2, -4, 3})));
  // The loss may be a leaf, and a part of something larger.
  BOOST_TEST(identical(tape.backward(x, {x}, tensor({3}, {7, 8, 9}))[x], tensor({3}, {7, 8, 9})));
  BOOST_TEST(identical(tape.backward(at(y, 0, 1), {x})[x], tensor({3}, {0, 4, 0})));
  const Var column = slice(reshape(y, {3, 1}), 0, 1, 3);
  BOOST_TEST(
      identical(tape.backward(column, {x}, tensor({2, 1}, {1, 10}))[x], tensor({3}, {0, 4, 60})));
  BOOST_CHECK_EXCEPTION(tape.backward(y, {x}), Error,
                        says({"Tape::backward", "one element", "square [features=3]", "seed"}));
  BOOST_CHECK_EXCEPTION(tape.backward(y, {x}, tensor({2}, {1, 2})), Error,
                        says({"Tape::backward", "float64 [features=3]", "float64 [features=2]"}));
  BOOST_CHECK_EXCEPTION(tape.backward(y, {x}, tensor({3}, {1, 2, 3}, DType::float32)), Error,
                        says({"Tape::backward", "float64 [features=3]", "float32 [features=3]"}));
}

BOOST_AUTO_TEST_CASE(backward_refuses_values_without_gradient) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({1}, {2})), fixed = tape.input(tensor({1}, {3}));
  const Var loss = sum(x * fixed);
  BOOST_CHECK_EXCEPTION(tape.backward(loss, {x, fixed}), Error,
                        says({"Tape::backward", "gradient", "input [features=1]", "variable()"}));
  BOOST_CHECK_EXCEPTION(tape.backward(loss, {detach(x)}), Error,
                        says({"Tape::backward", "detach [features=1]"}));
  // A refused pass leaves nothing behind that the next one stumbles over.
  const Adjoints adjoints = tape.backward(loss, {x});
  BOOST_TEST(adjoints[x].at(0) == 3);
  BOOST_CHECK_EXCEPTION(adjoints[loss], Error, says({"Adjoints", "asked for", "sum []"}));
  BOOST_CHECK_EXCEPTION(adjoints[fixed], Error,
                        says({"Adjoints", "asked for", "input [features=1]"}));
}

BOOST_AUTO_TEST_CASE(backward_adjoints_can_be_copied_out_and_outlive_further_passes) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2}, {3, 4}));
  const Var loss = sum(square(x));
  Adjoints first = tape.backward(loss, {x});
  const Adjoints second = tape.backward(loss * 2.0, {x});
  BOOST_TEST(first.norm(x) == 10);
  BOOST_TEST(second.norm(x) == 20);
  Tensor into(DType::float64, {2});
  const void* memory = into.raw();
  first.copy_to(x, into);
  BOOST_TEST(identical(into, tensor({2}, {6, 8})));
  BOOST_TEST(into.raw() == memory);
  const Adjoints moved = std::move(first);
  BOOST_TEST(moved.norm(x) == 10);
}

BOOST_AUTO_TEST_CASE(backward_stops_at_detach_and_no_grad) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({}, {3}));
  const Var y = x * detach(square(x));
  BOOST_TEST(tape.backward(y, {x})[x].at(0) == 9);
  Var silent;
  {
    const NoGrad no_grad(tape);
    silent = square(x);
    {
      const NoGrad nested(tape);
      BOOST_TEST(!tape.variable(tensor({}, {1})).requires_grad());
    }
    BOOST_TEST(!(silent * x).requires_grad());
  }
  BOOST_TEST(!silent.requires_grad());
  BOOST_TEST(silent.item() == 9);
  BOOST_TEST((x * silent).requires_grad());
  BOOST_TEST(tape.backward(x * silent, {x})[x].at(0) == 9);
}

BOOST_AUTO_TEST_SUITE_END()
