#include <boost/test/unit_test.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// Elementwise functions where they have options, kinks or two operands. Values over a range are in
// values_test.cpp, domains' edges in autograd/ops/edges.hpp.

using namespace carousel;
using namespace carousel::testing;

namespace {

/// Of the sum of f at these numbers.
template <class F> Tensor slopes(std::initializer_list<double> at, const F& f) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({static_cast<Index>(at.size())}, at));
  return tape.backward(sum(f(x)), {x})[x];
}
template <class F> Tensor values(std::initializer_list<double> at, const F& f) {
  Tape tape(DType::float64);
  return f(tape.input(tensor({static_cast<Index>(at.size())}, at))).value();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(functions_with_options) {
  const auto leaky = [](const Var& x) { return leaky_relu(x, 0.25); };
  BOOST_TEST(elements_are(values({-4, 0, 3}, leaky), {-1, 0, 3}));
  BOOST_TEST(elements_are(slopes({-4, 0, 3}, leaky), {0.25, 0.25, 1}));
  const auto elu_of_two = [](const Var& x) { return elu(x, 2); };
  BOOST_TEST(elements_are(values({-1, 0, 3}, elu_of_two), {2 * std::expm1(-1), 0, 3}));
  BOOST_TEST(elements_are(slopes({-1, 0, 3}, elu_of_two), {2 * std::exp(-1), 2, 1}));
  // The two slopes that people mean by a hard sigmoid, and one whose corners are exact.
  const auto sixth = [](const Var& x) { return hard_sigmoid(x); };
  BOOST_TEST(elements_are(values({-4, 0, 1.5, 4}, sixth), {0, 0.5, 0.75, 1}));
  BOOST_TEST(elements_are(slopes({-4, 0, 4}, sixth), {0, 1.0 / 6, 0}));
  const auto fifth = [](const Var& x) { return hard_sigmoid(x, 0.2); };
  BOOST_TEST(elements_are(values({-2.6, 0, 1, 2.6}, fifth), {0, 0.5, 0.7, 1}));
  const auto quarter = [](const Var& x) { return hard_sigmoid(x, 0.25); };
  BOOST_TEST(elements_are(values({-2, 0, 1, 2}, quarter), {0, 0.5, 0.75, 1}));
  BOOST_TEST(elements_are(slopes({-2, 0, 1, 2}, quarter), {0, 0.25, 0.25, 0}));
}

BOOST_AUTO_TEST_CASE(functions_that_bound) {
  const auto from_one = [](const Var& x) { return at_least(x, 1); };
  BOOST_TEST(elements_are(values({0, 1, 2, not_a_number}, from_one), {1, 1, 2, not_a_number}));
  BOOST_TEST(elements_are(slopes({0, 1, 2}, from_one), {0, 1, 1}));
  const auto to_one = [](const Var& x) { return at_most(x, 1); };
  BOOST_TEST(elements_are(values({0, 1, 2, not_a_number}, to_one), {0, 1, 1, not_a_number}));
  BOOST_TEST(elements_are(slopes({0, 1, 2}, to_one), {1, 1, 0}));
  const auto between = [](const Var& x) { return clamp(x, -1, 1); };
  BOOST_TEST(elements_are(values({-infinity, -1, 0.5, 1, infinity}, between), {-1, -1, 0.5, 1, 1}));
  BOOST_TEST(elements_are(slopes({-2, -1, 0.5, 1, 2}, between), {0, 1, 1, 1, 0}));
}

BOOST_AUTO_TEST_CASE(functions_that_choose_the_smaller_or_larger) {
  Tape tape(DType::float64);
  const Var a = tape.variable(tensor({5}, {1, 5, 2, not_a_number, 1}));
  const Var b = tape.variable(tensor({5}, {3, 4, 2, 1, not_a_number}));
  BOOST_TEST(elements_are(minimum(a, b).value(), {1, 4, 2, not_a_number, not_a_number}));
  BOOST_TEST(elements_are(maximum(a, b).value(), {3, 5, 2, not_a_number, not_a_number}));
  const Adjoints low = tape.backward(sum(minimum(a, b)), {a, b});
  BOOST_TEST(elements_are(low[a], {1, 0, 0.5, 0.5, 0.5}));
  BOOST_TEST(elements_are(low[b], {0, 1, 0.5, 0.5, 0.5}));
  const Adjoints high = tape.backward(sum(maximum(a, b)), {a, b});
  BOOST_TEST(elements_are(high[a], {0, 1, 0.5, 0.5, 0.5}));
  // Beside a bias and a scalar.
  const Var m = tape.input(tensor({2, 2}, {1, 5, 3, 2}));
  BOOST_TEST(elements_are(maximum(m, tape.input(tensor({2}, {2, 4}))).value(), {2, 5, 3, 4}));
  BOOST_TEST(elements_are(minimum(tape.input(tensor({}, {2})), m).value(), {1, 2, 2, 2}));
}

BOOST_AUTO_TEST_CASE(functions_powers_by_a_constant) {
  const auto to = [](double c) { return [c](const Var& x) { return pow(x, c); }; };
  BOOST_TEST(
      elements_are(values({-2, 0, infinity, not_a_number}, to(0)), {1, 1, 1, 1}));  // a constant
  BOOST_TEST(elements_are(values({-2, 0, 3}, to(1)), {-2, 0, 3}));
  BOOST_TEST(elements_are(slopes({-2, 0, 3}, to(1)), {1, 1, 1}));
  BOOST_TEST(elements_are(slopes({-2, 0, 3}, to(2)), {-4, 0, 6}));
  BOOST_TEST(elements_are(values({-2, 0, 3}, to(3)), {-8, 0, 27}));
  BOOST_TEST(elements_are(slopes({-2, 0, 3}, to(3)), {12, 0, 27}));
  BOOST_TEST(elements_are(values({-2, 4}, to(-1)), {-0.5, 0.25}));
  BOOST_TEST(elements_are(slopes({-2, 4}, to(-1)), {-0.25, -0.0625}));
  BOOST_TEST(elements_are(values({0, 4}, to(0.5)), {0, 2}));
  BOOST_TEST(elements_are(slopes({0, 4}, to(0.5)), {infinity, 0.25}));
  BOOST_TEST(std::isnan(values({-1}, to(0.5)).at(0)));
  Tape tape(DType::float64);
  BOOST_TEST(!pow(tape.variable(tensor({2}, {1, 2})), 0).requires_grad());
}

BOOST_AUTO_TEST_CASE(functions_powers_of_two_values) {
  Tape tape(DType::float64);
  const Var a = tape.variable(tensor({5}, {2, 9, 0, 0, 4}));
  const Var b = tape.variable(tensor({5}, {3, 0.5, 0, 2, 0}));
  const Var y = pow(a, b);
  BOOST_TEST(elements_are(y.value(), {8, 3, 1, 0, 1}));
  const Var odd = tape.input(tensor({4}, {infinity, not_a_number, 0, 0}));
  const Var to = tape.input(tensor({4}, {0, 0, not_a_number, -2}));
  BOOST_TEST(elements_are(pow(odd, to).value(), {1, 1, not_a_number, infinity}));
  const Adjoints d = tape.backward(sum(y), {a, b});
  BOOST_TEST(elements_are(d[a], {12, 1.0 / 6, 0, 0, 0}));
  BOOST_TEST(elements_are(d[b], {8 * std::log(2.0), 3 * std::log(9.0), 0, 0, std::log(4.0)}));
}

// The slope at a kink is one of those beside it, or the one between; which one is stated in
// ops.hpp.
BOOST_AUTO_TEST_CASE(functions_at_their_kinks) {
  BOOST_TEST(elements_are(slopes({-2, 0, -0.0, 3}, carousel::abs), {-1, 0, 0, 1}));
  BOOST_TEST(elements_are(slopes({-2, 0, 3}, relu), {0, 0, 1}));
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({3}, {-2, 0, 3}));
  BOOST_TEST(!sign(x).requires_grad());
  BOOST_TEST(elements_are(sign(x).value(), {-1, 0, 1}));
  const Var y = sign(x) * x;  // as |x|, with the sign as a constant
  BOOST_TEST(elements_are(tape.backward(sum(y), {x})[x], {-1, 0, 1}));
}

