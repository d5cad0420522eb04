#include <boost/test/unit_test.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// Reductions over any axes, and cumulative sums. Rows with infinities are in rows_test.cpp.

using namespace carousel;
using namespace carousel::testing;

namespace {

/// 0, 1, 2, ...
Tensor count_up(const Shape& shape) {
  Tensor result(DType::float64, shape);
  for (Index i = 0; i < result.size(); ++i) result.set(i, static_cast<double>(i));
  return result;
}

bool equals(const Var& v, const Shape& shape, std::initializer_list<double> wanted) {
  return v.shape() == shape && elements_are(v.value(), wanted);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(reductions_over_any_axes) {
  Tape tape(DType::float64);
  const Var x = tape.input(count_up({2, 3, 2}));  // [[0 1, 2 3, 4 5], [6 7, 8 9, 10 11]]
  BOOST_TEST(equals(sum(x, {0, 2}), {3}, {14, 22, 30}));
  BOOST_TEST(equals(sum(x, {2, 0}), {3}, {14, 22, 30}));  // a set: order means nothing
  BOOST_TEST(equals(sum(x, {-3, -1}), {3}, {14, 22, 30}));
  BOOST_TEST(equals(sum(x, {1}, true), {2, 1, 2}, {6, 9, 24, 27}));
  BOOST_TEST(equals(sum(x, {0, 1, 2}, true), {1, 1, 1}, {66}));
  BOOST_TEST(equals(sum(x, {}), {2, 3, 2}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
  BOOST_TEST(equals(mean(x, {1}), {2, 2}, {2, 3, 8, 9}));
  BOOST_TEST(equals(mean(x, {0, 1}, true), {1, 1, 2}, {5, 6}));
  BOOST_TEST(equals(max(x, {1}), {2, 2}, {4, 5, 10, 11}));
  BOOST_TEST(equals(max(x, {0, 2}, true), {1, 3, 1}, {7, 9, 11}));
  BOOST_TEST(equals(min(x, {1}), {2, 2}, {0, 1, 6, 7}));
  BOOST_TEST(equals(min(x, {-1, 0}), {3}, {0, 2, 4}));
  BOOST_TEST(equals(max(x, {0, 1, 2}), {}, {11}));
}

BOOST_AUTO_TEST_CASE(reductions_of_rank_four) {
  Tape tape(DType::float64);
  const Var x = tape.input(count_up({2, 2, 2, 2}));
  BOOST_TEST(equals(max(x, {0, 2}), {2, 2}, {10, 11, 14, 15}));
  BOOST_TEST(equals(min(x, {3, 0}), {2, 2}, {0, 2, 4, 6}));
  BOOST_TEST(equals(sum(x, {0, 1, 3}, true), {1, 1, 2, 1}, {52, 68}));
  BOOST_TEST(equals(norm(x, {0, 1, 2, 3}), {}, {std::sqrt(1240.0)}));
}

BOOST_AUTO_TEST_CASE(reductions_of_parts_and_small_extents) {
  Tape tape(DType::float64);
  const Var whole = tape.input(count_up({3, 5}));
  const Var x = slice(whole, 1, 1, 4);  // 1 2 3, 6 7 8, 11 12 13
  BOOST_TEST(equals(sum(x), {}, {63}));
  BOOST_TEST(equals(sum(x, {0}), {3}, {18, 21, 24}));
  BOOST_TEST(equals(max(x, {1}), {3}, {3, 8, 13}));
  BOOST_TEST(equals(cumsum(x, 1), {3, 3}, {1, 3, 6, 6, 13, 21, 11, 23, 36}));
  const Var one = tape.input(tensor({1, 1}, {-3}));
  for (const int axis : {0, 1}) {
    for (Var (*reduce)(const Var&, const Axes&, bool) : {sum, mean, max, min, logsumexp}) {
      BOOST_TEST(equals(reduce(one, {axis}, false), {1}, {-3}));
    }
    BOOST_TEST(equals(norm(one, {axis}), {1}, {3}));
  }
  const Var nothing = tape.input(Tensor(DType::float64, {0, 2}));
  BOOST_TEST(equals(sum(nothing), {}, {0}));
  BOOST_TEST(equals(sum(nothing, {0}), {2}, {0, 0}));
  BOOST_TEST(equals(sum(nothing, {1}), {0}, {}));
  BOOST_TEST(equals(max(nothing, {1}), {0}, {}));
}

// Σ of 0.1 in float32, ten million times, is not what float32 would have.
BOOST_AUTO_TEST_CASE(reductions_to_a_scalar_are_summed_in_float64) {
  Tensor many(DType::float32, {1 << 20});
  many.fill(0.1);
  Tape tape(DType::float32);
  const double exact = static_cast<double>(0.1F) * (1 << 20);
  BOOST_TEST(relative(sum(tape.input(many)).item(), exact) < 1e-7);
  BOOST_TEST(relative(mean(tape.input(many)).item(), static_cast<double>(0.1F)) < 1e-7);
}

BOOST_AUTO_TEST_CASE(reductions_by_hand_norm_and_logsumexp) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2, 2}, {3, 4, 5, 12}));
  BOOST_TEST(equals(norm(x, {1}), {2}, {5, 13}));
  BOOST_TEST(
      elements_are(tape.backward(sum(norm(x, {1})), {x})[x], {0.6, 0.8, 5.0 / 13, 12.0 / 13}));
  BOOST_TEST(equals(norm(x, {0}, true), {1, 2}, {std::sqrt(34.0), std::sqrt(160.0)}));
  const Var z = tape.variable(tensor({2, 2}, {0, 0, std::log(2), std::log(6)}));
  BOOST_TEST(equals(logsumexp(z, {1}), {2}, {std::log(2), std::log(8)}));
  BOOST_TEST(elements_are(tape.backward(sum(logsumexp(z, {1})), {z})[z], {0.5, 0.5, 0.25, 0.75}));
  BOOST_TEST(equals(logsumexp(z, {0, 1}), {}, {std::log(10)}));
}

