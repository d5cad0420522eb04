#include <autograd/verify.hpp>
#include <boost/test/unit_test.hpp>
#include <tests/support/tensors.hpp>

// Labels, indices and masks on a tape: parts of them are taken like parts of anything else.

using namespace carousel;
using namespace carousel::testing;

namespace {

Tensor count_up(const Shape& shape, DType dtype) {
  Tensor result(dtype, shape);
  for (Index i = 0; i < result.size(); ++i) result.set(i, static_cast<double>(i));
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(integers_keep_their_dtype_in_parts) {
  for (const DType dtype : {DType::float32, DType::float64}) {
    Tape tape(dtype);
    const Var labels = tape.input(count_up({4, 3}, DType::int64));  // [time, batch]
    const auto same = [](const Var& v, const Shape& shape, std::initializer_list<double> values) {
      return identical(v.value(), tensor(shape, values, DType::int64));
    };
    BOOST_TEST(same(at(labels, 0, 1), {3}, {3, 4, 5}));
    BOOST_TEST(same(at(labels, 1, 2), {4}, {2, 5, 8, 11}));
    BOOST_TEST(same(slice(labels, 1, 1, 3), {4, 2}, {1, 2, 4, 5, 7, 8, 10, 11}));
    BOOST_TEST(same(reshape(labels, {2, 6}), {2, 6}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
    const Var deep = tape.input(count_up({2, 3, 2}, DType::int64));
    BOOST_TEST(same(slice(deep, 1, 1, 3), {2, 2, 2}, {2, 3, 4, 5, 8, 9, 10, 11}));
    BOOST_TEST(same(detach(labels), {4, 3}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
    BOOST_TEST(!slice(labels, 1, 0, 1).requires_grad());

    Tensor flags(DType::boolean, {2, 2});
    flags.set(1, 1);
    const Var mask = tape.input(flags);
    BOOST_TEST(identical(at(mask, 1, 1).value(), tensor({2}, {1, 0}, DType::boolean)));
  }
}

// Tokens [time, batch] through an embedding and back to labels: every kind of integer node is on
// this tape, and the verification has to walk past them.
BOOST_AUTO_TEST_CASE(integers_on_a_verified_tape) {
  Random random(1, "integers");
  Tape tape(DType::float64);
  const Var table = tape.variable(normal({12, 3}, random));
  const Var tokens = tape.input(count_up({4, 3}, DType::int64));
  Tensor classes(DType::int64, {4, 2});
  for (Index i = 0; i < classes.size(); ++i) classes.set(i, static_cast<double>(i % 3));
  const Var labels = tape.input(classes);
  const Var logits = embedding(table, at(tokens, 1, 2));
  const Var loss = sum(cross_entropy(logits, at(labels, 1, 0)));
  const Verification result = verify(tape);
  BOOST_TEST(result.passed(), result.text());
  BOOST_TEST(result.checked == 4);  // embedding, cross-entropy by logits and by weights, sum
  const Tensor gradient = tape.backward(loss, {table})[table];
  for (Index r = 0; r < 12; ++r) {  // rows 2, 5, 8, 11 were used
    BOOST_TEST((largest(row(gradient, r)) > 0) == (r % 3 == 2));
  }
}

// A row that is used twice receives both gradients.
BOOST_AUTO_TEST_CASE(integers_that_repeat_add_up) {
  Tape tape(DType::float64);
  const Var table = tape.variable(tensor({3, 2}, {1, 2, 3, 4, 5, 6}));
  const Var rows = embedding(table, tape.input(tensor({4}, {2, 0, 2, 2}, DType::int64)));
  BOOST_TEST(identical(rows.value(), tensor({4, 2}, {5, 6, 1, 2, 5, 6, 5, 6})));
  const Var loss = sum(rows * tape.input(tensor({4, 2}, {1, 2, 3, 4, 5, 6, 7, 8})));
  BOOST_TEST(identical(tape.backward(loss, {table})[table],
                       tensor({3, 2}, {3, 4, 0, 0, 1 + 5 + 7, 2 + 6 + 8})));
}

BOOST_AUTO_TEST_SUITE_END()
