#include <autograd/ops.hpp>
#include <boost/test/unit_test.hpp>
#include <tests/support/tensors.hpp>

// Views of views, as a recurrence makes them that hands a state on as it is.

using namespace carousel;
using namespace carousel::testing;

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(view_chain_as_long_as_a_recurrence) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2, 2}, {1, 2, 3, 4}));
  Var v = x;
  for (int i = 0; i < 200000; ++i) v = reshape(v, i % 2 == 0 ? Shape{4} : Shape{2, 2});
  const Var middle = v;
  for (int i = 0; i < 200000; ++i) v = reshape(v, i % 2 == 0 ? Shape{4} : Shape{2, 2});
  const Var loss = sum(square(v));
  BOOST_TEST(elements_are(tape.backward(loss, {x})[x], {2, 4, 6, 8}));
  const Adjoints both = tape.backward(loss, {x, middle});
  BOOST_TEST(elements_are(both[x], {2, 4, 6, 8}));
  BOOST_TEST(elements_are(both[middle], {2, 4, 6, 8}));
}

// The same through parts that lie apart in what they are parts of.
BOOST_AUTO_TEST_CASE(view_chain_of_strided_parts) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}));
  const Var right = slice(x, 1, 2, 4), last = slice(right, 1, 1, 2), row = slice(last, 0, 1, 2);
  BOOST_TEST(elements_are(row.value(), {8}));
  const Var loss = sum(square(row)) + sum(right);
  BOOST_TEST(elements_are(tape.backward(loss, {x})[x], {0, 0, 1, 1, 0, 0, 1, 17}));
  const Adjoints kept = tape.backward(loss, {x, right, last});
  BOOST_TEST(elements_are(kept[x], {0, 0, 1, 1, 0, 0, 1, 17}));
  BOOST_TEST(elements_are(kept[right], {1, 1, 1, 17}));
  BOOST_TEST(elements_are(kept[last], {0, 16}));
}

// A pass that was refused gives its memory back.
BOOST_AUTO_TEST_CASE(view_chain_refused_passes_keep_no_memory) {
  Tape tape(DType::float64);
  tape.detect_anomaly(true);
  const Var x = tape.variable(Tensor(DType::float64, {1000}));
  const Var loss = sum(sqrt(square(reshape(x, {10, 100}))));
  BOOST_CHECK_THROW(tape.backward(loss, {x}), Error);
  const std::size_t bytes = tape.bytes();
  for (int i = 0; i < 2000; ++i) BOOST_CHECK_THROW(tape.backward(loss, {x}), Error);
  BOOST_TEST(tape.bytes() == bytes);
}

BOOST_AUTO_TEST_SUITE_END()
