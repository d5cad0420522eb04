#include <algorithm>
#include <cells/cell.hpp>
#include <cstdlib>
#include <tests/cells/compiled_numbers.hpp>
#include <tests/cells/random_step.hpp>
#include <tests/support/tensors.hpp>

// Steps drawn at random: compiled as recorded, up to rounding.

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

Case random_case(std::uint64_t seed) {
  Random random(seed, "case");
  Case c;
  c.time = 1 + random.below(60);
  c.batch = 1 + random.below(40);
  c.last_only = random.below(2) == 0;
  c.gradient_of_xs = random.below(2) == 0;
  if (random.below(3) == 0) c.mask = mask_with_holes(c.time, c.batch);
  return c;
}

using Values = std::vector<Tensor>;

/// max |a - b|
double largest_difference(const Tensor& a, const Tensor& b) {
  double result = 0;
  for (Index i = 0; i < a.size(); ++i) result = std::max(result, std::abs(a.at(i) - b.at(i)));
  return result;
}

/// Rounding grows in a recurrence, and what cancels is made of it: as much as the float32 recording
/// is off, more units in the last place of the largest number than one.
void compare(const Values& found, const Values& expected, const Values& in_float32,
             const Values& in_float64, const Case& c, const std::string& what) {
  BOOST_TEST_REQUIRE(found.size() == expected.size());
  const bool is_double = expected.front().dtype() == DType::float64;
  const double rows = std::sqrt(static_cast<double>(c.time * c.batch)), epsilon = 0x1p-23;
  const double rounding = is_double ? 1e-12 : 64 * epsilon * rows;
  std::vector<double> scales;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Tensor zero(in_float64[i].dtype(), in_float64[i].shape());
    scales.push_back(
        std::max(largest_difference(in_float64[i], zero),
                 largest_difference(in_float32[i].to(DType::float64), in_float64[i]) / epsilon));
  }
  const double largest = *std::max_element(scales.begin(), scales.end());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    // What cancels to an exact 0 in one order of sums does not in another.
    const double scale = scales[i] > 0 ? scales[i] : largest;
    const double apart = largest_difference(found[i], expected[i]);
    BOOST_TEST(apart <= rounding * scale,
               what << (is_double ? ", float64" : ", float32") << ", T = " << c.time << ", batch "
                    << c.batch << (c.mask ? ", masked" : "") << ", number " << i << ": " << apart
                    << " apart, " << rounding * scale << " allowed");
  }
}

const DType dtypes[] = {DType::float64, DType::float32};

void check(std::uint64_t seed) {
  const Case c = random_case(seed);
  Case segments = c;
  if (seed % 3 == 0) segments.memory = Memory::every(1);
  Values recorded[2], compiled[2];
  for (int i = 0; i < 2; ++i) {
    const auto cell = random_cell(seed, dtypes[i]);
    recorded[i] = numbers(*cell, c, false);
    compiled[i] = numbers(*cell, segments, true);
  }
  for (int i = 0; i < 2; ++i) {
    compare(compiled[i], recorded[i], recorded[1], recorded[0], c, "seed " + std::to_string(seed));
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
  for (std::uint64_t seed = first; seed < first + count; ++seed) check(seed);
}

// Each pass by itself: what it changes is rounding alone.
BOOST_AUTO_TEST_CASE(random_steps_compiled_without_a_pass) {
  const auto [first, count] = seeds();
  for (std::uint64_t seed = first; seed < first + (count + 2) / 3; ++seed) {
    const Case c = random_case(seed);
    const auto exact = random_cell(seed, DType::float64), rough = random_cell(seed, DType::float32);
    const Values in_float64 = numbers(*exact, c, true), in_float32 = numbers(*rough, c, true);
    for (bool compiled::Passes::*pass :
         {&compiled::Passes::sums, &compiled::Passes::joins, &compiled::Passes::hoists,
          &compiled::Passes::in_place, &compiled::Passes::packs}) {
      compiled::Passes passes;
      passes.*pass = false;
      const std::string what = "seed " + std::to_string(seed);
      compare(numbers(*exact, c, true, passes), in_float64, in_float32, in_float64, c, what);
      compare(numbers(*rough, c, true, passes), in_float32, in_float32, in_float64, c, what);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
