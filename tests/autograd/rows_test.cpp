#include <boost/test/unit_test.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// Ops over rows where a row has infinities, NaN, one element, or what would overflow.

using namespace carousel;
using namespace carousel::testing;

namespace {

/// Value and gradient of the sum of an op on one row, in both dtypes.
struct Outcome {
  Tensor value, slope;
};
template <class F> Outcome outcome(std::initializer_list<double> row, DType dtype, const F& f) {
  Tape tape(dtype);
  const Var x = tape.variable(tensor({1, static_cast<Index>(row.size())}, row, dtype));
  const Var y = f(x);
  Tensor cotangent(dtype, y.shape());
  for (Index i = 0; i < cotangent.size(); ++i) cotangent.set(i, static_cast<double>(i + 1));
  return {y.value(), tape.backward(y, {x}, cotangent)[x]};
}

/// The value and the gradient under the cotangent 1, 2, ...
template <class F>
void check(const char* what, std::initializer_list<double> row, const F& f,
           std::initializer_list<double> value, std::initializer_list<double> slope,
           double slack = 1) {
  for (const DType dtype : {DType::float64, DType::float32}) {
    const Outcome o = outcome(row, dtype, f);
    const double tolerance = dtype == DType::float64 ? 1e-14 : 1e-6;
    BOOST_TEST_CONTEXT(what << ", " << name(dtype)) {
      BOOST_TEST(elements_are(o.value, value, tolerance), "value " << o.value.at(0));
      BOOST_TEST(elements_are(o.slope, slope, slack * tolerance), "slope " << o.slope.at(0));
    }
  }
}

constexpr double inf = infinity, NaN = not_a_number;

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(rows_of_one_element) {
  check("softmax", {5}, softmax, {1}, {0});
  check("log_softmax", {5}, log_softmax, {0}, {0});
  check("normalize", {5}, [](const Var& x) { return normalize(x); }, {0}, {0});
  const auto last = [](Var (*f)(const Var&, const Axes&, bool)) {
    return [f](const Var& x) { return f(x, {-1}, false); };
  };
  check("logsumexp", {5}, last(logsumexp), {5}, {1});
  check("max", {5}, last(max), {5}, {1});
  check("norm", {-5}, last(norm), {5}, {-1});
  check("norm", {0}, last(norm), {0}, {0});
}

BOOST_AUTO_TEST_CASE(rows_that_would_overflow) {
  check("softmax", {1000, 0, -1000}, softmax, {1, 0, 0}, {0, 0, 0});
  check("softmax", {1000, 1000}, softmax, {0.5, 0.5}, {-0.25, 0.25});
  check("softmax", {-1000, -1000}, softmax, {0.5, 0.5}, {-0.25, 0.25});
  check("log_softmax", {1000, 0, -1000}, log_softmax, {0, -1000, -2000}, {-5, 2, 3});
  const auto lse = [](const Var& x) { return logsumexp(x, {1}); };
  // Its slope is e^(x - y), with the rounding error of a y of 1000.
  check("logsumexp", {1000, 1000}, lse, {1000 + std::log(2)}, {0.5, 0.5}, 100);
  check("logsumexp", {-1000, -1000}, lse, {-1000 + std::log(2)}, {0.5, 0.5}, 100);
}

// A class that is ruled out by a logit of -∞ has probability 0 and gradient 0.
BOOST_AUTO_TEST_CASE(rows_with_minus_infinity) {
  check("softmax", {0, -inf, 0}, softmax, {0.5, 0, 0.5}, {-0.5, 0, 0.5});
  const double half = std::log(0.5);
  check("log_softmax", {0, -inf, 0}, log_softmax, {half, -inf, half}, {-2, 2, 0});
  const auto lse = [](const Var& x) { return logsumexp(x, {1}); };
  check("logsumexp", {0, -inf}, lse, {0}, {1, 0});
  check("max", {-inf, 2}, [](const Var& x) { return max(x, {1}); }, {2}, {0, 1});
  check("max", {-inf, -inf}, [](const Var& x) { return max(x, {1}); }, {-inf}, {0.5, 0.5});
  check("norm", {-inf, 2}, [](const Var& x) { return norm(x, {1}); }, {inf}, {NaN, 0});
  // All ruled out: the sum is 0, the probabilities are 0/0.
  check("softmax", {-inf, -inf}, softmax, {NaN, NaN}, {NaN, NaN});
  check("log_softmax", {-inf, -inf}, log_softmax, {NaN, NaN}, {NaN, NaN});
  check("logsumexp", {-inf, -inf}, lse, {-inf}, {NaN, NaN});
}

BOOST_AUTO_TEST_CASE(rows_with_infinity_or_nan) {
  const auto lse = [](const Var& x) { return logsumexp(x, {1}); };
  const auto largest = [](const Var& x) { return max(x, {1}); };
  check("logsumexp", {inf, 0}, lse, {inf}, {NaN, 0});
  check("max", {inf, 0}, largest, {inf}, {1, 0});
  for (const auto& row : {std::initializer_list<double>{NaN, 0}, {0, NaN}}) {
    for (Var (*f)(const Var&) : {softmax, log_softmax}) {
      check("NaN", row, f, {NaN, NaN}, {NaN, NaN});
    }
    check("logsumexp", row, lse, {NaN}, {NaN, NaN});
    check("max", row, largest, {NaN}, {NaN, NaN});
    check("normalize", row, [](const Var& x) { return normalize(x); }, {NaN, NaN}, {NaN, NaN});
  }
  // NaN is found wherever it stands, also in a lane that is not full.
  for (const Index n : {7, 16, 33}) {
    for (Index at = 0; at < n; ++at) {
      Tensor x(DType::float64, {n});
      x.set(at, NaN);
      Tape tape(DType::float64);
      BOOST_TEST(std::isnan(largest(reshape(tape.input(x), {1, n})).item()));
    }
  }
}

// One bad row leaves the others alone.
BOOST_AUTO_TEST_CASE(rows_are_independent) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({3, 2}, {0, 0, NaN, 1, std::log(1), std::log(3)}));
  const Var y = softmax(x);
  BOOST_TEST(elements_are(y.value(), {0.5, 0.5, NaN, NaN, 0.25, 0.75}));
  const Tensor u = tensor({3, 2}, {1, 2, 1, 2, 0, 1});
  const Tensor dx = tape.backward(y, {x}, u)[x];
  BOOST_TEST(elements_are(dx, {-0.25, 0.25, NaN, NaN, -0.1875, 0.1875}));
}