BOOST_AUTO_TEST_CASE(functions_refuse_what_does_not_fit) {
  Tape tape(DType::float64);
  const Var x = tape.zeros({3, 4}), n = tape.input(Tensor(DType::int64, {3}));
  const auto both = [](const char* op) {
    return says({op, "[batch=3, features=4]", "[features=3]", "broadcast_to"});
  };
  BOOST_CHECK_EXCEPTION(minimum(x, tape.zeros({3})), Error, both("minimum"));
  BOOST_CHECK_EXCEPTION(maximum(x, tape.zeros({3})), Error, both("maximum"));
  BOOST_CHECK_EXCEPTION(pow(x, tape.zeros({3})), Error, both("power"));
  BOOST_CHECK_EXCEPTION(absolute_error(x, tape.zeros({3})), Error, both("absolute_error"));
  BOOST_CHECK_EXCEPTION(huber(x, tape.zeros({3})), Error, both("huber"));
  BOOST_CHECK_EXCEPTION(kl_divergence(x, tape.zeros({3})), Error, both("kl_divergence"));
  BOOST_CHECK_EXCEPTION(greater(x, tape.zeros({3})), Error, both("greater"));
  BOOST_CHECK_EXCEPTION(not_equal(x, tape.zeros({3})), Error, both("not_equal"));
  using Unary = Var (*)(const Var&);
  for (const auto& [op, name] :
       std::vector<std::pair<Unary, const char*>>{{carousel::expm1, "expm1"},
                                                  {carousel::log1p, "log1p"},
                                                  {carousel::sqrt, "sqrt"},
                                                  {rsqrt, "rsqrt"},
                                                  {carousel::abs, "abs"},
                                                  {sign, "sign"},
                                                  {carousel::sin, "sin"},
                                                  {carousel::cos, "cos"},
                                                  {carousel::erf, "erf"},
                                                  {gelu, "gelu"},
                                                  {silu, "silu"},
                                                  {softsign, "softsign"}}) {
    BOOST_CHECK_EXCEPTION(op(n), Error, says({name, "floating", "int64 [3]"}));
  }
  BOOST_CHECK_EXCEPTION(leaky_relu(n), Error, says({"leaky_relu", "floating", "int64 [3]"}));
  BOOST_CHECK_EXCEPTION(elu(n), Error, says({"elu", "floating", "int64 [3]"}));
  BOOST_CHECK_EXCEPTION(hard_sigmoid(n), Error, says({"hard_sigmoid", "floating", "int64 [3]"}));
  BOOST_CHECK_EXCEPTION(at_least(n, 1), Error, says({"at_least", "floating", "int64 [3]"}));
  BOOST_CHECK_EXCEPTION(at_most(n, 1), Error, says({"at_most", "floating", "int64 [3]"}));
  BOOST_CHECK_EXCEPTION(pow(n, 3), Error, says({"power_of", "floating", "int64 [3]"}));
}

