#include <boost/test/unit_test.hpp>
#include <tests/support/tensors.hpp>

// Where a number stopped being finite, and where it must not.

using namespace carousel;
using namespace carousel::testing;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(non_finite_value_names_op_and_step) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({1, 2}, {1, 2}));
  BOOST_TEST(!tape.first_non_finite());
  Var h = x;
  for (Index t = 0; t < 4; ++t) {
    tape.set_step(t);
    h = exp(h);  // e^1, e^2; e^e^2 = 1618; infinite at t = 2
  }
  tape.set_step(-1);
  const Var after = tanh(h) * 0.0;
  (void)after;
  const auto found = tape.first_non_finite();
  BOOST_TEST_REQUIRE(found.has_value());
  BOOST_TEST(found->step == 2);
  BOOST_TEST(!found->backward);
  for (const char* part :
       {"exp [batch=1, features=2] at time step 2", "the value of", "not finite"}) {
    BOOST_TEST(contains(found->text(), part), found->text());
  }
}

BOOST_AUTO_TEST_CASE(non_finite_leaves_are_named) {
  Tape tape(DType::float32);
  Param w("w_bad", DType::float32, {2}, Role::bias);
  w.mutable_value().set(1, not_a_number);
  Tensor labels(DType::int64, {2});
  const Var x = tape.input(tensor({2}, {1, 2}, DType::float32)), n = tape.input(labels);
  (void)n;
  const Var y = x * w;
  (void)y;
  auto found = tape.first_non_finite();
  BOOST_TEST_REQUIRE(found.has_value());
  BOOST_TEST(contains(found->op, "multiply"), found->op);
  BOOST_TEST(contains(found->upstream, "it began at parameter 'w_bad' [out=2]"), found->upstream);
  BOOST_TEST(contains(found->text(),
                      "operand 1: parameter 'w_bad' [out=2]: 1 of 2 elements not "
                      "finite (1 NaN), the others 0"),
             found->text());
  BOOST_TEST(found->step == -1);
  tape.reset();
  tape.input(tensor({2}, {1, infinity}, DType::float32));
  found = tape.first_non_finite();
  BOOST_TEST_REQUIRE(found.has_value());
  BOOST_TEST(contains(found->op, "input [features=2]"), found->op);
}

// Values all finite, gradient not: the slope of 1/x at 1e-200 is -1e400.
BOOST_AUTO_TEST_CASE(non_finite_gradient_names_op_and_step) {
  Tape tape(DType::float64);
  const Param w = [] {
    Param made("w", DType::float64, {2}, Role::bias);
    made.mutable_value() = tensor({2}, {1e-200, 1});
    return made;
  }();
  const Var x = tape.use(w);
  tape.set_step(0);
  const Var a = x * 1.0;
  tape.set_step(1);
  const Var b = 1.0 / a;
  tape.set_step(2);
  const Var c = b * 1e-50;
  tape.set_step(-1);
  const Var loss = sum(c);
  BOOST_TEST(!tape.first_non_finite());
  const auto found = tape.first_non_finite_gradient(loss);
  BOOST_TEST_REQUIRE(found.has_value());
  BOOST_TEST(found->backward);
  BOOST_TEST(found->step == 1);
  for (const char* part :
       {"divide_into [features=2] at time step 1", "gradient leaving", "not finite"}) {
    BOOST_TEST(contains(found->text(), part), found->text());
  }
  BOOST_TEST(!tape.first_non_finite_gradient(sum(square(x))));
}

// select chooses: what stands on the other side harms neither value nor gradient, not even where
// that side's own gradient is 0·∞.
BOOST_AUTO_TEST_CASE(non_finite_on_the_other_side_of_select) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({4}, {0, 4, -1, 9}));
  const Var mask = tape.input(tensor({4}, {0, 1, 0, 1}, DType::boolean));
  const Var dirty = tape.variable(tensor({4}, {not_a_number, 1, infinity, 2}));
  const Var y = where(mask, dirty * x, x);
  BOOST_TEST(identical(y.value(), tensor({4}, {0, 4, -1, 18})));
  const Adjoints adjoints = tape.backward(sum(where(mask, x, dirty)), {x, dirty});
  BOOST_TEST(identical(adjoints[x], tensor({4}, {0, 1, 0, 1})));
  BOOST_TEST(identical(adjoints[dirty], tensor({4}, {1, 0, 1, 0})));
  // A cotangent that is NaN goes to the chosen side only.
  const Tensor u = tensor({4}, {not_a_number, 1, not_a_number, 1});
  BOOST_TEST(identical(tape.backward(where(mask, x, dirty), {x}, u)[x], tensor({4}, {0, 1, 0, 1})));
  // One mask entry a row.
  const Var rows = tape.input(tensor({2}, {1, 0}, DType::boolean));
  const Var a = tape.variable(tensor({2, 2}, {1, 2, not_a_number, not_a_number}));
  const Var b = tape.variable(tensor({2, 2}, {infinity, not_a_number, 3, 4}));
  const Var chosen = where(rows, a, b);
  BOOST_TEST(identical(chosen.value(), tensor({2, 2}, {1, 2, 3, 4})));
  const Adjoints both = tape.backward(sum(square(chosen)), {a, b});
  BOOST_TEST(identical(both[a], tensor({2, 2}, {2, 4, 0, 0})));
  BOOST_TEST(identical(both[b], tensor({2, 2}, {0, 0, 6, 8})));
}

BOOST_AUTO_TEST_SUITE_END()
