#include <boost/test/unit_test.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// Elements moved: slices with a step, padding, repeating, axes in another order, diagonals.

using namespace carousel;
using namespace carousel::testing;

namespace {

/// 0, 1, 2, ...
Tensor count_up(const Shape& shape, DType dtype = DType::float64) {
  Tensor result(dtype, shape);
  for (Index i = 0; i < result.size(); ++i) result.set(i, static_cast<double>(i));
  return result;
}

bool equals(const Var& v, const Shape& shape, std::initializer_list<double> wanted) {
  return v.shape() == shape && elements_are(v.value(), wanted);
}

/// Of the elements of y, weighted 1, 2, ...
Tensor gradient(const Var& y, const Var& x) {
  Tensor u(DType::float64, y.shape());
  for (Index i = 0; i < u.size(); ++i) u.set(i, static_cast<double>(i + 1));
  return y.tape().backward(y, {x}, u)[x];
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(shapes_slices_with_a_step) {
  Tape tape(DType::float64);
  const Var x = tape.variable(count_up({3, 5}));
  BOOST_TEST(equals(slice(x, 1, 0, 5, 2), {3, 3}, {0, 2, 4, 5, 7, 9, 10, 12, 14}));
  BOOST_TEST(equals(slice(x, 1, 1, 5, 2), {3, 2}, {1, 3, 6, 8, 11, 13}));
  BOOST_TEST(equals(slice(x, 1, 1, 4, 2), {3, 2}, {1, 3, 6, 8, 11, 13}));  // the end is not taken
  BOOST_TEST(equals(slice(x, 0, 0, 3, 2), {2, 5}, {0, 1, 2, 3, 4, 10, 11, 12, 13, 14}));
  BOOST_TEST(equals(slice(x, -1, 3, 5, 9), {3, 1}, {3, 8, 13}));  // a step beyond the end
  BOOST_TEST(equals(slice(x, 1, 4, 0, -2), {3, 2}, {4, 2, 9, 7, 14, 12}));
  BOOST_TEST(equals(slice(x, 1, 4, -1, -2), {3, 3}, {4, 2, 0, 9, 7, 5, 14, 12, 10}));
  BOOST_TEST(
      equals(slice(x, 0, 2, -1, -1), {3, 5}, {10, 11, 12, 13, 14, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4}));
  BOOST_TEST(equals(slice(x, 1, 2, 2, 2), {3, 0}, {}));
  BOOST_TEST(elements_are(gradient(slice(x, 1, 4, 0, -2), x),
                          {0, 0, 2, 0, 1, 0, 0, 4, 0, 3, 0, 0, 6, 0, 5}));
}

BOOST_AUTO_TEST_CASE(shapes_flipped) {
  Tape tape(DType::float64);
  const Var x = tape.variable(count_up({2, 3}));
  BOOST_TEST(equals(flip(x, 0), {2, 3}, {3, 4, 5, 0, 1, 2}));
  BOOST_TEST(equals(flip(x, -1), {2, 3}, {2, 1, 0, 5, 4, 3}));
  BOOST_TEST(elements_are(gradient(flip(x, 1), x), {3, 2, 1, 6, 5, 4}));
  BOOST_TEST(equals(flip(tape.input(Tensor(DType::float64, {0, 3})), 0), {0, 3}, {}));
}

BOOST_AUTO_TEST_CASE(shapes_padded) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2, 2}, {1, 2, 3, 4}));
  BOOST_TEST(equals(pad(x, 0, 1, 0), {3, 2}, {0, 0, 1, 2, 3, 4}));
  BOOST_TEST(equals(pad(x, 1, 1, 2, -9), {2, 5}, {-9, 1, 2, -9, -9, -9, 3, 4, -9, -9}));
  BOOST_TEST(equals(pad(x, -2, 0, 1, 7), {3, 2}, {1, 2, 3, 4, 7, 7}));
  BOOST_TEST(equals(pad(x, 0, 0, 0), {2, 2}, {1, 2, 3, 4}));
  BOOST_TEST(elements_are(gradient(pad(x, 1, 1, 2, -9), x), {2, 3, 7, 8}));
  const Var nothing = tape.input(Tensor(DType::float64, {0, 2}));
  BOOST_TEST(equals(pad(nothing, 0, 1, 1, 5), {2, 2}, {5, 5, 5, 5}));
}

