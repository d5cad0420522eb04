#include <optim/adam.hpp>
#include <tests/optim/trajectory.hpp>

using namespace carousel;
using namespace carousel::optim;
using namespace carousel::optim::test;

namespace {

/// Algorithm 1 of the paper on a scalar: memory is {m, v}. `l2` joins the gradient, `decoupled`
/// shrinks the weight.
template <class Rule>
ScalarStep scalar_adam(const Rule& rule, long double l2, long double decoupled) {
  return [=](long double& w, long double g, int t, long double lr_factor, Memory& memory) {
    const long double lr = rule.lr * lr_factor, beta1 = rule.beta1, beta2 = rule.beta2;
    w -= lr * decoupled * w;
    g += l2 * w;
    memory[0] = beta1 * memory[0] + (1 - beta1) * g;
    memory[1] = beta2 * memory[1] + (1 - beta2) * g * g;
    long double power1 = 1, power2 = 1;
    for (int k = 0; k < t; ++k) {
      power1 *= beta1;
      power2 *= beta2;
    }
    const long double m_hat = memory[0] / (1 - power1);
    const long double v_hat = memory[1] / (1 - power2);
    w -= lr * m_hat / (std::sqrt(v_hat) + static_cast<long double>(rule.eps));
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(optim)

BOOST_AUTO_TEST_CASE(adam_trajectories) {
  AdamRule rule;
  check_trajectory<Adam>(rule, scalar_adam(rule, 0, 0));
  rule.lr = 0.02;
  rule.weight_decay = 0.1;
  check_trajectory<Adam>(rule, scalar_adam(rule, 0.1L, 0));
  rule.beta1 = 0;
  rule.beta2 = 0.95;
  check_trajectory<Adam>(rule, scalar_adam(rule, 0.1L, 0));
}

BOOST_AUTO_TEST_CASE(adamw_trajectories) {
  AdamWRule rule;
  check_trajectory<AdamW>(rule, scalar_adam(rule, 0, 0.01L));
  rule.lr = 0.02;
  rule.weight_decay = 0.5;
  check_trajectory<AdamW>(rule, scalar_adam(rule, 0, 0.5L));
}

// A large eps tells √v̂ + ε from √(v̂ + ε) and from √v + ε.
BOOST_AUTO_TEST_CASE(adam_eps_is_added_to_the_corrected_root) {
  AdamRule rule;
  rule.eps = 0.5;
  rule.lr = 0.01;
  check_trajectory<Adam>(rule, scalar_adam(rule, 0, 0));
}

// By hand: in the first step m̂ = g and v̂ = g². With lr 0.5, eps 1, w = 2, g = 3 the update is
// 0.5·3/(3 + 1) = 0.375. AdamW with weight decay 0.5 first takes 0.5·0.5·2 = 0.5 away.
BOOST_AUTO_TEST_CASE(adam_by_hand) {
  Adam adam(AdamRule{0.5, 0.9, 0.999, 1, 0});
  const Param w = scalar_param(2);
  adam.add({w});
  adam.step(scalar_gradient(3));
  BOOST_TEST(std::abs(w.value().at(0) - 1.625) < 1e-14);

  AdamW adamw(AdamWRule{0.5, 0.9, 0.999, 1, 0.5});
  const Param u = scalar_param(2);
  adamw.add({u});
  adamw.step(scalar_gradient(3));
  BOOST_TEST(std::abs(u.value().at(0) - 1.125) < 1e-14);
}

BOOST_AUTO_TEST_CASE(adam_names_its_state) {
  Adam adam;
  AdamW adamw;
  adam.add({scalar_param(1, "lstm.bias")});
  adamw.add({scalar_param(1, "lstm.bias")});
  BOOST_REQUIRE(adam.state().size() == 2u);
  BOOST_TEST(adam.state()[0].name == "adam.m/lstm.bias");
  BOOST_TEST(adam.state()[1].name == "adam.v/lstm.bias");
  BOOST_TEST(adamw.state()[1].name == "adamw.v/lstm.bias");
}

BOOST_AUTO_TEST_SUITE_END()
