#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/report/flow_decay.hpp>

using carousel::Index;
using carousel::report::flow_decay;

namespace {

/// factor^(T-t) for t = 0..T
std::vector<double> geometric(double factor, int T) {
  std::vector<double> norms;
  for (int t = 0; t <= T; ++t) norms.push_back(std::pow(factor, T - t));
  return norms;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(flow_decay_of_a_geometric_course_is_its_factor) {
  for (const double factor : {0.5, 0.9, 1.0, 1.1}) {
    const auto decay = flow_decay(geometric(factor, 100));
    BOOST_TEST(std::abs(decay.per_step.value() - factor) < 1e-12);
    BOOST_TEST(decay.underflow == 0);
  }
}

BOOST_AUTO_TEST_CASE(flow_decay_lag_is_the_first_below_a_thousandth_of_the_end) {
  BOOST_TEST(flow_decay(geometric(0.5, 100)).lag.value() == 10);  // 2^-10 < 1e-3 < 2^-9
  BOOST_TEST(!flow_decay(geometric(0.5, 100)).beyond);
  const auto slow = flow_decay(geometric(0.99, 100));
  BOOST_TEST(!slow.lag.has_value());
  BOOST_TEST(slow.beyond);
}

BOOST_AUTO_TEST_CASE(flow_decay_counts_underflow_and_leaves_it_out_of_the_slope) {
  auto norms = geometric(0.9, 60);
  for (std::size_t t = 0; t < 20; ++t) norms[t] = 0;
  const auto decay = flow_decay(norms);
  BOOST_TEST(decay.underflow == 20);
  BOOST_TEST(std::abs(decay.per_step.value() - 0.9) < 1e-12);
  BOOST_TEST(decay.lag.value() == 41);  // 0 is below; 0.9^40 is 0.0148
}

BOOST_AUTO_TEST_CASE(flow_decay_of_nothing_is_unknown) {
  for (const std::vector<double>& norms :
       {std::vector<double>{}, {0, 0, 0}, {1}, {0, 0, 3}, {std::nan(""), std::nan("")}}) {
    BOOST_TEST(!flow_decay(norms).per_step.has_value());
  }
  BOOST_TEST(flow_decay({0, 0, 3}).lag.value() == 1);
  const auto cut_off = flow_decay({1, 1, 0});  // the end itself gets no gradient
  BOOST_TEST(!cut_off.lag.has_value());
  BOOST_TEST(!cut_off.beyond);
}

BOOST_AUTO_TEST_SUITE_END()
