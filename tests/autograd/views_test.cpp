#include <boost/test/unit_test.hpp>
#include <tests/support/tensors.hpp>

// Parts of arrays are views: no copy forward, and their gradient is a part of the whole's gradient.

using namespace carousel;
using namespace carousel::testing;

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(views_share_the_elements) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}));
  const auto data = [&](const Var& v) { return tape.nodes()[v.id()].value.as<double>(); };
  BOOST_TEST(data(split<2>(x)[1]) == data(x) + 2);
  BOOST_TEST(data(at(x, 0, 1)) == data(x) + 4);
  BOOST_TEST(data(reshape(x, {8})) == data(x));
  BOOST_TEST(data(reshape(slice(x, 1, 0, 2), {4})) != data(x));  // not side by side: a copy
}

BOOST_AUTO_TEST_CASE(views_of_which_some_are_used) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2, 6}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  const auto [a, b, c] = split<3>(x);
  (void)b;
  const Var loss = sum(square(a)) + sum(c);
  BOOST_TEST(identical(tape.backward(loss, {x})[x],
                       tensor({2, 6}, {2, 4, 0, 0, 1, 1, 14, 16, 0, 0, 1, 1})));
}

BOOST_AUTO_TEST_CASE(views_that_overlap) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({5}, {1, 2, 3, 4, 5}));
  const Var loss = sum(slice(x, 0, 0, 3)) + 10.0 * sum(slice(x, 0, 2, 5)) + 100.0 * sum(x);
  BOOST_TEST(identical(tape.backward(loss, {x})[x], tensor({5}, {101, 101, 111, 110, 110})));
  const Var product = sum(slice(x, 0, 0, 4) * slice(x, 0, 1, 5));  // neighbours
  BOOST_TEST(identical(tape.backward(product, {x})[x], tensor({5}, {2, 4, 6, 8, 4})));
}

// A whole and a row of it as operands of one op: neither gradient may overwrite the other.
BOOST_AUTO_TEST_CASE(views_beside_their_whole) {
  for (const bool whole_first : {true, false}) {
    Tape tape(DType::float64);
    const Var x = tape.variable(tensor({2, 2}, {1, 2, 3, 4}));
    const Var last = at(x, 0, 1);
    const Var loss = sum(whole_first ? x * last : last * x);
    for (int pass = 0; pass < 2; ++pass) {
      BOOST_TEST(identical(tape.backward(loss, {x})[x], tensor({2, 2}, {3, 4, 7, 10})));
    }
  }
}

// A view that is asked for collects what flows through it alone, and passes it on.
BOOST_AUTO_TEST_CASE(views_whose_gradient_is_asked_for) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2, 3}, {1, 2, 3, 4, 5, 6}));
  const Var column = slice(x, 1, 1, 3), row = at(x, 0, 1);
  const Var loss = sum(square(column)) + 10.0 * sum(row) + sum(x);
  const Adjoints adjoints = tape.backward(loss, {x, column, row});
  BOOST_TEST(identical(adjoints[column], tensor({2, 2}, {4, 6, 10, 12})));
  BOOST_TEST(identical(adjoints[row], tensor({3}, {10, 10, 10})));
  BOOST_TEST(identical(adjoints[x], tensor({2, 3}, {1, 5, 7, 11, 21, 23})));
  BOOST_TEST(identical(tape.backward(loss, {column})[column], tensor({2, 2}, {4, 6, 10, 12})));
  BOOST_TEST(identical(tape.backward(loss, {x})[x], adjoints[x]));
}

BOOST_AUTO_TEST_CASE(views_of_views) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2, 2, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  const Var step = at(x, 0, 1);           // [[7, 8, 9], [10, 11, 12]]
  const Var gate = slice(step, 1, 1, 3);  // [[8, 9], [11, 12]]
  const Var unit = slice(gate, 1, 1, 2);  // [[9], [12]]
  BOOST_TEST(identical(unit.value(), tensor({2, 1}, {9, 12})));
  const Var flat = reshape(gate, {4});
  const Var loss = sum(square(unit)) + sum(flat) + sum(reshape(x, {12}));
  const Adjoints adjoints = tape.backward(loss, {x, gate, unit, flat});
  BOOST_TEST(identical(adjoints[unit], tensor({2, 1}, {18, 24})));
  BOOST_TEST(identical(adjoints[flat], tensor({4}, {1, 1, 1, 1})));
  BOOST_TEST(identical(adjoints[gate], tensor({2, 2}, {1, 19, 1, 25})));
  BOOST_TEST(identical(adjoints[x], tensor({2, 2, 3}, {1, 1, 1, 1, 1, 1, 1, 2, 20, 1, 2, 26})));
  BOOST_TEST(identical(tape.backward(loss, {x})[x], adjoints[x]));
}

// Reused buffers must not leak into the parts of a gradient that nothing flows to.
BOOST_AUTO_TEST_CASE(views_in_a_buffer_that_was_used_before) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({4}, {1, 2, 3, 4}));
  const Var y = square(x), z = square(y), loss = sum(slice(z, 0, 1, 2));
  for (int pass = 0; pass < 3; ++pass) {
    BOOST_TEST(identical(tape.backward(loss, {x})[x], tensor({4}, {0, 4 * 8, 0, 0})));
    BOOST_TEST(
        identical(tape.backward(sum(z) * 1e9, {x})[x], tensor({4}, {4e9, 32e9, 108e9, 256e9})));
  }
}

// Strided operands and strided gradients through every kind of consumer.
BOOST_AUTO_TEST_CASE(views_and_copies_have_one_gradient) {
  Random random(2, "views");
  const Tensor values = normal({4, 6}, random), weights = normal({3, 2}, random),
               bias = normal({2}, random);
  const auto gradient = [&](bool copied) {
    Tape tape(DType::float64);
    const Var x = tape.variable(values), W = tape.variable(weights), b = tape.variable(bias);
    Var part = slice(x, 1, 2, 4);
    if (copied) part = part + 0.0;
    const Var stacked = stack({part, part * 2.0}), joined = concat({part, at(stacked, 0, 1)}, 1);
    const Var product = matmul(slice(W, 0, 0, 2), slice(transpose(part), 1, 0, 3));
    const Var gated = softmax(linear(part, slice(W, 0, 1, 3), b)) * part + b;
    const Var loss = sum(square(joined)) + sum(tanh(product)) + sum(square(gated)) +
                     sum(square(mean(part, {0})));
    return tape.backward(loss, {x})[x];
  };
  BOOST_TEST(distance(gradient(false), gradient(true)) < 1e-14);
}

BOOST_AUTO_TEST_SUITE_END()
