#include <autograd/support/error.hpp>
#include <optim/sgd.hpp>
#include <tests/optim/trajectory.hpp>

using namespace carousel;
using namespace carousel::optim;
using namespace carousel::optim::test;

namespace {

/// The formula on a scalar: memory[0] is v.
ScalarStep scalar_sgd(long double lr, long double mu, bool nesterov, long double decay) {
  return [=](long double& w, long double g, int t, long double lr_factor, Memory& memory) {
    g += decay * w;
    memory[0] = t == 1 ? g : mu * memory[0] + g;
    const long double direction = nesterov ? g + mu * memory[0] : memory[0];
    w -= lr * lr_factor * (mu == 0 ? g : direction);
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(optim)

BOOST_AUTO_TEST_CASE(sgd_trajectories) {
  SgdRule rule;
  rule.lr = 0.02;
  check_trajectory<Sgd>(rule, scalar_sgd(0.02L, 0, false, 0));
  rule.weight_decay = 0.1;
  check_trajectory<Sgd>(rule, scalar_sgd(0.02L, 0, false, 0.1L));
  rule.momentum = 0.9;
  rule.lr = 0.005;
  check_trajectory<Sgd>(rule, scalar_sgd(0.005L, 0.9L, false, 0.1L));
  rule.nesterov = true;
  check_trajectory<Sgd>(rule, scalar_sgd(0.005L, 0.9L, true, 0.1L));
}

// By hand, lr 0.5, momentum 0.5, w = 1, gradients 1 then 2:
//   v = 1, w = 1 − 0.5·1 = 0.5;  v = 0.5 + 2 = 2.5, w = 0.5 − 1.25 = −0.75.
// Nesterov: w = 1 − 0.5·(1 + 0.5) = 0.25;  w = 0.25 − 0.5·(2 + 1.25) = −1.375.
BOOST_AUTO_TEST_CASE(sgd_by_hand) {
  for (const bool nesterov : {false, true}) {
    Sgd sgd(SgdRule{0.5, 0.5, nesterov, 0});
    const Param w = scalar_param(1);
    sgd.add({w});
    sgd.step(scalar_gradient(1));
    BOOST_TEST(w.value().at(0) == (nesterov ? 0.25 : 0.5));
    sgd.step(scalar_gradient(2));
    BOOST_TEST(w.value().at(0) == (nesterov ? -1.375 : -0.75));
  }
}

BOOST_AUTO_TEST_CASE(sgd_keeps_state_only_with_momentum) {
  Sgd plain, momentum(SgdRule{0.01, 0.9, false, 0});
  const Param w = scalar_param(1);
  plain.add({w});
  momentum.add({w});
  BOOST_TEST(plain.state().empty());
  BOOST_REQUIRE(momentum.state().size() == 1u);
  BOOST_TEST(momentum.state()[0].name == "sgd.v/w");
}

BOOST_AUTO_TEST_CASE(sgd_refuses_nesterov_without_momentum) {
  Sgd sgd;
  sgd.rule().nesterov = true;
  BOOST_CHECK_EXCEPTION(sgd.add({scalar_param(1)}), Error, [](const Error& error) {
    return error.kind() == ErrorKind::config &&
           error.expected() == "momentum above 0 with nesterov";
  });
  BOOST_TEST(sgd.params().empty());
}

BOOST_AUTO_TEST_SUITE_END()