BOOST_AUTO_TEST_CASE(shapes_repeated) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2, 2}, {1, 2, 3, 4}));
  BOOST_TEST(equals(repeat(x, 0, 2), {4, 2}, {1, 2, 3, 4, 1, 2, 3, 4}));
  BOOST_TEST(equals(repeat(x, 1, 3), {2, 6}, {1, 2, 1, 2, 1, 2, 3, 4, 3, 4, 3, 4}));
  BOOST_TEST(equals(repeat(x, -1, 1), {2, 2}, {1, 2, 3, 4}));
  BOOST_TEST(equals(repeat(x, 0, 0), {0, 2}, {}));
  BOOST_TEST(elements_are(gradient(repeat(x, 0, 2), x), {1 + 5, 2 + 6, 3 + 7, 4 + 8}));
  BOOST_TEST(
      equals(broadcast_to(reshape(x, {2, 1, 2}), {2, 2, 2}), {2, 2, 2}, {1, 2, 1, 2, 3, 4, 3, 4}));
}

BOOST_AUTO_TEST_CASE(shapes_permuted) {
  Tape tape(DType::float64);
  const Var x = tape.variable(count_up({2, 3, 2}));  // x[i, j, k] = 6 i + 2 j + k
  BOOST_TEST(equals(permute(x, {1, 2, 0}), {3, 2, 2}, {0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11}));
  BOOST_TEST(equals(permute(x, {-1, 0, 1}), {2, 2, 3}, {0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11}));
  BOOST_TEST(equals(permute(x, {0, 1, 2}), {2, 3, 2}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
  BOOST_TEST(equals(permute(permute(x, {1, 2, 0}), {2, 0, 1}), {2, 3, 2},
                    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
  BOOST_TEST(
      elements_are(gradient(permute(x, {1, 2, 0}), x), {1, 3, 5, 7, 9, 11, 2, 4, 6, 8, 10, 12}));
  BOOST_TEST(equals(permute(tape.input(tensor({}, {7})), {}), {}, {7}));
  const Var part = slice(tape.input(count_up({2, 5})), 1, 1, 4);  // of a wider array
  BOOST_TEST(equals(transpose(part), {3, 2}, {1, 6, 2, 7, 3, 8}));
}

BOOST_AUTO_TEST_CASE(shapes_diagonals) {
  Tape tape(DType::float64);
  const Var x = tape.variable(count_up({2, 2, 2}));
  BOOST_TEST(equals(diagonal(x), {2, 2}, {0, 3, 4, 7}));
  BOOST_TEST(elements_are(gradient(diagonal(x), x), {1, 0, 0, 2, 3, 0, 0, 4}));
  const Var d = tape.variable(tensor({2}, {5, 6}));
  BOOST_TEST(equals(diagonal_matrix(d), {2, 2}, {5, 0, 0, 6}));
  BOOST_TEST(elements_are(gradient(diagonal_matrix(d), d), {1, 4}));
  BOOST_TEST(equals(diagonal(diagonal_matrix(x)), {2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7}));
  BOOST_TEST(equals(diagonal_matrix(tape.input(Tensor(DType::float64, {0}))), {0, 0}, {}));
}

BOOST_AUTO_TEST_CASE(shapes_of_integers_and_masks) {
  Tape tape(DType::float32);
  for (const DType dtype : {DType::int64, DType::boolean}) {
    Tensor values(dtype, {2, 3});
    for (const Index i : {1, 2, 5}) values.set(i, 1);
    const Var x = tape.input(values);
    const auto gives = [dtype](const Var& v, const Shape& s, std::initializer_list<double> wanted) {
      return identical(v.value(), tensor(s, wanted, dtype)) && !v.requires_grad();
    };
    BOOST_TEST(gives(slice(x, 1, 0, 3, 2), {2, 2}, {0, 1, 0, 1}));
    BOOST_TEST(gives(slice(x, 1, 2, 0, -1), {2, 2}, {1, 1, 1, 0}));
    BOOST_TEST(gives(slice(x, 0, 1, 2), {1, 3}, {0, 0, 1}));
    BOOST_TEST(gives(flip(x, 0), {2, 3}, {0, 0, 1, 0, 1, 1}));
    BOOST_TEST(gives(transpose(x), {3, 2}, {0, 0, 1, 0, 1, 1}));
    BOOST_TEST(gives(permute(reshape(x, {1, 2, 3}), {2, 0, 1}), {3, 1, 2}, {0, 0, 1, 0, 1, 1}));
    BOOST_TEST(gives(reshape(x, {3, 2}), {3, 2}, {0, 1, 1, 0, 0, 1}));
    BOOST_TEST(gives(reshape(slice(x, 1, 1, 3), {4}), {4}, {1, 1, 0, 1}));  // through a copy
    BOOST_TEST(gives(at(x, 1, 2), {2}, {1, 1}));
    BOOST_TEST(gives(split(x, 3)[1], {2, 1}, {1, 0}));
    // What computes with elements wants them floating, and says so.
    const std::string what = std::string(name(dtype)) + " [2, 3]";
    BOOST_CHECK_EXCEPTION(pad(x, 0, 1, 1), Error, says({"pad", "floating", what}));
    BOOST_CHECK_EXCEPTION(concat({x, x}, 0), Error, says({"concat", "floating", name(dtype)}));
    BOOST_CHECK_EXCEPTION(diagonal_matrix(x), Error, says({"diagonal_matrix", "floating", what}));
    BOOST_CHECK_EXCEPTION(repeat(x, 0, 2), Error, says({"broadcast_to", "floating", name(dtype)}));
    const Var square = slice(x, 1, 0, 2);
    BOOST_CHECK_EXCEPTION(diagonal(square), Error, says({"diagonal", "floating", name(dtype)}));
  }
}

BOOST_AUTO_TEST_CASE(shapes_refuse_what_does_not_fit) {
  Tape tape(DType::float64);
  const Var x = tape.zeros({3, 4});
  const std::string axes = "[batch=3, features=4]";
  BOOST_CHECK_EXCEPTION(slice(x, 1, 0, 4, 0), Error, says({"pick", axes, "steps of 0"}));
  BOOST_CHECK_EXCEPTION(slice(x, 1, 4, 0, -1), Error, says({"pick", "axis 1", axes, "4..0", "-1"}));
  BOOST_CHECK_EXCEPTION(slice(x, 1, 3, -3, -2), Error, says({"pick", "0..4", "3..-3", "-2"}));
  BOOST_CHECK_EXCEPTION(slice(x, 0, 0, 5, 2), Error, says({"pick", "0..3", axes, "0..5", "of 2"}));
  BOOST_CHECK_EXCEPTION(flip(x, 2), Error, says({"flip", axes, "got 2"}));
  BOOST_CHECK_EXCEPTION(pad(x, 2, 1, 1), Error, says({"pad", axes, "got 2"}));
  BOOST_CHECK_EXCEPTION(pad(x, 0, -1, 1), Error, says({"pad", "-1 before and 1 after", "slice"}));
  BOOST_CHECK_EXCEPTION(repeat(x, -3, 2), Error, says({"repeat", axes, "got -3"}));
  BOOST_CHECK_EXCEPTION(permute(x, {0}), Error, says({"permute", "2 axes", "[3, 4]", "[0]"}));
  BOOST_CHECK_EXCEPTION(permute(x, {0, 0}), Error, says({"permute", "2 axes", "[0, 0]"}));
  BOOST_CHECK_EXCEPTION(permute(x, {0, 2}), Error, says({"permute", axes, "got 2"}));
  BOOST_CHECK_EXCEPTION(diagonal(x), Error, says({"diagonal", "[..., n, n]", "[3, 4]"}));
  BOOST_CHECK_EXCEPTION(diagonal(tape.zeros({4})), Error, says({"diagonal", "[4]"}));
  BOOST_CHECK_EXCEPTION(diagonal_matrix(tape.zeros({})), Error, says({"diagonal_matrix", "[]"}));
  BOOST_CHECK_EXCEPTION(diagonal_matrix(tape.zeros({1, 1, 1, 2})), Error,
                        says({"Shape", "at most 4 axes"}));
}

BOOST_AUTO_TEST_SUITE_END()
