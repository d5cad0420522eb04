#include <boost/test/unit_test.hpp>
#include <memory>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// A Var is a handle: used after its tape has gone or has forgotten it, it says so.

using namespace carousel;
using namespace carousel::testing;

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(lifetime_of_a_dead_tape) {
  Var x;
  Adjoints adjoints;
  {
    Tape tape(DType::float64);
    x = tape.variable(tensor({1}, {2}));
    adjoints = tape.backward(sum(square(x)), {x});
    BOOST_TEST(adjoints[x].at(0) == 4);
  }
  BOOST_TEST(static_cast<bool>(x));  // not empty, but of no use
  BOOST_TEST(x.living_tape() == nullptr);
  const auto dead = says({"Var", "living tape", "destroyed"});
  BOOST_CHECK_EXCEPTION(x.value(), Error, dead);
  BOOST_CHECK_EXCEPTION(x.shape(), Error, dead);
  BOOST_CHECK_EXCEPTION(square(x), Error, dead);
  BOOST_CHECK_EXCEPTION(adjoints[x], Error, dead);
  Tape other(DType::float64);
  BOOST_CHECK_EXCEPTION(other.zeros({1}) + x, Error, dead);
  BOOST_CHECK_EXCEPTION(other.backward(x, {}), Error, dead);
}

BOOST_AUTO_TEST_CASE(lifetime_of_a_reset_tape) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({1}, {2}));
  const Adjoints adjoints = tape.backward(square(x), {x});
  tape.reset();
  const auto stale = says({"Var", "before Tape::reset()", "tape.input"});
  BOOST_CHECK_EXCEPTION(x.item(), Error, stale);
  BOOST_CHECK_EXCEPTION(adjoints.norm(x), Error, stale);
  const Var y = tape.variable(tensor({1}, {3}));
  BOOST_CHECK_EXCEPTION(x * y, Error, stale);
  BOOST_CHECK_EXCEPTION(y * x, Error, stale);
  BOOST_CHECK_EXCEPTION(tape.backward(square(y), {x}), Error, stale);
  BOOST_TEST(tape.backward(square(y), {y})[y].at(0) == 6);
}

BOOST_AUTO_TEST_CASE(lifetime_of_two_tapes) {
  Tape one(DType::float64), other(DType::float64);
  const Var x = one.variable(tensor({1}, {2})), y = other.variable(tensor({1}, {3}));
  const auto two = says({"values of two tapes", "tape.input"});
  BOOST_CHECK_EXCEPTION(x * y, Error, two);
  BOOST_CHECK_EXCEPTION(concat({x, y}, 0), Error, two);
  BOOST_CHECK_EXCEPTION(one.backward(y, {y}), Error, says({"Tape::backward", "of another"}));
  BOOST_CHECK_EXCEPTION(one.backward(square(x), {y}), Error, two);
  const Adjoints adjoints = one.backward(square(x), {x});
  BOOST_CHECK_EXCEPTION(adjoints[y], Error, says({"Adjoints", "of another"}));
  BOOST_TEST((x * one.input(y.value())).item() == 6);
}

BOOST_AUTO_TEST_CASE(lifetime_of_an_empty_var) {
  Tape tape(DType::float64);
  const Var empty, x = tape.variable(tensor({1}, {2}));
  BOOST_TEST(!empty);
  const auto says_empty = says({"Var", "an empty Var"});
  BOOST_CHECK_EXCEPTION(empty.shape(), Error, says_empty);
  BOOST_CHECK_EXCEPTION(empty.value(), Error, says_empty);
  BOOST_CHECK_EXCEPTION(tanh(empty), Error, says_empty);
  BOOST_CHECK_EXCEPTION(x + empty, Error, says_empty);
  BOOST_CHECK_EXCEPTION(linear(x, empty), Error, says_empty);
  BOOST_CHECK_EXCEPTION(tape.backward(square(x), {empty}), Error, says_empty);
}

BOOST_AUTO_TEST_CASE(lifetime_of_copies_and_moves) {
  auto tape = std::make_unique<Tape>(DType::float64);
  Var x = tape->variable(tensor({1}, {2}));
  Var copy = x, moved = std::move(x);
  BOOST_TEST(!x);  // NOLINT: what a moved-from Var is, is what is asked
  BOOST_TEST((copy.id() == moved.id() && copy.item() == 2));
  copy = *&copy;
  BOOST_TEST(copy.item() == 2);
  x = copy;
  tape.reset();
  BOOST_TEST(x.living_tape() == nullptr);
}

BOOST_AUTO_TEST_CASE(lifetime_item_wants_one_element) {
  Tape tape(DType::float64);
  BOOST_CHECK_EXCEPTION(tape.zeros({2}).item(), Error, says({"Var::item", "one element", "[2]"}));
  BOOST_TEST(tape.zeros({1, 1}).item() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
