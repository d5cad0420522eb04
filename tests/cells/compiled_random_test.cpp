#include <cells/cell.hpp>
#include <cstdlib>
#include <tests/cells/compiled_numbers.hpp>
#include <tests/cells/random_step.hpp>
#include <tests/support/tensors.hpp>

// Steps drawn at random: compiled as recorded. Differences are of rounding: they may be as large as
// what a change of the inputs by one unit in the last place makes of the recorded run, some times.

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

namespace {

std::unique_ptr<AnyCell> random_cell(std::uint64_t seed, DType dtype) {
  RandomStep step;
  step.seed = seed;
  auto cell = erase(step);
  const Index hidden = 2 + 2 * static_cast<Index>(Random(seed, "hidden").below(12));
  cell->build({1 + static_cast<Index>(Random(seed, "input").below(5)), hidden}, dtype);
  Random random(seed, "parameters");
  for (Param param : cell->params()) {
    Tensor& values = param.mutable_value();
    const double scale = 1 / std::sqrt(static_cast<double>(values.shape().columns()));
    for (Index i = 0; i < values.size(); ++i) values.set(i, scale * random.normal());
  }
  return cell;
}

/// How many times larger than the change of the inputs that of a number is; 1 at least.
double growth(const Tensor& changed, const Tensor& as_is, double change) {
  return std::max(1.0, distance(changed, as_is) / change);
}

void check(std::uint64_t seed, DType dtype) {
  const auto cell = random_cell(seed, dtype);
  Random random(seed, "case");
  Case c;
  c.time = 1 + random.below(60);
  c.batch = 1 + random.below(40);
  c.last_only = random.below(2) == 0;
  c.gradient_of_xs = random.below(2) == 0;
  if (random.below(3) == 0) c.mask = mask_with_holes(c.time, c.batch);
  const auto recorded = numbers(*cell, c, false);
  Case other = c;
  if (random.below(3) == 0) other.memory = Memory::every(1);
  const auto compiled = numbers(*cell, other, true);
  other.memory = {};
  other.change = dtype == DType::float64 ? 0x1p-52 : 0x1p-23;
  const auto changed = numbers(*cell, other, false);
  BOOST_TEST_REQUIRE(compiled.size() == recorded.size());
  const double rows = std::sqrt(static_cast<double>(c.time * c.batch));
  const double rounding = dtype == DType::float64 ? 1e-12 : 64 * 0x1p-23 * rows;
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const double allowed = rounding * growth(changed[i], recorded[i], other.change);
    const double apart = distance(compiled[i], recorded[i]);
    BOOST_TEST(apart <= allowed, "seed " << seed << ", " << name(dtype) << ", T = " << c.time
                                         << ", batch " << c.batch << (c.mask ? ", masked" : "")
                                         << ", number " << i << ": " << apart << " apart, "
                                         << allowed << " allowed");
  }
}

/// CAROUSEL_RANDOM_STEPS=FIRST,COUNT tries others.
std::pair<std::uint64_t, std::uint64_t> seeds() {
  const char* text = std::getenv("CAROUSEL_RANDOM_STEPS");
  std::uint64_t first = 1, count = 60;
  if (text != nullptr) {
    char* end = nullptr;
    first = std::strtoull(text, &end, 10);
    if (*end == ',') count = std::strtoull(end + 1, nullptr, 10);
  }
  return {first, count};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(random_steps_compiled_as_recorded) {
  const auto [first, count] = seeds();
  BOOST_TEST_MESSAGE("seeds " << first << " to " << first + count - 1);
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    check(seed, DType::float64);
    check(seed, DType::float32);
  }
}

BOOST_AUTO_TEST_SUITE_END()
