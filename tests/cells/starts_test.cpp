#include <cells/library/indrnn.hpp>
#include <cells/library/lstm_1997.hpp>
#include <cells/library/orthogonal.hpp>
#include <set>
#include <tests/cells/plain.hpp>

// How the cells of the library start, as their papers or their authors' code have it, where the
// configuration says nothing else.

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

namespace {

constexpr Index many = 60;

std::unique_ptr<AnyCell> started(std::unique_ptr<AnyCell> cell, Index hidden = many) {
  cell->build({inputs, hidden}, DType::float64);
  initialise(*cell, {}, 5);
  return cell;
}
std::unique_ptr<AnyCell> started(const char* name) {
  return started(carousel::cells::cells().make(name));
}

Vector values(const AnyCell& cell, const char* param) { return Plain{cell}(param); }

bool all_are(const Vector& v, double value) { return (v - value).min() == 0 && v.max() == value; }

/// Inside [low, high], and some near both ends.
bool fills(const Vector& v, double low, double high) {
  const double margin = 0.1 * (high - low);
  return v.min() >= low && v.max() <= high && v.min() < low + margin && v.max() > high - margin;
}

double deviation_of(const Vector& v) {
  return std::sqrt((v * v).sum() / static_cast<double>(v.size()));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(starts_of_rectifiers) {
  const auto irnn = started("irnn");
  const Vector U = values(*irnn, "U");
  for (Index i = 0; i < many * many; ++i) {
    BOOST_TEST(U[static_cast<std::size_t>(i)] == (i % (many + 1) == 0 ? 1 : 0));
  }
  BOOST_TEST(std::abs(deviation_of(values(*irnn, "W")) / 0.001 - 1) < 0.2);
  BOOST_TEST(all_are(values(*irnn, "b"), 0));

  const auto indrnn = started("indrnn");
  BOOST_TEST(fills(values(*indrnn, "u"), 0, 1));
  BOOST_TEST(all_are(values(*indrnn, "b"), 0));
  IndRnn last_layer;
  last_layer.least = 0.9;
  BOOST_TEST(fills(values(*started(erase(last_layer)), "u"), 0.9, 1));
}

BOOST_AUTO_TEST_CASE(starts_of_janet_are_chrono) {
  const auto cell = started("janet");
  BOOST_TEST(fills(std::exp(values(*cell, "b_f")), 1, 99));
  BOOST_TEST(all_are(values(*cell, "b_c"), 0));
}

BOOST_AUTO_TEST_CASE(starts_of_normalised_gates) {
  const auto cell = started("layer_norm_lstm");
  for (const char* gain : {"gamma", "delta", "gamma_c"})
    BOOST_TEST(all_are(values(*cell, gain), 1));
  for (const char* bias : {"b", "b_c"}) BOOST_TEST(all_are(values(*cell, bias), 0));
}

// A has angles, or their half-angle tangents, beside the diagonal of every second row.
BOOST_AUTO_TEST_CASE(starts_of_rotations) {
  ExpRnn henaff;
  henaff.start = "henaff";
  for (const auto& [cell, low, high] :
       {std::tuple{started("exprnn"), -1.0, 0.0}, std::tuple{started("scornn"), -1.0, 0.0},
        std::tuple{started(erase(henaff)), -std::acos(-1.0), std::acos(-1.0)}}) {
    const Vector A = values(*cell, "A");
    Vector angles(static_cast<std::size_t>(many / 2));
    for (Index i = 0; i < many; ++i) {
      for (Index j = 0; j < many; ++j) {
        const double a = A[static_cast<std::size_t>(i * many + j)];
        if (i % 2 == 0 && j == i + 1) {
          angles[static_cast<std::size_t>(i / 2)] = a;
        } else {
          BOOST_TEST(a == 0);
        }
      }
    }
    BOOST_TEST(fills(angles, low, high), cell->name());
    BOOST_TEST(fills(values(*cell, "b"), -0.01, 0.01), cell->name());
  }
}

BOOST_AUTO_TEST_CASE(starts_of_lstm_1997) {
  Lstm1997 cell;
  cell.block_size = 2;
  cell.input_start = -1;
  cell.input_step = -2;
  cell.output_start = cell.output_step = -2;
  cell.bound = 0.1;
  const auto made = started(erase(cell), 6);
  const Vector i = values(*made, "b_i"), o = values(*made, "b_o");
  for (std::size_t k = 0; k < 3; ++k) {  // experiment 3 of the paper
    BOOST_TEST(i[k] == -1 - 2.0 * static_cast<double>(k));
    BOOST_TEST(o[k] == -2 - 2.0 * static_cast<double>(k));
  }
  BOOST_TEST(all_are(values(*made, "b_c"), 0));
  for (const char* weights : {"W_c", "U_c", "U_i", "U_o"}) {
    BOOST_TEST(fills(values(*made, weights), -0.1, 0.1), weights);
  }
}

BOOST_AUTO_TEST_CASE(starts_of_lmu) {
  const auto cell = started("lmu");
  BOOST_TEST(all_are(values(*cell, "e_m"), 0));
  const Vector e_x = values(*cell, "e_x"), e_h = values(*cell, "e_h");
  BOOST_TEST((e_x.min() >= -1 && e_x.max() <= 1));  // √(3 / fan-in)
  BOOST_TEST(fills(e_h, -std::sqrt(3.0 / many), std::sqrt(3.0 / many)));
  const double xavier = std::sqrt(6.0 / (2 * many));
  BOOST_TEST(fills(values(*cell, "W_h"), -xavier, xavier));
}

// U(±1/√hidden) of all parameters: LEM's paper and PyTorch.
BOOST_AUTO_TEST_CASE(starts_of_lem) {
  const auto cell = started("lem");
  for (const Param& param : cell->params()) {
    const double bound = 1 / std::sqrt(static_cast<double>(many));
    BOOST_TEST(fills(values(*cell, param.name().c_str()), -bound, bound), param.name());
  }
}

BOOST_AUTO_TEST_SUITE_END()
