#include <autograd/support/error.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <optim/clip.hpp>

using namespace carousel;
using namespace carousel::optim;

namespace {

Tensor tensor(DType dtype, const std::vector<double>& values) {
  Tensor result(dtype, Shape{static_cast<Index>(values.size())});
  for (std::size_t i = 0; i < values.size(); ++i) result.set(static_cast<Index>(i), values[i]);
  return result;
}

/// Two tensors of global norm 13.
Gradients thirteen(DType dtype) { return {tensor(dtype, {3, 0, -4}), tensor(dtype, {12})}; }

Clip by_norm(double norm) { return {norm, std::nullopt}; }
Clip by_value(double value) { return {std::nullopt, value}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(optim)

BOOST_AUTO_TEST_CASE(clip_off_reports_the_norm) {
  Gradients gradients = thirteen(DType::float32);
  const ClipResult result = Clip{}.apply(gradients);
  BOOST_TEST(result.norm_before == 13.0);
  BOOST_TEST(!result.clipped);
  BOOST_TEST(identical(gradients[0], thirteen(DType::float32)[0]));
  Gradients none;
  BOOST_TEST(Clip{}.apply(none).norm_before == 0.0);
}

BOOST_AUTO_TEST_CASE(clip_norm_scales_all_tensors_together) {
  for (const DType dtype : {DType::float32, DType::float64}) {
    Gradients gradients = thirteen(dtype);
    const ClipResult result = by_norm(6.5).apply(gradients);
    BOOST_TEST(result.norm_before == 13.0);
    BOOST_TEST(result.clipped);
    const double factor = 6.5 / (13 + 1e-6), error = dtype == DType::float32 ? 1e-6 : 1e-14;
    BOOST_TEST(std::abs(gradients[0].at(0) - 3 * factor) < error);
    BOOST_TEST(gradients[0].at(1) == 0.0);
    BOOST_TEST(std::abs(gradients[0].at(2) + 4 * factor) < error);
    BOOST_TEST(std::abs(gradients[1].at(0) - 12 * factor) < error);
  }
}

BOOST_AUTO_TEST_CASE(clip_norm_leaves_small_gradients_alone) {
  Gradients gradients = thirteen(DType::float64);
  BOOST_TEST(!by_norm(13.1).apply(gradients).clipped);
  BOOST_TEST(identical(gradients[1], thirteen(DType::float64)[1]));
  BOOST_TEST(by_norm(13).apply(gradients).clipped);  // the 1e-6 makes the factor less than 1
}

BOOST_AUTO_TEST_CASE(clip_value_clamps_each_element) {
  Gradients gradients = thirteen(DType::float32);
  const ClipResult result = by_value(3).apply(gradients);
  BOOST_TEST(result.norm_before == 13.0);
  BOOST_TEST(result.clipped);
  BOOST_TEST(identical(gradients[0], tensor(DType::float32, {3, 0, -3})));
  BOOST_TEST(identical(gradients[1], tensor(DType::float32, {3})));
  BOOST_TEST(!by_value(3).apply(gradients).clipped);
}

// Squares of float32 overflow from 1.8e19 on; the sum is double. 19 elements: two full blocks of
// eight and a rest.
BOOST_AUTO_TEST_CASE(clip_norm_is_summed_in_double) {
  Gradients gradients{tensor(DType::float32, std::vector<double>(19, 1e30f))};
  const double expected = std::sqrt(19.0) * static_cast<double>(1e30f);
  BOOST_TEST(std::abs(by_norm(1).apply(gradients).norm_before / expected - 1) < 1e-14);
  BOOST_TEST(std::abs(gradients[0].at(18) - 1 / std::sqrt(19.0)) < 1e-6);

  std::vector<double> counting(19);
  for (std::size_t i = 0; i < 19; ++i) counting[i] = static_cast<double>(i + 1);
  gradients = {tensor(DType::float64, counting)};
  BOOST_TEST(Clip{}.apply(gradients).norm_before == std::sqrt(2470.0));  // 19·20·39/6
}

BOOST_AUTO_TEST_CASE(clip_leaves_non_finite_gradients_as_they_are) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {infinity, -infinity, std::numeric_limits<double>::quiet_NaN()}) {
    for (const Clip& clip : {by_norm(1), by_value(1)}) {
      Gradients gradients{tensor(DType::float64, {5, bad})};
      const ClipResult result = clip.apply(gradients);
      BOOST_TEST(!std::isfinite(result.norm_before));
      BOOST_TEST(std::isnan(result.norm_before) == std::isnan(bad));
      BOOST_TEST(!result.clipped);
      BOOST_TEST(gradients[0].at(0) == 5.0);
    }
  }
}

BOOST_AUTO_TEST_CASE(clip_refuses_both_kinds_and_integers) {
  const Clip both{1.0, 0.5};
  Gradients gradients = thirteen(DType::float64);
  BOOST_CHECK_EXCEPTION(both.check(), Error, [](const Error& error) {
    return error.kind() == ErrorKind::config &&
           std::string(error.what()) ==
               "clip: expected norm or value; got both: norm 1 and value 0.5. Set one of them to "
               "null.";
  });
  BOOST_CHECK_THROW(both.apply(gradients), Error);
  BOOST_CHECK_NO_THROW(by_norm(1).check());
  Gradients integers{tensor(DType::int64, {1, 2})};
  BOOST_CHECK_THROW(by_norm(1).apply(integers), Error);
}

BOOST_AUTO_TEST_CASE(clip_settings_are_off_by_default) {
  Clip clip;
  const std::vector<SettingDoc> docs = document(clip);
  BOOST_REQUIRE(docs.size() == 2u);
  for (const SettingDoc& doc : docs) {
    BOOST_TEST(doc.value == "null");
    BOOST_TEST(doc.allowed == "above 0");
  }
}

BOOST_AUTO_TEST_CASE(clip_count_gives_the_share) {
  ClipCount count;
  BOOST_TEST(count.share() == 0.0);
  count.add({13, true});
  for (int i = 0; i < 3; ++i) count.add({1, false});
  BOOST_TEST(count.steps == 4);
  BOOST_TEST(count.share() == 0.25);
}

BOOST_AUTO_TEST_SUITE_END()
