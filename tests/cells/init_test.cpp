#include <boost/test/unit_test.hpp>
#include <cells/gru.hpp>
#include <cells/init.hpp>
#include <cells/lstm.hpp>
#include <cells/vanilla.hpp>
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