BOOST_AUTO_TEST_CASE(rows_of_soft_cross_entropy) {
  Tape tape(DType::float64);
  // A class of weight 0 may be ruled out; one of another weight makes the loss infinite.
  const Var x = tape.variable(tensor({2, 2}, {-inf, 1, -inf, 1}));
  const Var q = tape.variable(tensor({2, 2}, {0, 1, 0.5, 0.5}));
  const Var y = soft_cross_entropy(x, q);
  BOOST_TEST(elements_are(y.value(), {0, inf}));
  const Adjoints d = tape.backward(sum(y), {x, q});
  BOOST_TEST(elements_are(d[x], {0, 0, -0.5, 0.5}));
  BOOST_TEST(elements_are(d[q], {inf, 0, inf, 0}));
  // Weights need not sum to 1; logits of 1000 do not overflow.
  const Var far = tape.variable(tensor({1, 2}, {1000, 0}));
  const Var loss = soft_cross_entropy(far, tape.input(tensor({1, 2}, {2, 3})));
  BOOST_TEST(elements_are(loss.value(), {3000}));
  BOOST_TEST(elements_are(tape.backward(sum(loss), {far})[far], {3, -3}));
  BOOST_TEST(elements_are(
      soft_cross_entropy(tape.input(tensor({1}, {7})), tape.input(tensor({1}, {1}))).value(), {0}));
}

BOOST_AUTO_TEST_CASE(rows_normalized) {
  Tape tape(DType::float64);
  const Var x = tape.input(tensor({2, 4}, {1, 2, 3, 4, 5, 5, 5, 5}));
  const double unit = std::sqrt(1.25);
  BOOST_TEST(elements_are(normalize(x, 0.0).value().reshaped({8}),
                          {-1.5 / unit, -0.5 / unit, 0.5 / unit, 1.5 / unit, NaN, NaN, NaN, NaN}));
  BOOST_TEST(elements_are(row(normalize(x).value(), 1), {0, 0, 0, 0}));
  const Var gain = tape.input(tensor({4}, {1, 2, 3, 4})),
            bias = tape.input(tensor({4}, {5, 6, 7, 8}));
  BOOST_TEST(elements_are(row(layer_norm(x, gain, bias).value(), 1), {5, 6, 7, 8}));
  BOOST_TEST(elements_are(row(layer_norm(x, gain, bias, 0.25).value(), 0),
                          {5 - 1.5 / std::sqrt(1.5), 6 - 1 / std::sqrt(1.5),
                           7 + 1.5 / std::sqrt(1.5), 8 + 6 / std::sqrt(1.5)}));
}

BOOST_AUTO_TEST_CASE(rows_refuse_what_does_not_fit) {
  Tape tape(DType::float64);
  const Var x = tape.zeros({3, 4});
  BOOST_CHECK_EXCEPTION(soft_cross_entropy(x, tape.zeros({4, 3})), Error,
                        says({"soft_cross_entropy", "floating [3, 4]", "float64 [4, 3]"}));
  BOOST_CHECK_EXCEPTION(normalize(tape.zeros({})), Error, says({"normalize", "[]"}));
  BOOST_CHECK_EXCEPTION(normalize(tape.zeros({3, 0})), Error, says({"normalize", "[3, 0]"}));
  BOOST_CHECK_EXCEPTION(layer_norm(x, tape.zeros({3}), tape.zeros({4})), Error,
                        says({"multiply", "[batch=3, features=4]", "[features=3]"}));
  BOOST_CHECK_EXCEPTION(layer_norm(x, tape.zeros({4}), tape.zeros({5})), Error,
                        says({"add", "[batch=3, features=4]", "[features=5]"}));
}

BOOST_AUTO_TEST_SUITE_END()
