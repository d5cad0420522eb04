#pragma once
#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <optim/optimizer.hpp>

namespace carousel::optim::test {

/// One step of a rule on one scalar, in long double: changes w and the scalar's memory (zero at the
/// start) by the gradient g. t is 1 for the first step.
using Memory = std::array<long double, 3>;
using ScalarStep =
    std::function<void(long double& w, long double g, int t, long double lr_factor, Memory&)>;

/// Start value of element i of parameter p, in [1, 2.4], exact in float32.
inline double start_value(int p, Index i) {
  return 1 + 0.125 * static_cast<double>((5 * i + 3 * p) % 12);
}

/// Gradient of element i of parameter p at step t: both signs, zeros too, exact in float32.
inline double gradient_value(int p, Index i, int t) {
  return 0.25 * (static_cast<double>((7 * t + 3 * i + 5 * p) % 11) - 5) +
         0.0625 * static_cast<double>(i % 3);
}

/// The learning-rate factor of step t.
inline double lr_factor(int t) { return t < 8 ? 1 : 0.75; }

inline std::vector<Param> make_params(DType dtype) {
  std::vector<Param> params{Param("weight", dtype, Shape{3, 7}, Role::input),
                            Param("bias", dtype, Shape{4}, Role::bias),
                            Param("scale", dtype, Shape{}, Role::readout)};
  for (int p = 0; p < 3; ++p) {
    Tensor& w = params[static_cast<std::size_t>(p)].mutable_value();
    for (Index i = 0; i < w.size(); ++i) w.set(i, start_value(p, i));
  }
  return params;
}

/// Gradients of step t for the parameters of make_params.
inline Gradients make_gradients(DType dtype, int t) {
  Gradients gradients{Tensor(dtype, Shape{3, 7}), Tensor(dtype, Shape{4}), Tensor(dtype, Shape{})};
  for (int p = 0; p < 3; ++p) {
    Tensor& g = gradients[static_cast<std::size_t>(p)];
    for (Index i = 0; i < g.size(); ++i) g.set(i, gradient_value(p, i, t));
  }
  return gradients;
}

/// Largest relative difference, over 20 steps and all elements of three parameters, between the
/// optimiser and the scalar rule.
inline double worst_error(Optimizer& optimizer, DType dtype, const ScalarStep& scalar) {
  const std::vector<Param> params = make_params(dtype);
  optimizer.add(params);
  std::vector<std::vector<std::pair<long double, Memory>>> expected;
  for (int p = 0; p < 3; ++p) {
    expected.emplace_back();
    const Index size = params[static_cast<std::size_t>(p)].shape().size();
    for (Index i = 0; i < size; ++i) expected.back().push_back({start_value(p, i), Memory{}});
  }
  double worst = 0;
  for (int t = 1; t <= 20; ++t) {
    optimizer.step(make_gradients(dtype, t), lr_factor(t));
    for (int p = 0; p < 3; ++p) {
      const Tensor& w = params[static_cast<std::size_t>(p)].value();
      for (Index i = 0; i < w.size(); ++i) {
        auto& [value, memory] = expected[static_cast<std::size_t>(p)][static_cast<std::size_t>(i)];
        scalar(value, gradient_value(p, i, t), t, lr_factor(t), memory);
        const double error = static_cast<double>(std::abs(w.at(i) / value - 1));
        worst = std::isfinite(error) ? std::max(worst, error) : error;
        if (!std::isfinite(error)) return error;
      }
    }
  }
  return worst;
}

/// Checks a fresh optimiser of type O with the settings of `rule` in both dtypes.
template <class O, class Rule> void check_trajectory(const Rule& rule, const ScalarStep& scalar) {
  O float64(rule), float32(rule);
  BOOST_TEST(worst_error(float64, DType::float64, scalar) < 1e-12);
  BOOST_TEST(worst_error(float32, DType::float32, scalar) < 1e-5);
}

/// A float64 parameter [1] that holds `value`.
inline Param scalar_param(double value, const char* name = "w") {
  Param param(name, DType::float64, Shape{1}, Role::input);
  param.mutable_value().set(0, value);
  return param;
}

/// The gradient of scalar_param.
inline Gradients scalar_gradient(double value) {
  Gradients gradients{Tensor(DType::float64, Shape{1})};
  gradients[0].set(0, value);
  return gradients;
}

}  // namespace carousel::optim::test
