#include <autograd/linear_algebra.hpp>
#include <boost/test/unit_test.hpp>
#include <cells/init.hpp>
#include <cells/library/gru.hpp>
#include <cells/library/lstm.hpp>
#include <cells/library/mgu.hpp>
#include <cells/library/vanilla.hpp>
#include <set>
#include <tests/support/assign.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

namespace {

std::shared_ptr<Initializer> named(const char* name) {
  const Table<Initializer> table = initializers();
  return table.make(name);
}

std::shared_ptr<Initializer> named(const char* name, const char* key, double value) {
  auto made = named(name);
  Assign assign(key, value);
  made->settings(assign);
  return made;
}

template <class C>
std::unique_ptr<AnyCell> filled(const Sizes& sizes, const Initialization& by_role) {
  auto cell = erase<C>();
  cell->set_name("cell under test");
  cell->build(sizes, DType::float64);
  initialise(*cell, by_role, 3);
  return cell;
}

/// The largest deviation of a gate's block from g² times orthonormal rows or columns.
double deviation(const Param& W, double gain) {
  const Index columns = W.shape()[1];
  const Index rows = W.shape()[0] / std::max<Index>(1, static_cast<Index>(W.gates().size()));
  const bool tall = rows >= columns;
  const Index few = tall ? columns : rows, many = tall ? rows : columns;
  double worst = 0;
  for (Index first = 0; first < W.shape()[0]; first += rows) {
    const auto element = [&](Index i, Index k) {  // vector i of the orthonormal ones
      return W.value().at((first + (tall ? k : i)) * columns + (tall ? i : k));
    };
    for (Index i = 0; i < few; ++i) {
      for (Index j = 0; j < few; ++j) {
        double dot = 0;
        for (Index k = 0; k < many; ++k) dot += element(i, k) * element(j, k);
        worst = std::max(worst, std::abs(dot - (i == j ? gain * gain : 0)));
      }
    }
  }
  return worst;
}

/// Smallest and largest element.
std::pair<double, double> range(const Tensor& values) {
  double low = infinity, high = -infinity;
  for (Index i = 0; i < values.size(); ++i) {
    low = std::min(low, values.at(i));
    high = std::max(high, values.at(i));
  }
  return {low, high};
}

/// All elements inside ±bound, and some near both ends.
void check_bounds(const Tensor& values, double bound) {
  const auto [low, high] = range(values);
  BOOST_TEST((low >= -bound && high <= bound));
  BOOST_TEST((low < -0.9 * bound && high > 0.9 * bound));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(init_orthogonal_gate_by_gate) {
  const auto plain = named("orthogonal"), scaled = named("orthogonal", "gain", 1.5);
  for (const Index inputs : {2, 6, 11}) {  // tall, square and wide blocks
    const auto cell = filled<Lstm>({inputs, 6}, {{Role::input, scaled}, {Role::recurrent, plain}});
    BOOST_TEST(deviation(cell->params()[0], 1.5) < 1e-13);
    BOOST_TEST(deviation(cell->params()[1], 1) < 1e-13);
  }
  const auto gru = filled<Gru>({2, 6}, {{Role::recurrent, plain}});
  BOOST_TEST(deviation(gru->params()[1], 1) < 1e-13);
  // The gates are different matrices, and no block is a mere sign pattern.
  const Tensor& U = gru->params()[1].value();
  const std::set<double> different = [&U] {
    std::set<double> s;
    for (Index i = 0; i < U.size(); ++i) s.insert(std::abs(U.at(i)));
    return s;
  }();
  BOOST_TEST(static_cast<Index>(different.size()) == U.size());
}

BOOST_AUTO_TEST_CASE(init_orthogonal_has_no_preferred_signs) {
  // Uniformly random (Haar): without fixing the signs of QR, the first element of Householder's Q
  // would be negative always.
  int positive = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Random random(seed, "orthogonal");
    Tensor block(DType::float64, {4, 4});
    named("orthogonal")->fill(block, {4, 4}, random);
    positive += block.at(0) > 0 ? 1 : 0;
  }
  BOOST_TEST((positive > 70 && positive < 130));  // 100 ± 7
}

BOOST_AUTO_TEST_CASE(init_xavier_bounds_are_those_of_a_gate) {
  const auto cell = filled<Lstm>(
      {10, 40}, {{Role::input, named("xavier")}, {Role::recurrent, named("xavier", "gain", 2)}});
  check_bounds(cell->params()[0].value(), std::sqrt(6.0 / (10 + 40)));
  check_bounds(cell->params()[1].value(), 2 * std::sqrt(6.0 / (40 + 40)));
}

BOOST_AUTO_TEST_CASE(init_uniform_is_the_default) {
  const auto cell = filled<Lstm>({10, 25}, {});
  for (const auto& param : cell->params()) check_bounds(param.value(), 1.0 / 5);
  const auto scaled = filled<Lstm>({10, 25}, {{Role::recurrent, named("uniform", "gain", 3)}});
  check_bounds(scaled->params()[1].value(), 3.0 / 5);
  BOOST_TEST(identical(scaled->params()[0].value(), cell->params()[0].value()));
}

BOOST_AUTO_TEST_CASE(init_identity_and_constant) {
  const auto cell = filled<Vanilla>({2, 3}, {{Role::recurrent, named("identity", "gain", 0.5)},
                                             {Role::input, named("constant", "value", -2)}});
  BOOST_TEST(identical(cell->params()[0].value(), tensor({3, 2}, {-2, -2, -2, -2, -2, -2})));
  BOOST_TEST(identical(cell->params()[1].value(), tensor({3, 3}, {.5, 0, 0, 0, .5, 0, 0, 0, .5})));
  const auto gated = filled<Gru>({2, 2}, {{Role::recurrent, named("identity")}});
  BOOST_TEST(
      identical(gated->params()[1].value(), tensor({6, 2}, {1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1})));
}

BOOST_AUTO_TEST_CASE(init_scaled_has_that_spectral_norm) {
  const auto cell = filled<Lstm>(
      {4, 6}, {{Role::input, named("scaled")}, {Role::recurrent, named("scaled", "norm", 0.7)}});
  for (const auto& [param, norm] : {std::pair{0, 1.0}, std::pair{1, 0.7}}) {
    const Tensor& W = cell->params()[static_cast<std::size_t>(param)].value();
    const Index columns = W.shape()[1];
    for (Index gate = 0; gate < 4; ++gate) {
      Tensor block(DType::float64, {6, columns});
      for (Index i = 0; i < block.size(); ++i) block.set(i, W.at(gate * block.size() + i));
      BOOST_TEST(std::abs(singular_values(block).at(0) - norm) < 1e-12);
    }
  }
}

// Tallec and Ollivier 2018: b_f = ln U[1, T - 1], b_i = -b_f, and what is added to them is 0. A
// gate that replaces the state has the sign of b_i.
BOOST_AUTO_TEST_CASE(init_chrono) {
  constexpr Index units = 2000;
  const auto chrono = [](double longest) {
    return Initialization{{Role::bias, named("chrono", "longest", longest)}};
  };
  const auto lstm = filled<Lstm>({1, units}, chrono(50));
  const auto plain = filled<Lstm>({1, units}, {});
  const Tensor &ih = lstm->params()[2].value(), &hh = lstm->params()[3].value();
  double sum = 0;
  for (Index j = 0; j < units; ++j) {
    const double i = ih.at(j), f = ih.at(units + j);
    BOOST_TEST((f >= 0 && f <= std::log(49.0)));
    BOOST_TEST(i == -f);
    BOOST_TEST(hh.at(j) == 0);
    BOOST_TEST(hh.at(units + j) == 0);
    for (const Index gate : {2, 3}) {  // g and o start as ever
      BOOST_TEST(ih.at(gate * units + j) == plain->params()[2].value().at(gate * units + j));
    }
    sum += std::exp(f);
  }
  BOOST_TEST(std::abs(sum / units - 25) < 1);
  const auto gru = filled<Gru>({1, units}, chrono(50));
  for (Index j = 0; j < units; ++j) {
    // PyTorch's z is the share of the old state.
    const double z = gru->params()[2].value().at(units + j);
    BOOST_TEST((z >= 0 && z <= std::log(49.0)));
  }
  const auto mgu = filled<Mgu>({1, units}, chrono(50));
  for (const auto& param : mgu->params()) {
    if (param.name() != "b_f") continue;
    const auto [low, high] = range(param.value());
    BOOST_TEST((low >= -std::log(49.0) && high <= 0 && low < -3));
  }
}

// What is left of an LSTM's cell state after T steps, in the mean over units, where T - 1 is the
// longest time that units forget in.
BOOST_AUTO_TEST_CASE(init_chrono_keeps_a_share_whatever_t_is) {
  constexpr Index units = 20000;
  for (const auto& [T, expected] : {std::pair{100, 0.1496}, std::pair{200, 0.1491}}) {
    for (const bool longer : {false, true}) {
      Tensor b(DType::float64, {units});
      Random random(1, "chrono");
      named("chrono", "longest", longer ? 1.5 * T : T)->fill(b, {1, units}, random);
      double kept = 0;
      for (Index j = 0; j < units; ++j) kept += std::pow(1 / (1 + std::exp(-b.at(j))), T);
      BOOST_TEST(std::abs(kept / units - (longer ? 0.249 : expected)) < 0.006,
                 "T = " << T << ": " << kept / units);
    }
  }
}

// One parameter's numbers do not depend on how another one is filled.
BOOST_AUTO_TEST_CASE(init_parameters_draw_from_streams_of_their_own) {
  const auto a = filled<Lstm>({4, 5}, {}),
             b = filled<Lstm>({4, 5}, {{Role::input, named("constant")}});
  BOOST_TEST(identical(a->params()[1].value(), b->params()[1].value()));
  BOOST_TEST(!identical(a->params()[0].value(), b->params()[0].value()));
  BOOST_TEST(!identical(a->params()[2].value(), a->params()[3].value()));
}

BOOST_AUTO_TEST_CASE(init_refuses_what_it_cannot_fill) {
  BOOST_CHECK_EXCEPTION(filled<Lstm>({4, 5}, {{Role::bias, named("orthogonal")}}), Error,
                        says(ErrorKind::config,
                             {"cell 'cell under test'", "parameter 'bias_ih'", "[5]", "matrices"}));
  BOOST_CHECK_EXCEPTION(filled<Lstm>({4, 5}, {{Role::input, named("identity")}}), Error,
                        says(ErrorKind::config, {"parameter 'weight_ih'", "[5, 4]", "square"}));
  BOOST_CHECK_EXCEPTION(named("orthogonl"), Error,
                        says(ErrorKind::config, {"initializer 'orthogonl'", "'orthogonal'"}));
}

BOOST_AUTO_TEST_SUITE_END()
