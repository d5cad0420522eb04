#include <autograd/ops/spare_threads.hpp>
#include <boost/test/unit_test.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// Products, parts and wholes: values against loops, and the shapes that come out.

using namespace carousel;
using namespace carousel::testing;

namespace {

/// Σ_k a[i, k] b[k, j]
Tensor product(const Tensor& a, const Tensor& b) {
  const Index n = a.shape()[0], inner = a.shape()[1], m = b.shape()[1];
  Tensor result(DType::float64, {n, m});
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < m; ++j) {
      double sum = 0;
      for (Index k = 0; k < inner; ++k) sum += a.at(i * inner + k) * b.at(k * m + j);
      result.set(i * m + j, sum);
    }
  }
  return result;
}

Tensor transposed(const Tensor& a) {
  const Index n = a.shape()[0], m = a.shape()[1];
  Tensor result(DType::float64, {m, n});
  for (Index i = 0; i < n; ++i) {
    for (Index j = 0; j < m; ++j) result.set(j * n + i, a.at(i * m + j));
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(products_of_matrices) {
  Random random(1, "products");
  const Tensor a = normal({4, 7}, random), b = normal({7, 5}, random), W = normal({5, 7}, random),
               bias = normal({5}, random), xs = normal({2, 3, 7}, random);
  Tape tape(DType::float64);
  const Var x = tape.input(a);
  BOOST_TEST(distance(matmul(x, tape.input(b)).value(), product(a, b)) < 1e-14);
  BOOST_TEST(identical(transpose(x).value(), transposed(a)));
  const Tensor y = product(a, transposed(W));
  BOOST_TEST(distance(linear(x, tape.input(W)).value(), y) < 1e-14);
  Tensor with_bias = y;
  for (Index i = 0; i < y.size(); ++i) with_bias.set(i, y.at(i) + bias.at(i % 5));
  BOOST_TEST(distance(linear(x, tape.input(W), tape.input(bias)).value(), with_bias) < 1e-14);
  const Tensor over_time = product(xs.reshaped({6, 7}), transposed(W)).reshaped({2, 3, 5});
  BOOST_TEST(distance(linear(tape.input(xs), tape.input(W)).value(), over_time) < 1e-14);
  // Parts of wider arrays as operands: rows of W, columns of x.
  const Var part = linear(slice(x, 1, 2, 6), slice(slice(tape.input(W), 0, 1, 3), 1, 2, 6));
  BOOST_TEST((part.shape() == Shape{4, 2}));
  double wanted = 0;
  for (Index k = 2; k < 6; ++k) wanted += a.at(3 * 7 + k) * W.at(2 * 7 + k);
  BOOST_TEST(relative(part.value().at(3 * 2 + 1), wanted) < 1e-13);
}

// Where one sequence leaves threads without work, rows of a large product are shared out.
BOOST_AUTO_TEST_CASE(products_are_the_same_in_several_threads) {
  Random random(2, "products");
  const Tensor rows = normal({130, 260}, random), W = normal({70, 260}, random);
  for (const DType dtype : {DType::float32, DType::float64}) {
    const auto both = [&](int threads) {
      Tape tape(dtype);
      const SpareThreads spare(threads);
      const Var a = tape.variable(rows.to(dtype)), b = tape.variable(W.to(dtype));
      const Var wide = concat({a, a}, 1);  // operands with rows of their own distance
      const Var y = linear(slice(wide, 1, 130, 390), b);
      const Adjoints adjoints = tape.backward(sum(square(y)), {a, b});
      return std::vector<Tensor>{y.value(), adjoints[a], adjoints[b]};
    };
    const auto one = both(1), three = both(3), again = both(3);
    const double bound = dtype == DType::float32 ? 1e-5 : 1e-13;
    for (std::size_t i = 0; i < one.size(); ++i) {
      BOOST_TEST(distance(three[i], one[i]) < bound);
      BOOST_TEST(identical(three[i], again[i]));
    }
  }
}

BOOST_AUTO_TEST_CASE(products_without_rows) {
  Tape tape(DType::float64);
  const Var x = tape.variable(Tensor(DType::float64, {0, 3}));
  const Var W = tape.variable(tensor({2, 3}, {1, 2, 3, 4, 5, 6}));
  const Var b = tape.variable(Tensor(DType::float64, {2}));
  const Var y = sum(tanh(linear(x, W, b)));
  BOOST_TEST(y.item() == 0);
  const Adjoints adjoints = tape.backward(y, {W, b});
  BOOST_TEST((largest(adjoints[W]) == 0 && largest(adjoints[b]) == 0));
}

BOOST_AUTO_TEST_CASE(parts_and_wholes) {
  Tape tape(DType::float64);
  const Var x = tape.input(tensor({2, 3}, {1, 2, 3, 4, 5, 6}));
  const auto same = [](const Var& v, const Tensor& wanted) { return identical(v.value(), wanted); };
  BOOST_TEST(same(slice(x, 1, 1, 3), tensor({2, 2}, {2, 3, 5, 6})));
  BOOST_TEST(same(slice(x, -2, 1, 2), tensor({1, 3}, {4, 5, 6})));
  BOOST_TEST(same(slice(x, 0, 1, 1), tensor({0, 3}, {})));
  BOOST_TEST(same(at(x, 0, 1), tensor({3}, {4, 5, 6})));
  BOOST_TEST(same(at(x, -1, 0), tensor({2}, {1, 4})));
  BOOST_TEST(same(split(x, 3)[1], tensor({2, 1}, {2, 5})));
  BOOST_TEST(same(split<3>(x)[2], tensor({2, 1}, {3, 6})));
  BOOST_TEST(same(concat({x, slice(x, 0, 1, 2)}, 0), tensor({3, 3}, {1, 2, 3, 4, 5, 6, 4, 5, 6})));
  BOOST_TEST(same(concat({slice(x, 1, 2, 3), x}, -1), tensor({2, 4}, {3, 1, 2, 3, 6, 4, 5, 6})));
  BOOST_TEST(same(stack({at(x, 0, 1), at(x, 0, 0)}), tensor({2, 3}, {4, 5, 6, 1, 2, 3})));
  BOOST_TEST(same(reshape(x, {3, 2}), tensor({3, 2}, {1, 2, 3, 4, 5, 6})));
  BOOST_TEST(same(reshape(slice(x, 1, 0, 2), {4}), tensor({4}, {1, 2, 4, 5})));
  // An inner axis of [2, 2, 2].
  const Var cube = tape.input(tensor({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8}));
  BOOST_TEST(same(at(cube, 1, 1), tensor({2, 2}, {3, 4, 7, 8})));
}

BOOST_AUTO_TEST_CASE(reductions_and_broadcasts) {
  Tape tape(DType::float64);
  const auto same = [](const Var& v, const Tensor& wanted) { return identical(v.value(), wanted); };
  const Var x = tape.input(tensor({2, 3}, {1, 2, 3, 4, 5, 6}));
  BOOST_TEST(same(sum(x), tensor({}, {21})));
  BOOST_TEST(same(sum(x, {0}), tensor({3}, {5, 7, 9})));
  BOOST_TEST(same(sum(x, {-1}), tensor({2}, {6, 15})));
  BOOST_TEST(same(sum(x, {0, 1}), tensor({}, {21})));
  BOOST_TEST(same(mean(x), tensor({}, {3.5})));
  BOOST_TEST(same(mean(x, {1}), tensor({2}, {2, 5})));
  BOOST_TEST(same(broadcast_to(at(x, 0, 0), {2, 3}), tensor({2, 3}, {1, 2, 3, 1, 2, 3})));
  BOOST_TEST(same(broadcast_to(slice(x, 1, 0, 1), {2, 2}), tensor({2, 2}, {1, 1, 4, 4})));
}

BOOST_AUTO_TEST_SUITE_END()
