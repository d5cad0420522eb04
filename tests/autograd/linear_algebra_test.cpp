#include <autograd/linear_algebra.hpp>
#include <boost/test/unit_test.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// Products of stacks of matrices, solve, inverse, the matrix exponential, QR and singular values.

using namespace carousel;
using namespace carousel::testing;

namespace {

Tensor identity(Index n, DType dtype = DType::float64) {
  Tensor result(dtype, {n, n});
  for (Index i = 0; i < n; ++i) result.set(i * (n + 1), 1);
  return result;
}
Tensor diagonal_of(std::initializer_list<double> elements, DType dtype = DType::float64) {
  Tensor result = identity(static_cast<Index>(elements.size()), dtype);
  Index i = 0;
  for (const double element : elements) result.set(i++ * (result.shape()[0] + 1), element);
  return result;
}
Tensor product(const Tensor& a, const Tensor& b) {
  Tape tape(a.dtype());
  return matmul(tape.input(a), tape.input(b)).value();
}
Tensor transposed(const Tensor& a) {
  Tape tape(a.dtype());
  return transpose(tape.input(a)).value();
}
Tensor exponential(const Tensor& a) {
  Tape tape(a.dtype());
  return matrix_exponential(tape.input(a)).value();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(linear_algebra_products_of_stacks) {
  Tape tape(DType::float64);
  const Var a = tape.input(tensor({2, 1, 2}, {1, 2, 3, 4})),
            b = tape.input(tensor({2, 2, 1}, {5, 6, 7, 8}));
  BOOST_TEST(elements_are(matmul(a, b).value(), {17, 53}));
  BOOST_TEST((matmul(a, b).shape() == Shape{2, 1, 1}));
  BOOST_TEST(elements_are(matmul(b, a).value(), {5, 10, 6, 12, 21, 28, 24, 32}));
  const Var one = tape.input(tensor({2, 3}, {1, 0, 1, 0, 1, 1}));  // one matrix for all
  BOOST_TEST(elements_are(matmul(a, one).value(), {1, 2, 3, 3, 4, 7}));
  BOOST_TEST(elements_are(matmul(tape.input(tensor({2}, {1, 2})), one).value(), {1, 2, 3}));
  const Var u = tape.input(tensor({2}, {1, 2})), v = tape.input(tensor({3}, {3, 4, 5}));
  BOOST_TEST(elements_are(outer(u, v).value(), {3, 4, 5, 6, 8, 10}));
  BOOST_TEST((outer(u, v).shape() == Shape{2, 3}));
  BOOST_TEST(elements_are(
      outer(tape.input(tensor({2, 1}, {2, 3})), tape.input(tensor({2, 2}, {1, 2, 3, 4}))).value(),
      {2, 4, 9, 12}));
  BOOST_CHECK_EXCEPTION(matmul(a, tape.zeros({3, 2, 1})), Error,
                        says({"matmul", "same leading axes", "[2, 1, 2]", "[3, 2, 1]"}));
  BOOST_CHECK_EXCEPTION(matmul(a, tape.zeros({3, 2})), Error,
                        says({"times", "[2, 1, 2]", "[3, 2]"}));
  BOOST_CHECK_EXCEPTION(outer(u, tape.zeros({2, 3})), Error, says({"outer", "a [2]", "b [2, 3]"}));
}

BOOST_AUTO_TEST_CASE(linear_algebra_solves) {
  Tape tape(DType::float64);
  const Var A = tape.variable(tensor({2, 2}, {2, 1, 1, 3})),
            b = tape.variable(tensor({2, 1}, {3, 5}));
  const Var x = solve(A, b);
  BOOST_TEST(elements_are(x.value(), {0.8, 1.4}));
  // With g = A⁻ᵀ (1, 1) = (0.4, 0.2): db = g, dA = -g xᵀ.
  const Adjoints d = tape.backward(sum(x), {A, b});
  BOOST_TEST(elements_are(d[b], {0.4, 0.2}));
  BOOST_TEST(elements_are(d[A], {-0.32, -0.56, -0.16, -0.28}));
  BOOST_TEST(elements_are(inverse(A).value(), {0.6, -0.2, -0.2, 0.4}));
  BOOST_TEST(elements_are(inverse(tape.input(tensor({1, 1}, {4}))).value(), {0.25}));
  // A zero on the diagonal needs rows exchanged.
  BOOST_TEST(
      elements_are(inverse(tape.input(tensor({2, 2}, {0, 2, 4, 0}))).value(), {0, 0.25, 0.5, 0}));
  BOOST_TEST((solve(tape.zeros({0, 0}), tape.zeros({0, 2})).shape() == Shape{0, 2}));
  BOOST_TEST((solve(A, tape.zeros({2, 0})).shape() == Shape{2, 0}));
  Random random(1, "solve");
  const Tensor M = normal({9, 9}, random), B = normal({9, 4}, random);
  const Tensor X = solve(tape.input(M), tape.input(B)).value();
  BOOST_TEST(distance(product(M, X), B) < 1e-12);
  BOOST_TEST(distance(product(M, inverse(tape.input(M)).value()), identity(9)) < 1e-12);
}

BOOST_AUTO_TEST_CASE(linear_algebra_refuses_what_does_not_fit) {
  Tape tape(DType::float64);
  const Var A = tape.zeros({2, 2});
  BOOST_CHECK_EXCEPTION(solve(A, tape.zeros({3, 1})), Error,
                        says({"solve", "A [2, 2]", "b [3, 1]"}));
  BOOST_CHECK_EXCEPTION(solve(A, tape.zeros({2})), Error, says({"solve", "b [n, m]", "b [2]"}));
  BOOST_CHECK_EXCEPTION(solve(tape.zeros({2, 3}), A), Error, says({"solve", "A [2, 3]"}));
  BOOST_CHECK_EXCEPTION(inverse(tape.zeros({2, 3})), Error, says({"inverse", "[n, n]", "[2, 3]"}));
  BOOST_CHECK_EXCEPTION(matrix_exponential(tape.zeros({2, 3})), Error,
                        says({"matrix_exponential", "[n, n]", "[2, 3]"}));
  for (const Tensor& singular :
       {tensor({2, 2}, {1, 2, 2, 4}), tensor({2, 2}, {0, 0, 0, 0}), tensor({2, 2}, {1, 0, 5, 0})}) {
    for (const DType dtype : {DType::float64, DType::float32}) {
      Tape own(dtype);
      const Var S = own.input(singular.to(dtype));
      BOOST_CHECK_EXCEPTION(inverse(S), Error, says({"solve", "has an inverse", "rank below 2"}));
      BOOST_CHECK_EXCEPTION(solve(S, S), Error, says({"solve", "pivot", "zero"}));
    }
  }
  for (const double bad : {infinity, not_a_number}) {
    BOOST_CHECK_EXCEPTION(matrix_exponential(tape.input(tensor({2, 2}, {1, bad, 0, 1}))), Error,
                          says({"matrix_exponential", "finite", "infinity or a NaN"}));
  }
  BOOST_CHECK_EXCEPTION(qr(Tensor(DType::float64, {3})), Error,
                        says({"qr", "matrix", "float64 [3]"}));
  BOOST_CHECK_EXCEPTION(singular_values(tensor({2, 2}, {1, 2, 3, not_a_number})), Error,
                        says({"singular_values", "finite numbers", "NaN"}));
  BOOST_CHECK_EXCEPTION(qr(Tensor(DType::float64, {0, 3})), Error, says({"qr", "not empty"}));
  BOOST_CHECK_EXCEPTION(singular_values(Tensor(DType::int64, {2, 2})), Error,
                        says({"singular_values", "floating", "int64 [2, 2]"}));
}

BOOST_AUTO_TEST_CASE(linear_algebra_exponentials_that_are_known) {
  BOOST_TEST(identical(exponential(Tensor(DType::float64, {3, 3})), identity(3)));
  BOOST_TEST((exponential(Tensor(DType::float64, {0, 0})).shape() == Shape{0, 0}));
  BOOST_TEST(elements_are(exponential(tensor({1, 1}, {2})), {std::exp(2)}));
  // Nilpotent: I + N + N²/2.
  BOOST_TEST(distance(exponential(tensor({3, 3}, {0, 2, 5, 0, 0, 3, 0, 0, 0})),
                      tensor({3, 3}, {1, 2, 8, 0, 1, 3, 0, 0, 1})) < 1e-15);
  for (const DType dtype : {DType::float64, DType::float32}) {
    const double unit = dtype == DType::float64 ? 1e-15 : 5e-7;
    const auto lies_at = [unit](const Tensor& found, const Tensor& wanted, double size) {
      return distance(found, wanted) < unit * std::max(2.0, size);
    };
    // Rotations, also by many turns: the error grows with the angle.
    for (const double t : {1e-9, 0.1, 1.0, 3.0, -40.0, 1000.0}) {
      const double angle = tensor({}, {t}, dtype).at(0);
      const Tensor turned = exponential(tensor({2, 2}, {0, -t, t, 0}, dtype));
      const double c = std::cos(angle), s = std::sin(angle);
      BOOST_TEST(lies_at(turned, tensor({2, 2}, {c, -s, s, c}), std::abs(t)), "angle " << t);
      BOOST_TEST(lies_at(product(turned, transposed(turned)), identity(2), std::abs(t)));
    }
    // Diagonals: each element to relative accuracy, as the matrices stay diagonal; the approximant
    // at -5 is a difference of much larger numbers, and sixteenth powers of it are taken.
    const auto d = {-80.0, -1.0, 0.0, 0.5, 7.0, 80.0};
    const Tensor e = exponential(diagonal_of(d, dtype));
    Index i = 0;
    for (const double x : d) {
      BOOST_TEST(relative(e.at(i++ * 7), std::exp(x)) < unit * (4 + 10 * std::abs(x)), "e^" << x);
    }
  }
}

BOOST_AUTO_TEST_CASE(linear_algebra_exponentials_by_their_laws) {
  Random random(1, "exponentials");
  for (const double size : {1e-3, 0.3, 2.0, 10.0}) {
    Tensor A = normal({5, 5}, random);
    for (Index i = 0; i < A.size(); ++i) A.set(i, size * A.at(i));
    Tensor minus = A, twice = A, skew = A;
    for (Index i = 0; i < A.size(); ++i) {
      minus.set(i, -A.at(i));
      twice.set(i, 2 * A.at(i));
      skew.set(i, A.at(i) - A.at(i % 5 * 5 + i / 5));
    }
    const Tensor e = exponential(A);
    BOOST_TEST(distance(exponential(twice), product(e, e)) < 1e-12);
    BOOST_TEST(distance(exponential(transposed(A)), transposed(e)) < 1e-12);
    const double scale = largest(e) * largest(exponential(minus));
    BOOST_TEST(distance(product(e, exponential(minus)), identity(5)) < 1e-14 * (1 + scale));
    const Tensor turned = exponential(skew);  // orthogonal
    BOOST_TEST(distance(product(turned, transposed(turned)), identity(5)) < 1e-13 * (1 + size));
  }
}

BOOST_AUTO_TEST_CASE(linear_algebra_qr) {
  Random random(1, "qr");
  for (const DType dtype : {DType::float64, DType::float32}) {
    const double unit = dtype == DType::float64 ? 1e-14 : 1e-5;
    for (const Shape& shape : {Shape{4, 4}, Shape{7, 3}, Shape{3, 7}, Shape{1, 1}, Shape{5, 1}}) {
      const Tensor a = normal(shape, random, dtype);
      const auto [Q, R] = qr(a);
      const Index n = shape[0], m = shape[1], k = std::min(n, m);
      BOOST_TEST_CONTEXT(to_string(shape) << ", " << name(dtype)) {
        BOOST_TEST((Q.dtype() == dtype && R.dtype() == dtype));
        BOOST_TEST_REQUIRE((Q.shape() == Shape{n, k} && R.shape() == Shape{k, m}),
                           to_string(Q.shape()) + to_string(R.shape()));
        BOOST_TEST(distance(product(transposed(Q), Q), identity(k, dtype)) < unit);
        BOOST_TEST(distance(product(Q, R), a) < unit);
        for (Index r = 0; r < k; ++r) {
          for (Index c = 0; c < std::min(r, m); ++c) BOOST_TEST(R.at(r * m + c) == 0);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(linear_algebra_singular_values) {
  BOOST_TEST(elements_are(singular_values(diagonal_of({3, -5, 0})), {5, 3, 0}));
  BOOST_TEST(
      elements_are(singular_values(tensor({2, 2}, {3, 0, 4, 5})), {std::sqrt(45), std::sqrt(5)}));
  BOOST_TEST(elements_are(singular_values(tensor({2, 2}, {0.6, -0.8, 0.8, 0.6})), {1, 1}));
  BOOST_TEST(elements_are(singular_values(tensor({1, 2}, {3, 4})), {5}));
  Random random(1, "singular values");
  for (const Shape& shape : {Shape{6, 6}, Shape{7, 3}, Shape{3, 7}}) {
    const Tensor a = normal(shape, random);
    const Tensor s = singular_values(a), of_transposed = singular_values(transposed(a));
    BOOST_TEST((s.shape() == Shape{std::min(shape[0], shape[1])}));
    BOOST_TEST(distance(s, of_transposed) < 1e-14);
    double squares = 0, wanted = 0;  // Σ σ² is the sum of all squares
    for (Index i = 0; i < s.size(); ++i) {
      squares += s.at(i) * s.at(i);
      BOOST_TEST((i == 0 || s.at(i) <= s.at(i - 1)));
    }
    for (Index i = 0; i < a.size(); ++i) wanted += a.at(i) * a.at(i);
    BOOST_TEST(relative(squares, wanted) < 1e-14);
    // Those of Q are 1, and R has those of the whole.
    const auto [Q, R] = qr(a);
    const Tensor ones = singular_values(Q);
    for (Index i = 0; i < ones.size(); ++i) BOOST_TEST(relative(ones.at(i), 1) < 1e-14);
    BOOST_TEST(distance(singular_values(R), s) < 1e-13);
  }
}

BOOST_AUTO_TEST_SUITE_END()
