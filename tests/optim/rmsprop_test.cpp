#include <limits>
#include <optim/rmsprop.hpp>
#include <tests/optim/trajectory.hpp>

using namespace carousel;
using namespace carousel::optim;
using namespace carousel::optim::test;

namespace {

/// The formula on a scalar, with the settings as they come: memory is {v, a, b}.
ScalarStep scalar_rmsprop(const RmspropRule& rule) {
  return [rule](long double& w, long double g, int, long double lr_factor, Memory& memory) {
    auto& [mean_square, mean, buffer] = memory;
    const long double alpha = rule.alpha, decay = rule.weight_decay, mu = rule.momentum;
    g += decay * w;
    mean_square = alpha * mean_square + (1 - alpha) * g * g;
    mean = alpha * mean + (1 - alpha) * g;
    const long double variance = rule.centered ? mean_square - mean * mean : mean_square;
    const long double quotient = g / (std::sqrt(variance) + static_cast<long double>(rule.eps));
    buffer = mu * buffer + quotient;
    w -= static_cast<long double>(rule.lr) * lr_factor * (rule.momentum > 0 ? buffer : quotient);
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(optim)

BOOST_AUTO_TEST_CASE(rmsprop_trajectories) {
  for (const bool centered : {false, true}) {
    for (const double momentum : {0.0, 0.8}) {
      for (const double decay : {0.0, 0.1}) {
        RmspropRule rule;
        rule.lr = 0.002;
        rule.alpha = 0.9;
        rule.centered = centered;
        rule.momentum = momentum;
        rule.weight_decay = decay;
        check_trajectory<Rmsprop>(rule, scalar_rmsprop(rule));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(rmsprop_eps_is_outside_of_the_root) {
  RmspropRule rule;
  rule.eps = 0.5;
  rule.lr = 0.01;
  check_trajectory<Rmsprop>(rule, scalar_rmsprop(rule));
}

// By hand, alpha 0.75, eps 1, lr 0.5, w = 1, g = 2:  v = 0.25·4 = 1,  w = 1 − 0.5·2/(1 + 1) = 0.5.
// Centred, alpha 0.5, eps 0:  v = 2, a = 1, u = 1,  w = 1 − 0.5·2/1 = 0.
BOOST_AUTO_TEST_CASE(rmsprop_by_hand) {
  Rmsprop plain(RmspropRule{0.5, 0.75, 1, 0, false, 0});
  const Param w = scalar_param(1);
  plain.add({w});
  plain.step(scalar_gradient(2));
  BOOST_TEST(w.value().at(0) == 0.5);

  Rmsprop centred(RmspropRule{0.5, 0.5, 0, 0, true, 0});
  const Param u = scalar_param(1);
  centred.add({u});
  centred.step(scalar_gradient(2));
  BOOST_TEST(u.value().at(0) == 0.0);
}

BOOST_AUTO_TEST_CASE(rmsprop_keeps_what_its_options_need) {
  const auto names = [](double momentum, bool centered) {
    Rmsprop rmsprop(RmspropRule{0.001, 0.99, 1e-8, momentum, centered, 0});
    rmsprop.add({scalar_param(1)});
    std::string text;
    for (const NamedState& state : rmsprop.state()) text += state.name + " ";
    return text;
  };
  BOOST_TEST(names(0, false) == "rmsprop.v/w ");
  BOOST_TEST(names(0, true) == "rmsprop.v/w rmsprop.a/w ");
  BOOST_TEST(names(0.9, false) == "rmsprop.v/w rmsprop.b/w ");
  BOOST_TEST(names(0.9, true) == "rmsprop.v/w rmsprop.a/w rmsprop.b/w ");
}

// With a gradient that does not change, v − a² goes to 0 and rounding takes it below.
BOOST_AUTO_TEST_CASE(rmsprop_centred_survives_a_constant_gradient) {
  Rmsprop rmsprop(RmspropRule{1e-6, 0.5, 1e-3, 0, true, 0});
  Param w("w", DType::float32, Shape{64}, Role::input);
  rmsprop.add({w});
  Gradients gradients{Tensor(DType::float32, Shape{64})};
  for (Index i = 0; i < 64; ++i) gradients[0].set(i, 0.1 + 0.017 * static_cast<double>(i));
  bool below_zero = false;
  for (int t = 0; t < 100; ++t) {
    rmsprop.step(gradients);
    const std::vector<NamedState> state = rmsprop.state();
    for (Index i = 0; i < 64; ++i) {
      const auto a = static_cast<float>(state[1].tensor->at(i));
      const float square = a * a;
      below_zero = below_zero || static_cast<float>(state[0].tensor->at(i)) < square;
    }
  }
  BOOST_TEST(below_zero);  // else this test would show nothing
  for (Index i = 0; i < 64; ++i) BOOST_TEST(std::isfinite(w.value().at(i)));
}

BOOST_AUTO_TEST_CASE(rmsprop_does_not_hide_nan) {
  Rmsprop rmsprop(RmspropRule{0.001, 0.99, 1e-8, 0, true, 0});
  const Param w = scalar_param(1);
  rmsprop.add({w});
  rmsprop.step(scalar_gradient(std::numeric_limits<double>::quiet_NaN()));
  BOOST_TEST(std::isnan(w.value().at(0)));
}

BOOST_AUTO_TEST_SUITE_END()
