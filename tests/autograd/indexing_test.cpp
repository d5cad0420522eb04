#include <boost/test/unit_test.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// Choosing elements: by index, and by a mask.

using namespace carousel;
using namespace carousel::testing;

namespace {

bool equals(const Var& v, const Shape& shape, std::initializer_list<double> wanted) {
  return v.shape() == shape && elements_are(v.value(), wanted);
}

struct Leaves {
  Tape tape{DType::float64};
  Var x(const Shape& shape, std::initializer_list<double> values) {
    return tape.variable(tensor(shape, values));
  }
  Var ints(const Shape& shape, std::initializer_list<double> values) {
    return tape.input(tensor(shape, values, DType::int64));
  }
  Var mask(const Shape& shape, std::initializer_list<double> values) {
    return tape.input(tensor(shape, values, DType::boolean));
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(indexing_gathers_along_an_axis) {
  Leaves l;
  const Var x = l.x({2, 3}, {1, 2, 3, 4, 5, 6});
  BOOST_TEST(equals(gather(x, 1, l.ints({2, 2}, {2, 0, 1, 1})), {2, 2}, {3, 1, 5, 5}));
  BOOST_TEST(equals(gather(x, -1, l.ints({2, 1}, {2, 0})), {2, 1}, {3, 4}));
  BOOST_TEST(equals(gather(x, 0, l.ints({3, 3}, {0, 1, 0, 1, 1, 1, 0, 0, 1})), {3, 3},
                    {1, 5, 3, 4, 5, 6, 1, 2, 6}));
  BOOST_TEST(equals(gather(x, 1, l.ints({2, 0}, {})), {2, 0}, {}));
  const Var cube = l.x({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
  BOOST_TEST(equals(gather(cube, 1, l.ints({2, 1, 2}, {1, 0, 0, 1})), {2, 1, 2}, {3, 2, 5, 8}));
  // An element that was taken twice receives both gradients.
  const Var y = gather(x, 1, l.ints({2, 2}, {2, 0, 1, 1}));
  const Tensor dx = l.tape.backward(y, {x}, tensor({2, 2}, {1, 10, 100, 1000}))[x];
  BOOST_TEST(elements_are(dx, {10, 0, 1, 0, 1100, 0}));
}

BOOST_AUTO_TEST_CASE(indexing_scatters_and_adds) {
  Leaves l;
  const Var x = l.x({2, 3}, {1, 2, 3, 4, 5, 6});
  const Var columns = l.ints({2, 3}, {1, 1, 3, 0, 1, 0});
  const Var y = scatter_add(x, 1, columns, 4);
  BOOST_TEST(equals(y, {2, 4}, {0, 3, 0, 3, 10, 5, 0, 0}));
  BOOST_TEST(elements_are(l.tape.backward(y, {x}, tensor({2, 4}, {1, 2, 3, 4, 5, 6, 7, 8}))[x],
                          {2, 2, 4, 5, 6, 5}));
  BOOST_TEST(
      equals(scatter_add(x, 0, l.ints({2, 3}, {0, 0, 1, 0, 1, 1}), 2), {2, 3}, {5, 2, 0, 0, 5, 9}));
  BOOST_TEST(equals(scatter_add(l.x({1, 0}, {}), -1, l.ints({1, 0}, {}), 2), {1, 2}, {0, 0}));
  // gather takes back what scatter_add put down, where indices differ.
  const Var order = l.ints({2, 3}, {2, 0, 1, 1, 2, 0});
  BOOST_TEST(equals(gather(scatter_add(x, 1, order, 3), 1, order), {2, 3}, {1, 2, 3, 4, 5, 6}));
}

BOOST_AUTO_TEST_CASE(indexing_comparisons_give_masks) {
  Leaves l;
  const Var a = l.x({4}, {1, 2, 3, not_a_number}), b = l.x({4}, {2, 2, 2, 2});
  const auto gives = [](const Var& v, std::initializer_list<double> wanted) {
    return identical(v.value(), tensor({4}, wanted, DType::boolean)) && !v.requires_grad();
  };
  BOOST_TEST(gives(greater(a, b), {0, 0, 1, 0}));
  BOOST_TEST(gives(greater_equal(a, b), {0, 1, 1, 0}));
  BOOST_TEST(gives(less(a, b), {1, 0, 0, 0}));
  BOOST_TEST(gives(less_equal(a, b), {1, 1, 0, 0}));
  BOOST_TEST(gives(equal(a, b), {0, 1, 0, 0}));
  BOOST_TEST(gives(not_equal(a, b), {1, 0, 1, 1}));
  BOOST_TEST(gives(greater(a, 1), {0, 1, 1, 0}));
  BOOST_TEST(gives(greater_equal(a, 3), {0, 0, 1, 0}));
  BOOST_TEST(gives(less(a, 2), {1, 0, 0, 0}));
  BOOST_TEST(gives(less_equal(a, 1), {1, 0, 0, 0}));
  BOOST_TEST(gives(equal(a, 3), {0, 0, 1, 0}));
  BOOST_TEST(gives(not_equal(a, 3), {1, 1, 0, 1}));
  BOOST_TEST(gives(equal(a, a), {1, 1, 1, 0}));
  // Beside a bias and a scalar, on either side.
  const Var m = l.x({2, 2}, {1, 5, 3, 2});
  BOOST_TEST(elements_are(greater(m, l.x({2}, {2, 4})).value(), {0, 1, 1, 0}));
  BOOST_TEST(elements_are(greater(l.x({2}, {2, 4}), m).value(), {1, 0, 0, 1}));
  BOOST_TEST(elements_are(less(l.x({}, {2}), m).value(), {0, 1, 1, 0}));
}

BOOST_AUTO_TEST_CASE(indexing_masks_combine) {
  Leaves l;
  const Var a = l.mask({4}, {0, 0, 1, 1}), b = l.mask({4}, {0, 1, 0, 1});
  const auto gives = [](const Var& v, std::initializer_list<double> wanted) {
    return identical(v.value(), tensor({4}, wanted, DType::boolean));
  };
  BOOST_TEST(gives(logical_and(a, b), {0, 0, 0, 1}));
  BOOST_TEST(gives(logical_or(a, b), {0, 1, 1, 1}));
  BOOST_TEST(gives(logical_not(a), {1, 1, 0, 0}));
  // Columns of a wider mask.
  const Var wide = l.mask({2, 3}, {1, 0, 1, 0, 1, 1});
  BOOST_TEST(elements_are(logical_not(slice(wide, 1, 1, 3)).value(), {1, 0, 0, 0}));
  BOOST_TEST(
      elements_are(logical_and(slice(wide, 1, 0, 2), slice(wide, 1, 1, 3)).value(), {0, 0, 0, 1}));
}

BOOST_AUTO_TEST_CASE(indexing_by_a_mask_with_constants) {
  Leaves l;
  const Var x = l.x({2, 2}, {1, 2, 3, 4});
  const Var mask = l.mask({2, 2}, {1, 0, 0, 1}), rows = l.mask({2}, {0, 1});
  BOOST_TEST(equals(where(mask, x, -1), {2, 2}, {1, -1, -1, 4}));
  BOOST_TEST(equals(where(mask, infinity, x), {2, 2}, {infinity, 2, 3, infinity}));
  BOOST_TEST(equals(where(rows, x, 0), {2, 2}, {0, 0, 3, 4}));
  BOOST_TEST(elements_are(l.tape.backward(sum(where(rows, square(x), 0)), {x})[x], {0, 0, 6, 8}));
  BOOST_TEST(equals(where(l.mask({}, {1}), l.x({}, {5}), l.x({}, {6})), {}, {5}));
}

BOOST_AUTO_TEST_CASE(indexing_refuses_what_does_not_fit) {
  Leaves l;
  const Var x = l.x({2, 3}, {1, 2, 3, 4, 5, 6}), mask = l.mask({2}, {0, 1});
  const Var n = l.ints({3, 1}, {0, 0, 0});
  BOOST_CHECK_EXCEPTION(gather(x, 1, n), Error, says({"gather", "float64 [2, 3]", "int64 [3, 1]"}));
  BOOST_CHECK_EXCEPTION(gather(x, 1, x), Error, says({"gather", "int64", "float64 [2, 3]"}));
  BOOST_CHECK_EXCEPTION(gather(n, 1, n), Error, says({"gather", "floating", "int64 [3, 1]"}));
  BOOST_CHECK_EXCEPTION(gather(x, 1, l.ints({2}, {0, 0})), Error, says({"gather", "int64 [2]"}));
  BOOST_CHECK_EXCEPTION(gather(x, 2, n), Error, says({"gather", "[batch=2, features=3]", "got 2"}));
  BOOST_CHECK_EXCEPTION(gather(x, 1, l.ints({2, 1}, {0, 3})), Error,
                        says({"gather", "0..2", "3 at position 1"}));
  BOOST_CHECK_EXCEPTION(gather(x, 0, l.ints({1, 3}, {0, -1, 1})), Error,
                        says({"gather", "0..1", "-1 at position 1"}));
  BOOST_CHECK_EXCEPTION(scatter_add(x, 1, n, 4), Error,
                        says({"scatter_add", "one shape", "float64 [2, 3]", "int64 [3, 1]"}));
  BOOST_CHECK_EXCEPTION(scatter_add(x, 1, l.ints({2, 3}, {0, 0, 0, 0, 4, 0}), 4), Error,
                        says({"scatter_add", "0..3", "4 at position 4"}));
  BOOST_CHECK_EXCEPTION(scatter_add(x, 2, n, 4), Error, says({"scatter_add", "got 2"}));
  BOOST_CHECK_EXCEPTION(logical_and(mask, l.mask({3}, {0, 0, 0})), Error,
                        says({"logical_and", "one shape", "bool [3]"}));
  BOOST_CHECK_EXCEPTION(logical_or(mask, x), Error, says({"logical_or", "bool", "float64 [2, 3]"}));
  BOOST_CHECK_EXCEPTION(logical_not(x), Error, says({"logical_not", "bool", "float64 [2, 3]"}));
  BOOST_CHECK_EXCEPTION(less(mask, mask), Error, says({"less", "floating", "bool [2]"}));
  BOOST_CHECK_EXCEPTION(equal(n, n), Error, says({"equal", "floating", "int64 [3, 1]"}));
  BOOST_CHECK_EXCEPTION(where(mask, n, n), Error, says({"where", "a int64 [3, 1]"}));
}

BOOST_AUTO_TEST_SUITE_END()
