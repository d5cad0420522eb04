#include <boost/test/unit_test.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// Every message of a shape or dtype that does not fit: it names the op and shows both sides.

using namespace carousel;
using namespace carousel::testing;

namespace {

/// A tape with leaves to be wrong with.
struct Leaves {
  Tape tape{DType::float64};
  Var v(const Shape& shape) { return tape.zeros(shape); }
  Var ints(const Shape& shape) { return tape.input(Tensor(DType::int64, shape)); }
  Var bools(const Shape& shape) { return tape.input(Tensor(DType::boolean, shape)); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(shape_rules_of_elementwise_ops) {
  Leaves l;
  const Var a = l.v({3, 4});
  BOOST_TEST(((a + l.v({4})).shape() == Shape{3, 4}));
  BOOST_TEST(((l.v({4}) * l.v({2, 3, 4})).shape() == Shape{2, 3, 4}));
  BOOST_TEST(((l.v({}) - a).shape() == Shape{3, 4}));
  BOOST_TEST(((a / l.v({})).shape() == Shape{3, 4}));
  const auto both = [](const char* op, const char* left, const char* right) {
    return says({op, left, right, "broadcast_to"});
  };
  BOOST_CHECK_EXCEPTION(a + l.v({3}), Error, both("add", "[batch=3, features=4]", "[features=3]"));
  BOOST_CHECK_EXCEPTION(a - l.v({1, 4}), Error,
                        both("subtract", "[batch=3, features=4]", "[batch=1, features=4]"));
  BOOST_CHECK_EXCEPTION(a * l.v({3, 1}), Error,
                        both("multiply", "[batch=3, features=4]", "[batch=3, features=1]"));
  BOOST_CHECK_EXCEPTION(a / l.v({1}), Error,
                        both("divide", "[batch=3, features=4]", "[features=1]"));
  BOOST_CHECK_EXCEPTION(l.v({1}) + a, Error, both("add", "[features=1]", "[batch=3, features=4]"));
  BOOST_CHECK_EXCEPTION(l.v({2, 3, 4}) + a, Error,
                        both("add", "[time=2, batch=3, features=4]", "[batch=3, features=4]"));
  BOOST_CHECK_EXCEPTION(l.v({5}) + l.v({4}), Error, both("add", "[features=5]", "[features=4]"));
  BOOST_CHECK_EXCEPTION(squared_error(a, l.v({4, 3})), Error,
                        both("squared_error", "[batch=3, features=4]", "[batch=4, features=3]"));
  BOOST_CHECK_EXCEPTION(bce_with_logits(a, l.v({3})), Error,
                        both("bce_with_logits", "[batch=3, features=4]", "[features=3]"));
}

BOOST_AUTO_TEST_CASE(shape_rules_of_products) {
  Leaves l;
  const Var x = l.v({3, 4});
  BOOST_CHECK_EXCEPTION(matmul(x, l.v({3, 4})), Error,
                        says({"matmul", "[n=3, k=4]", "[k=3, m=4]", "linear"}));
  BOOST_CHECK_EXCEPTION(matmul(x, l.v({4})), Error, says({"matmul", "[n=3, k=4]", "[k=4]"}));
  BOOST_CHECK_EXCEPTION(linear(x, l.v({4, 5})), Error,
                        says({"linear", "[out=4, in=5]", "[batch=3, features=4]", "[out, in]"}));
  BOOST_CHECK_EXCEPTION(linear(x, l.v({4})), Error, says({"linear", "W [out, in]", "[out=4]"}));
  BOOST_CHECK_EXCEPTION(linear(l.v({}), l.v({2, 4})), Error, says({"linear", "in=4", "[]"}));
  BOOST_CHECK_EXCEPTION(linear(x, l.v({5, 4}), l.v({4})), Error,
                        says({"affine", "[out=5]", "[4]"}));
  BOOST_CHECK_EXCEPTION(transpose(l.v({2, 3, 4})), Error, says({"transpose", "[2, 3, 4]"}));
}

BOOST_AUTO_TEST_CASE(shape_rules_of_parts) {
  Leaves l;
  const Var x = l.v({3, 4});
  BOOST_CHECK_EXCEPTION(slice(x, 1, 2, 5), Error,
                        says({"slice", "0..4", "axis 1", "[batch=3, features=4]", "2..5"}));
  BOOST_CHECK_EXCEPTION(slice(x, 0, -1, 2), Error, says({"slice", "axis 0", "-1..2"}));
  BOOST_CHECK_EXCEPTION(slice(x, 0, 2, 1), Error, says({"slice", "2..1"}));
  BOOST_CHECK_EXCEPTION(slice(x, 2, 0, 1), Error, says({"slice", "[batch=3, features=4]", "2"}));
  BOOST_CHECK_EXCEPTION(slice(x, -3, 0, 1), Error, says({"slice", "[batch=3, features=4]", "-3"}));
  BOOST_CHECK_EXCEPTION(slice(l.v({}), 0, 0, 1), Error, says({"slice", "[]", "0"}));
  BOOST_CHECK_EXCEPTION(slice(l.v({2, 3, 4}), 1, 0, 4), Error,
                        says({"pick", "axis 1", "[time=2, batch=3, features=4]", "0..4"}));
  BOOST_CHECK_EXCEPTION(at(x, 0, 3), Error, says({"slice", "0..3", "3..4"}));
  BOOST_CHECK_EXCEPTION(at(x, 0, -1), Error, says({"slice", "0..3", "-1..0"}));
  BOOST_CHECK_EXCEPTION(split(x, 3), Error, says({"split", "3 parts", "[3, 4]"}));
  BOOST_CHECK_EXCEPTION(split<5>(x), Error, says({"split", "5 parts", "[3, 4]"}));
  BOOST_CHECK_EXCEPTION(reshape(x, {5, 2}), Error, says({"reshape", "12", "[3, 4]", "[5, 2]"}));
  BOOST_CHECK_EXCEPTION(broadcast_to(x, {3, 5}), Error, says({"broadcast_to", "[3, 4]", "[3, 5]"}));
  BOOST_CHECK_EXCEPTION(broadcast_to(x, {4}), Error, says({"broadcast_to", "[3, 4]", "[4]"}));
  BOOST_CHECK_EXCEPTION(sum(x, {2}), Error, says({"sum", "[batch=3, features=4]", "2"}));
  BOOST_CHECK_EXCEPTION(mean(x, {-3}), Error, says({"mean", "[batch=3, features=4]", "-3"}));
}

BOOST_AUTO_TEST_CASE(shape_rules_of_joined_operands) {
  Leaves l;
  const Var x = l.v({3, 4});
  BOOST_CHECK_EXCEPTION(
      concat({x, l.v({2, 4})}, 1), Error,
      says({"concat", "[batch=3, features=4]", "operand 1", "[batch=2, features=4]"}));
  BOOST_CHECK_EXCEPTION(concat({x, l.v({4})}, 0), Error,
                        says({"concat", "[batch=3, features=4]", "[features=4]"}));
  BOOST_CHECK_EXCEPTION(concat({x, x}, 2), Error, says({"concat", "[batch=3, features=4]", "2"}));
  BOOST_CHECK_EXCEPTION(concat({}, 0), Error, says({"concat", "at least one operand"}));
  BOOST_CHECK_EXCEPTION(
      stack({x, x, l.v({4, 3})}), Error,
      says({"stack", "[batch=3, features=4]", "operand 2", "[batch=4, features=3]"}));
  BOOST_CHECK_EXCEPTION(stack({}), Error, says({"stack", "at least one operand"}));
  const Var deep = l.v({1, 1, 1, 1});
  BOOST_CHECK_EXCEPTION(stack({deep, deep}), Error, says({"Shape", "at most 4 axes"}));
}

BOOST_AUTO_TEST_CASE(shape_rules_of_losses_and_choices) {
  Leaves l;
  const Var logits = l.v({3, 4});
  BOOST_CHECK_EXCEPTION(cross_entropy(logits, l.ints({2})), Error,
                        says({"cross_entropy", "[n=3, classes=4]", "int64 labels [n=2]"}));
  BOOST_CHECK_EXCEPTION(cross_entropy(logits, l.v({3})), Error,
                        says({"cross_entropy", "int64", "float64 labels [n=3]"}));
  BOOST_CHECK_EXCEPTION(softmax(l.v({})), Error, says({"softmax", "features", "[]"}));
  BOOST_CHECK_EXCEPTION(log_softmax(l.v({3, 0})), Error, says({"log_softmax", "[3, 0]"}));
  BOOST_CHECK_EXCEPTION(embedding(logits, l.v({2})), Error,
                        says({"embedding", "int64", "float64 [2]"}));
  BOOST_CHECK_EXCEPTION(embedding(l.v({3}), l.ints({2})), Error, says({"embedding", "[3]"}));
  BOOST_CHECK_EXCEPTION(where(l.v({3}), logits, logits), Error,
                        says({"where", "bool", "float64 [3]"}));
  BOOST_CHECK_EXCEPTION(where(l.bools({4}), logits, logits), Error,
                        says({"where", "bool [4]", "[3, 4]"}));
  BOOST_CHECK_EXCEPTION(where(l.bools({3}), logits, l.v({4, 3})), Error,
                        says({"where", "a float64 [3, 4]", "b float64 [4, 3]"}));
}

// Labels and indices are data: where one is out of range, which one is said.
BOOST_AUTO_TEST_CASE(shape_rules_labels_and_indices_in_range) {
  Leaves l;
  const Var logits = l.v({2, 3});
  const auto ints = [&](const Shape& shape, std::initializer_list<double> values) {
    return l.tape.input(tensor(shape, values, DType::int64));
  };
  BOOST_CHECK_EXCEPTION(cross_entropy(logits, ints({2}, {0, 3})), Error,
                        says({"cross_entropy", "0..2", "3 in row 1"}));
  BOOST_CHECK_EXCEPTION(cross_entropy(logits, ints({2}, {-1, 0})), Error,
                        says({"cross_entropy", "0..2", "-1 in row 0"}));
  BOOST_CHECK_EXCEPTION(embedding(logits, ints({2, 2}, {0, 1, 1, 2})), Error,
                        says({"embedding", "0..1", "2 at position 3"}));
  BOOST_CHECK_EXCEPTION(embedding(logits, ints({1}, {-1})), Error,
                        says({"embedding", "0..1", "-1 at position 0"}));
  // A refused op leaves the tape as it was.
  const Var x = l.tape.variable(tensor({2}, {3, 4}));
  BOOST_TEST(identical(l.tape.backward(sum(square(x)), {x})[x], tensor({2}, {6, 8})));
}

BOOST_AUTO_TEST_CASE(shape_rules_of_integers) {
  Leaves l;
  const Var x = l.v({3}), n = l.ints({3}), mask = l.bools({3});
  for (Var (*op)(const Var&) : {sigmoid, carousel::tanh, relu, carousel::exp, square, softmax}) {
    BOOST_CHECK_EXCEPTION(op(n), Error, says({"floating", "int64"}));
    BOOST_CHECK_EXCEPTION(op(mask), Error, says({"floating", "bool"}));
  }
  BOOST_CHECK_EXCEPTION(x + n, Error, says({"add", "floating", "int64 [3]"}));
  BOOST_CHECK_EXCEPTION(n * 2.0, Error, says({"scale", "floating", "int64 [3]"}));
  BOOST_CHECK_EXCEPTION(sum(n), Error, says({"sum", "floating", "int64"}));
  BOOST_CHECK_EXCEPTION(concat({n, n}, 0), Error, says({"concat", "floating", "int64"}));
  BOOST_CHECK_EXCEPTION(stack({n, n}), Error, says({"concat", "floating", "int64"}));
  BOOST_CHECK_EXCEPTION(broadcast_to(n, {2, 3}), Error, says({"broadcast_to", "[3]"}));
  BOOST_CHECK_EXCEPTION(matmul(l.ints({2, 2}), l.v({2, 2})), Error, says({"matmul", "int64"}));
  BOOST_CHECK_EXCEPTION(linear(l.v({2, 2}), l.ints({2, 2})), Error, says({"linear", "int64"}));
  BOOST_TEST((transpose(l.ints({2, 3})).shape() == Shape{3, 2}));  // only moves elements
}

BOOST_AUTO_TEST_SUITE_END()
