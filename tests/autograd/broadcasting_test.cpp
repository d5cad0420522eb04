#include <boost/test/unit_test.hpp>
#include <tests/support/tensors.hpp>

// The two cases of implicit broadcasting, a scalar and a bias: values, and the gradient summed back
// to the operand's own shape. What is refused is in shape_rules_test.cpp.

using namespace carousel;
using namespace carousel::testing;

namespace {

using Binary = Var (*)(const Var&, const Var&);

/// The op with the operand broadcast by hand, which takes another path through the tape.
void compare(Binary op, const Tensor& small, const Tensor& large) {
  Random random(3, "cotangent");
  const Tensor u = normal(large.shape(), random);
  for (const bool left : {true, false}) {
    Tape tape(DType::float64);
    const Var s = tape.variable(small), x = tape.variable(large);
    const Var wide = broadcast_to(s, large.shape());
    const Var implicit = left ? op(s, x) : op(x, s), by_hand = left ? op(wide, x) : op(x, wide);
    BOOST_TEST(identical(implicit.value(), by_hand.value()));
    const Adjoints found = tape.backward(implicit, {s, x}, u);
    const Adjoints wanted = tape.backward(by_hand, {s, x}, u);
    BOOST_TEST((found[s].shape() == small.shape()));
    BOOST_TEST(distance(found[s], wanted[s]) < 1e-13);
    BOOST_TEST(distance(found[x], wanted[x]) < 1e-13);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(broadcasting_of_scalars_and_biases) {
  const Binary ops[] = {carousel::operator+, carousel::operator-, carousel::operator*,
                        carousel::operator/, squared_error,       bce_with_logits};
  Random random(1, "broadcasting");
  for (const Binary op : ops) {
    for (const Shape& shape : {Shape{3, 5}, Shape{1, 5}, Shape{2, 3, 17}, Shape{2, 1, 2, 9}}) {
      const Tensor large = normal(shape, random);
      compare(op, normal({}, random), large);
      compare(op, normal({shape.columns()}, random), large);
    }
    compare(op, normal({}, random), normal({6}, random));
    compare(op, normal({}, random), normal({}, random));
  }
}

BOOST_AUTO_TEST_CASE(broadcasting_of_a_scalar_parameter) {
  Param gain("gain", DType::float64, {}, Role::bias);
  gain.mutable_value().fill(3);
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2, 2}, {1, 2, 3, 4}));
  const Var y = gain * x;
  BOOST_TEST(identical(y.value(), tensor({2, 2}, {3, 6, 9, 12})));
  BOOST_TEST(tape.backward(sum(y), {gain})[gain].at(0) == 10);
}

// A bias that is asked for beside a batch of none, and one row: the sums of nothing and of one.
BOOST_AUTO_TEST_CASE(broadcasting_over_few_rows) {
  Tape tape(DType::float64);
  const Var b = tape.variable(tensor({3}, {1, 2, 3}));
  const Var none = tape.variable(Tensor(DType::float64, {0, 3}));
  BOOST_TEST(identical(tape.backward(sum(none + b), {b})[b], tensor({3}, {0, 0, 0})));
  const Var one = tape.variable(tensor({1, 3}, {4, 5, 6}));
  BOOST_TEST(identical(tape.backward(sum(one * b), {b})[b], tensor({3}, {4, 5, 6})));
}

BOOST_AUTO_TEST_CASE(broadcasting_to_a_shape_adds_up) {
  Tape tape(DType::float64);
  const Var column = tape.variable(tensor({2, 1}, {1, 2}));
  const Var wide = broadcast_to(column, {3, 2, 4});
  BOOST_TEST(identical(tape.backward(sum(wide), {column})[column], tensor({2, 1}, {12, 12})));
  Tensor u(DType::float64, {3, 2, 4});
  u.set(0, 5);
  u.set(23, 7);
  BOOST_TEST(identical(tape.backward(wide, {column}, u)[column], tensor({2, 1}, {5, 7})));
}

BOOST_AUTO_TEST_SUITE_END()
