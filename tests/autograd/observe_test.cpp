#include <boost/test/unit_test.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// Names for values of a recording.

using namespace carousel;
using namespace carousel::testing;

namespace {

std::vector<Index> steps(const std::vector<Observed>& observed) {
  std::vector<Index> result;
  for (const auto& entry : observed) result.push_back(entry.step);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(observe_gives_the_value_back_and_adds_no_node) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2}, {1, 2}));
  const Var y = square(x);
  const std::size_t nodes = tape.nodes().size(), bytes = tape.bytes();
  const Var same = observe("squares", y);
  BOOST_TEST(same.id() == y.id());
  BOOST_TEST(tape.nodes().size() == nodes);
  BOOST_TEST(tape.bytes() == bytes);
  BOOST_TEST(identical(tape.backward(sum(same), {x})[x], tensor({2}, {2, 4})));
}

BOOST_AUTO_TEST_CASE(observe_by_name_and_time_step) {
  Tape tape(DType::float64);
  Var h = tape.variable(tensor({2}, {1, 2}));
  for (Index t = 0; t < 3; ++t) {
    tape.set_step(t);
    observe("before",
            h);  // recorded in the step before, or in none: it belongs to the one it serves
    const Var gate = observe("gate", sigmoid(h));
    h = observe("h", gate * h);
  }
  tape.set_step(-1);
  const Var loss = observe("loss", sum(h));
  observe("the second h", tape.observed("h")[1].value);  // outside of any step: that of the value
  const std::vector<Index> all{0, 1, 2};
  for (const char* name : {"before", "gate", "h"}) {
    BOOST_TEST(steps(tape.observed(name)) == all, boost::test_tools::per_element());
  }
  BOOST_TEST(tape.observed("h")[2].value.id() == h.id());
  BOOST_TEST(tape.observed("before")[2].value.id() == tape.observed("h")[1].value.id());
  BOOST_TEST(tape.observed("loss")[0].step == -1);
  BOOST_TEST(tape.observed("loss")[0].value.item() == loss.item());
  BOOST_TEST(tape.observed("the second h")[0].step == 1);
  const std::vector<std::string> names{"before", "gate", "h", "loss", "the second h"};
  BOOST_TEST(tape.observations().names() == names, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(observe_is_forgotten_by_reset) {
  Tape tape(DType::float64);
  const auto record = [&tape](const char* a, const char* b) {
    const Var x = tape.variable(tensor({1}, {2}));
    observe(a, x);
    observe(b, square(x));
  };
  BOOST_CHECK_EXCEPTION(tape.observed("x"), Error,
                        says({"Tape::observed", "'x', where none was", "observe(\"x\", x)"}));
  record("x", "y");
  tape.reset();
  BOOST_TEST(tape.observations().names().empty());
  BOOST_CHECK_EXCEPTION(tape.observed("x"), Error, says({"where none was"}));
  for (const auto& [a, b] : {std::pair("x", "y"), std::pair("y", "x"), std::pair("z", "y")}) {
    tape.reset();
    record(a, b);
    BOOST_TEST(tape.observed(a)[0].value.item() == 2);
    BOOST_TEST(tape.observed(b)[0].value.item() == 4);
    BOOST_TEST(tape.observations().names().size() == 2);
  }
  BOOST_CHECK_EXCEPTION(tape.observed("yy"), Error,
                        says({"unknown name 'yy'", "Did you mean 'y'?", "Known: z, y"}));
  BOOST_CHECK_EXCEPTION(tape.observed("x"), Error, says({"unknown name 'x'"}));
}

BOOST_AUTO_TEST_CASE(observe_in_descriptions) {
  Tape tape(DType::float64);
  const Var x = observe("x", tape.variable(tensor({2, 3}, {1, 2, 3, 4, 5, 6})));
  tape.set_step(4);
  const Var f = observe("f", observe("forget", sigmoid(x)));
  observe("f", f);  // again, which changes nothing
  BOOST_TEST(tape.describe(x.id()) == "'x', variable [batch=2, features=3]");
  BOOST_TEST(tape.describe(f.id()) ==
             "'forget' and 'f', sigmoid [batch=2, features=3] at time step 4");
  const Param W("W", DType::float64, {4, 3}, Role::input);
  const Var w = observe("weights", tape.use(W));
  BOOST_TEST(tape.describe(w.id()) == "'weights', parameter 'W' [out=4, in=3]");
  BOOST_TEST(tape.describe(slice(w, 0, 0, 2).id()) == "slice [out=2, in=3] at time step 4");
  BOOST_TEST(quoted({"a", "b", "a", "c"}) == "'a', 'b' and 'c'");
  BOOST_TEST(quoted({}) == "");
}

// An operand that does not fit is called by its name, or by that of what it is a part of.
BOOST_AUTO_TEST_CASE(observe_in_messages_of_shapes) {
  Tape tape(DType::float64);
  const Var gate = observe("gate", tape.zeros({3, 4}));
  const Param W("W", DType::float64, {2, 5}, Role::input);
  BOOST_CHECK_EXCEPTION(gate + tape.zeros({3}), Error,
                        says({"add", "[batch=3, features=4]", "[features=3]",
                              "operand 0 being 'gate'", "broadcast_to"}));
  BOOST_CHECK_EXCEPTION(linear(gate, W), Error,
                        says({"linear", "W [out=2, in=5]", "x [batch=3, features=4]",
                              "operand 0 being 'gate', operand 1 being parameter 'W'"}));
  BOOST_CHECK_EXCEPTION(
      linear(split(gate, 2)[1], slice(tape.use(W), 0, 0, 1)), Error,
      says({"operand 0 being a part of 'gate'", "operand 1 being a part of parameter 'W'"}));
}

BOOST_AUTO_TEST_CASE(observe_what_cannot_be_named) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({1}, {2})), empty;
  const Param W("W", DType::float64, {1}, Role::bias);
  BOOST_CHECK_EXCEPTION(observe("", x), Error, says({"observe", "a name for the value"}));
  BOOST_CHECK_EXCEPTION(observe(nullptr, x), Error, says({"observe", "a name for the value"}));
  BOOST_CHECK_EXCEPTION(observe("gain", W), Error,
                        says({"observe(\"gain\")", "parameter 'W' on no tape", "tape.use"}));
  BOOST_TEST(observe("gain", tape.use(W)).item() == 0);
  BOOST_TEST(tape.observed("gain").size() == 1);
  BOOST_CHECK_EXCEPTION(observe("unset", empty), Error,
                        says({"observe(\"unset\")", "an empty Var"}));
  tape.reset();
  BOOST_CHECK_EXCEPTION(observe("old", x), Error, says({"observe(\"old\")", "Tape::reset()"}));
}

BOOST_AUTO_TEST_SUITE_END()