// Squares leave the range of float32 on either side; the norm does not.
BOOST_AUTO_TEST_CASE(functions_norm_of_large_and_small_numbers) {
  for (const double size : {1e25, 1.0, 1e-25}) {
    Tape tape;
    const Var x = tape.variable(tensor({2}, {3 * size, 4 * size}, DType::float32));
    const Var y = norm(x);
    BOOST_TEST(std::abs(y.item() / (5 * size) - 1) < 1e-6);
    BOOST_TEST(elements_are(tape.backward(y, {x})[x], {0.6, 0.8}, 1e-6));
  }
}

BOOST_AUTO_TEST_CASE(functions_of_all_elements) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2, 2}, {3, -4, 0, 1}));
  BOOST_TEST(max(x).item() == 3);
  BOOST_TEST(min(x).item() == -4);
  BOOST_TEST(std::abs(norm(x).item() - std::sqrt(26)) < 1e-15);
  BOOST_TEST(elements_are(pow(2, x).value(), {8, 1.0 / 16, 1, 2}));
  BOOST_TEST(elements_are(where(greater(x, 0), 1, -1).value(), {1, -1, -1, 1}));
  BOOST_CHECK_EXCEPTION(pow(-2, x), Error, says({"a base above 0"}));
  BOOST_CHECK_EXCEPTION(clamp(x, 1, 0), Error, says({"low <= high"}));
  BOOST_CHECK_EXCEPTION(sum(greater(x, 0)), Error, says({"where(mask, 1.0, 0.0)"}));
}

// A mean far from 0 leaves the gradient of float32 rows without a part along it.
BOOST_AUTO_TEST_CASE(functions_normalize_far_from_zero) {
  Tape tape;
  const Var x = tape.variable(tensor({3}, {5901, 5900, 5900}, DType::float32));
  const Var y = normalize(x, 0.1);
  const Tensor slope =
      tape.backward(sum(y * tape.input(tensor({3}, {0.3, -1.2, 0.7}, DType::float32))), {x})[x];
  BOOST_TEST(std::abs(slope.at(0) + slope.at(1) + slope.at(2)) < 1e-6);
  BOOST_TEST(std::abs(sum(y).item()) < 1e-6);
}

BOOST_AUTO_TEST_SUITE_END()