BOOST_AUTO_TEST_CASE(reductions_share_the_gradient_of_equals) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2, 3}, {7, 7, 1, 2, 5, 5}));
  BOOST_TEST(elements_are(tape.backward(sum(max(x, {1})), {x})[x], {0.5, 0.5, 0, 0, 0.5, 0.5}));
  BOOST_TEST(elements_are(tape.backward(sum(min(x, {1})), {x})[x], {0, 0, 1, 1, 0, 0}));
  const Var zero = tape.variable(tensor({2, 2}, {0, 0, 3, 4}));  // the norm's slope at 0 is 0
  BOOST_TEST(elements_are(tape.backward(sum(norm(zero, {1})), {zero})[zero], {0, 0, 0.6, 0.8}));
}

BOOST_AUTO_TEST_CASE(reductions_cumulative_sums) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2, 3}, {1, 2, 3, 10, 20, 30}));
  BOOST_TEST(equals(cumsum(x, 1), {2, 3}, {1, 3, 6, 10, 30, 60}));
  BOOST_TEST(equals(cumsum(x, -1), {2, 3}, {1, 3, 6, 10, 30, 60}));
  BOOST_TEST(equals(cumsum(x, 0), {2, 3}, {1, 2, 3, 11, 22, 33}));
  const Tensor u = tensor({2, 3}, {1, 10, 100, 2, 20, 200});
  BOOST_TEST(elements_are(tape.backward(cumsum(x, 1), {x}, u)[x], {111, 110, 100, 222, 220, 200}));
  BOOST_TEST(
      equals(cumsum(tape.input(count_up({2, 2, 2})), 1), {2, 2, 2}, {0, 1, 2, 4, 4, 5, 10, 12}));
  BOOST_TEST(equals(cumsum(tape.input(Tensor(DType::float64, {0, 2})), 0), {0, 2}, {}));
}

BOOST_AUTO_TEST_CASE(reductions_refuse_what_does_not_fit) {
  Tape tape(DType::float64);
  const Var x = tape.zeros({3, 4}), n = tape.input(Tensor(DType::int64, {3}));
  using Reduction = Var (*)(const Var&, const Axes&, bool);
  for (const auto& [reduce, name] : std::vector<std::pair<Reduction, const char*>>{
           {sum, "sum"}, {mean, "mean"}, {max, "max"}, {logsumexp, "logsumexp"}, {norm, "norm"}}) {
    BOOST_CHECK_EXCEPTION(reduce(x, {2}, false), Error,
                          says({name, "an axis of [batch=3, features=4]", "got 2"}));
    BOOST_CHECK_EXCEPTION(reduce(x, {0, -3}, true), Error,
                          says({name, "[batch=3, features=4]", "got -3"}));
    const auto of_integers = refusal([&, &reduce = reduce] { reduce(n, {0}, false); });
    BOOST_TEST(of_integers.find("int64 [3]") != std::string::npos, of_integers);
  }
  for (Reduction reduce : {max, logsumexp, norm}) {  // what would the largest of nothing be?
    BOOST_CHECK_EXCEPTION(reduce(x, {}, false), Error, says({"at least one axis", "none"}));
    const Var nothing = tape.zeros({3, 0});
    BOOST_CHECK_EXCEPTION(reduce(nothing, {1}, false), Error, says({"at least one", "[3, 0]"}));
  }
  BOOST_CHECK_EXCEPTION(cumsum(x, 2), Error, says({"cumsum", "[batch=3, features=4]", "got 2"}));
  BOOST_CHECK_EXCEPTION(cumsum(n, 0), Error, says({"cumsum", "floating", "int64 [3]"}));
}

BOOST_AUTO_TEST_SUITE_END()
