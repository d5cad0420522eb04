#include <autograd/array.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

using namespace carousel;
using namespace carousel::testing;

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(shape_extents_and_text) {
  const Shape shape{20, 3, 4};
  BOOST_TEST((shape.rank() == 3 && shape.size() == 240 && shape.rows() == 60));
  BOOST_TEST(shape.columns() == 4);
  BOOST_TEST((Shape{}.size() == 1 && Shape{}.rows() == 1 && Shape{}.columns() == 1));
  BOOST_TEST((Shape{0, 3}.size() == 0));
  BOOST_TEST((shape.with(1, 7) == Shape{20, 7, 4}));
  BOOST_TEST((shape.without(0) == Shape{3, 4}));
  BOOST_TEST((shape.inserted(3, 9) == Shape{20, 3, 4, 9}));
  BOOST_TEST((shape.inserted(0, 9) == Shape{9, 20, 3, 4}));
  BOOST_TEST((Shape{2} != Shape{2, 1}));
  BOOST_TEST(to_string(shape) == "[20, 3, 4]");
  BOOST_TEST(to_string(shape, {"time", "batch"}) == "[time=20, batch=3, 4]");
  BOOST_TEST(to_string(Shape{}) == "[]");
  BOOST_CHECK_EXCEPTION((Shape{1, 2, 3, 4, 5}), Error, says({"Shape", "at most 4 axes"}));
  BOOST_CHECK_EXCEPTION((Shape{2, -1}), Error, says({"Shape", "0 or more", "-1"}));
}

BOOST_AUTO_TEST_CASE(tensor_is_a_value) {
  Tensor a = tensor({2, 2}, {1, 2, 3, 4});
  const Tensor copy = a;
  a.set(0, 9);
  BOOST_TEST((copy.at(0) == 1 && a.at(0) == 9));
  const void* memory = a.raw();
  a = copy;  // of the same shape: no new memory
  BOOST_TEST((a.raw() == memory && identical(a, copy)));
  a = Tensor(DType::float32, {3});
  BOOST_TEST((a.dtype() == DType::float32 && a.size() == 3 && a.at(2) == 0));
  Tensor moved = std::move(a);
  BOOST_TEST(moved.size() == 3);
  a = copy;  // a moved-from tensor can be assigned to
  BOOST_TEST(identical(a, copy));
  const Tensor& self = a;
  a = self;
  BOOST_TEST(identical(a, copy));
}

BOOST_AUTO_TEST_CASE(tensor_memory_is_aligned_and_zero) {
  for (const Index size : {0, 1, 7, 1000}) {
    const Tensor t(DType::float32, {size});
    BOOST_TEST(reinterpret_cast<std::uintptr_t>(t.raw()) % 64 == 0u);
    BOOST_TEST(largest(t) == 0);
    BOOST_TEST(t.bytes() == static_cast<std::size_t>(size) * 4);
  }
}

BOOST_AUTO_TEST_CASE(tensor_dtypes) {
  const Tensor doubles = tensor({3}, {0.1, -2.5, 3});
  const Tensor floats = doubles.to(DType::float32);
  BOOST_TEST(floats.data<float>()[0] == 0.1F);
  BOOST_TEST(identical(floats.to(DType::float64).to(DType::float32), floats));
  BOOST_TEST(!identical(floats, doubles));
  const Tensor whole = tensor({2}, {-7, 1e15}, DType::int64);
  BOOST_TEST(whole.data<Index>()[1] == 1000000000000000);
  const Tensor flags = tensor({2}, {0, 1}, DType::boolean);
  BOOST_TEST((!flags.data<bool>()[0] && flags.data<bool>()[1] && flags.bytes() == 2));
  BOOST_CHECK_EXCEPTION(doubles.data<float>(), Error,
                        says({"Tensor::data", "float64", "request for float32"}));
  BOOST_CHECK_EXCEPTION(whole.data<double>(), Error, says({"int64", "request for float64"}));
  BOOST_TEST((doubles.reshaped({3, 1}).shape() == Shape{3, 1}));
  BOOST_CHECK_EXCEPTION(doubles.reshaped({2}), Error, says({"3 elements", "[3]", "[2]"}));
}

// Bits, not values: what reproducible means.
BOOST_AUTO_TEST_CASE(tensor_identity) {
  BOOST_TEST(!identical(tensor({1}, {0.0}), tensor({1}, {-0.0})));
  BOOST_TEST(identical(tensor({1}, {not_a_number}), tensor({1}, {not_a_number})));
  BOOST_TEST(!identical(tensor({1, 2}, {1, 2}), tensor({2}, {1, 2})));
}

BOOST_AUTO_TEST_CASE(tensor_as_xtensor) {
  Tensor t = tensor({2, 3}, {1, 2, 3, 4, 5, 6});
  auto x = as_xtensor<double>(t);
  BOOST_TEST(x(1, 2) == 6);
  x(0, 1) = 20;
  BOOST_TEST(t.at(1) == 20);
  const Tensor& fixed = t;
  const Tensor doubled = to_tensor<double>(2.0 * as_xtensor<double>(fixed));
  BOOST_TEST(identical(doubled, tensor({2, 3}, {2, 40, 6, 8, 10, 12})));
  const Tensor row_sums = to_tensor<double>(xt::sum(as_xtensor<double>(fixed), {1}));
  BOOST_TEST(identical(row_sums, tensor({2}, {24, 15})));
  BOOST_CHECK_EXCEPTION(as_xtensor<float>(t), Error, says({"float64", "float32"}));
}

BOOST_AUTO_TEST_CASE(error_text_leaves_out_what_is_not_there) {
  const Error full(ErrorKind::config, "x.yaml:3:1", "a number", "'abc'", "Write 0.1");
  BOOST_TEST(full.what() == std::string("x.yaml:3:1: expected a number; got 'abc'. Write 0.1"));
  BOOST_TEST((full.kind() == ErrorKind::config && full.fix() == "Write 0.1"));
  BOOST_TEST(Error(ErrorKind::io, "a", "", "no such file").what() ==
             std::string("a: no such file"));
  BOOST_TEST(Error(ErrorKind::io, "a", "b", "").what() == std::string("a: expected b"));
  BOOST_TEST(did_you_mean("vanila", {"lstm", "vanilla"}) == "vanilla");
  BOOST_TEST(did_you_mean("LSTM", {"gru", "lstm"}) == "lstm");
  BOOST_TEST(did_you_mean("w_ih", {"U_hh", "W_ih"}) == "W_ih");
  BOOST_TEST(did_you_mean("transformer", {"lstm", "vanilla"}) == "");
  BOOST_TEST(join({"a", "b"}, " and ") == "a and b");
}

BOOST_AUTO_TEST_CASE(tensor_beyond_the_memory_of_the_machine) {
  const Index huge = Index{1} << 28;
  BOOST_CHECK_EXCEPTION(Tensor(DType::float64, {huge, huge}), Error,
                        says(ErrorKind::memory, {"memory", "MiB"}));
  BOOST_CHECK_EXCEPTION(Shape({huge, huge, huge}), Error,
                        says(ErrorKind::memory, {"Shape", "fits into memory"}));
}

BOOST_AUTO_TEST_SUITE_END()
