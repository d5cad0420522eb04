#include <algorithm>
#include <autograd/support/error.hpp>
#include <autograd/support/random.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>
#include <set>

using namespace carousel;

namespace {

using Words4 = std::array<std::uint32_t, 4>;
constexpr std::uint64_t seed = 0x0123456789abcdef;

/// Mean of f(x) over `count` draws.
template <class Draw, class F> double mean(int count, Draw draw, F f) {
  double sum = 0;
  for (int i = 0; i < count; ++i) sum += f(draw());
  return sum / count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

// The known-answer vectors that the authors of Random123 publish for philox4x32-10.
BOOST_AUTO_TEST_CASE(random_philox_known_answers) {
  constexpr std::uint32_t ones = 0xffffffff;
  BOOST_TEST(
      philox4x32({0, 0, 0, 0}, {0, 0}) == (Words4{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}),
      boost::test_tools::per_element());
  BOOST_TEST(philox4x32({ones, ones, ones, ones}, {ones, ones}) ==
                 (Words4{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}),
             boost::test_tools::per_element());
  BOOST_TEST(
      philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
          (Words4{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}),
      boost::test_tools::per_element());
}

// Pinned numbers, computed by a separate program in another language: a change of the generator,
// of the streams' hashing, or of a platform's rounding shows here. Equality is exact.
BOOST_AUTO_TEST_CASE(random_golden_numbers) {
  const auto stream = [] { return Random(seed, "data", 3); };
  Random bits = stream();
  for (const std::uint32_t word :
       {0x1ca530d4u, 0x352142cbu, 0x404a0825u, 0x92b7ac0bu, 0xcc9e244au, 0x1aced3c9u}) {
    BOOST_TEST(bits.bits() == word);
  }
  Random uniform = stream();
  for (const double x : {0.20753877123629105, 0.5731151130169466, 0.10471843411198067}) {
    BOOST_TEST(uniform.uniform() == x);
  }
  Random normal = stream();
  for (const double x : {-0x1.61514fa539a07p+0, -0x1.aeb8ab5eb020ap-3, -0x1.5673fcaa78ce7p-2}) {
    BOOST_TEST(normal.normal() == x);
  }
  BOOST_TEST(normal.position() == 20u);
  Random below = stream();
  for (const Index x : {548, 5, 746, 716}) BOOST_TEST(below.below(1000) == x);
  BOOST_TEST(below.below(Index{1} << 40) == 516489299306);
  BOOST_TEST(stream().permutation(8) == (std::vector<Index>{5, 7, 3, 2, 6, 0, 1, 4}),
             boost::test_tools::per_element());
  BOOST_TEST(Random(seed, "order").bits() == 0x6334df64u);
}

BOOST_AUTO_TEST_CASE(random_position_round_trip) {
  for (const int drawn : {0, 1, 3, 4, 5, 8, 1001}) {
    Random first(seed, "dropout", 7);
    for (int i = 0; i < drawn; ++i) first.bits();
    Random second(seed, "dropout", 7);
    second.set_position(first.position());
    BOOST_TEST(second.position() == static_cast<std::uint64_t>(drawn));
    for (int i = 0; i < 6; ++i) BOOST_TEST(second.normal() == first.normal());
  }
  Random back(seed, "dropout", 7);
  const std::uint32_t word = back.bits();
  back.bits();
  back.set_position(0);
  BOOST_TEST(back.bits() == word);
}

BOOST_AUTO_TEST_CASE(random_blocks_beyond_32_bits) {
  Random low(seed, "data"), high(seed, "data");
  high.set_position(std::uint64_t{4} << 32);  // block 2^32: its number needs the second word
  BOOST_TEST(high.bits() != low.bits());
}

BOOST_AUTO_TEST_CASE(random_uniform_moments_and_range) {
  Random random(seed, "data");
  double smallest = 1, largest = 0;
  const auto draw = [&] {
    const double x = random.uniform();
    smallest = std::min(smallest, x);
    largest = std::max(largest, x);
    return x;
  };
  // The standard errors of the three means are 1.3e-3, 1.3e-3 and 1.3e-3 at most.
  BOOST_TEST(std::abs(mean(50000, draw, [](double x) { return x; }) - 1.0 / 2) < 6e-3);
  BOOST_TEST(std::abs(mean(50000, draw, [](double x) { return x * x; }) - 1.0 / 3) < 6e-3);
  BOOST_TEST(std::abs(mean(50000, draw, [](double x) { return x * x * x; }) - 1.0 / 4) < 6e-3);
  BOOST_TEST((smallest >= 0 && smallest < 1e-4 && largest < 1 && largest > 1 - 1e-4));

  Random scaled(seed, "data"), plain(seed, "data");
  BOOST_TEST(scaled.uniform(-3, 5) == -3 + 8 * plain.uniform());
}

BOOST_AUTO_TEST_CASE(random_normal_moments) {
  Random random(seed, "parameters");
  const auto draw = [&] { return random.normal(); };
  constexpr int count = 50000;  // standard errors: 0.0045, 0.0063, 0.017, 0.044
  BOOST_TEST(std::abs(mean(count, draw, [](double x) { return x; })) < 0.02);
  BOOST_TEST(std::abs(mean(count, draw, [](double x) { return x * x; }) - 1) < 0.03);
  BOOST_TEST(std::abs(mean(count, draw, [](double x) { return x * x * x; })) < 0.08);
  BOOST_TEST(std::abs(mean(count, draw, [](double x) { return x * x * x * x; }) - 3) < 0.2);
  const auto beyond = [](double x) { return std::abs(x) > 1.959963985 ? 1.0 : 0.0; };
  BOOST_TEST(std::abs(mean(count, draw, beyond) - 0.05) < 0.005);
}

// The same polar method with the C library's logarithm in long double.
BOOST_AUTO_TEST_CASE(random_normal_is_accurate) {
  Random random(seed, "parameters"), twin(seed, "parameters");
  double worst = 0;
  for (int i = 0; i < 20000; ++i) {
    long double u = 0, s = 0;
    do {
      const double x = 2 * twin.uniform() - 1, y = 2 * twin.uniform() - 1;
      const volatile double x2 = x * x, y2 = y * y;  // volatile: rounded, never fused with the sum
      u = x;
      s = x2 + y2;
    } while (s >= 1 || s == 0);
    const long double expected = u * std::sqrt(-2 * std::log(s) / s);
    const double error = static_cast<double>(std::abs(random.normal() / expected - 1));
    worst = std::max(worst, error);
  }
  BOOST_TEST(worst < 2e-15);
  BOOST_TEST(worst > 0.0);  // a comparison with itself would give 0
}

BOOST_AUTO_TEST_CASE(random_below_is_uniform) {
  Random random(seed, "data");
  constexpr int cells = 7, draws = 70000;
  std::array<int, cells> counts{};
  for (int i = 0; i < draws; ++i) ++counts.at(static_cast<std::size_t>(random.below(cells)));
  double chi_squared = 0;
  for (const int c : counts) chi_squared += std::pow(c - draws / cells, 2) / (draws / cells);
  BOOST_TEST(chi_squared < 22.46);  // 6 degrees of freedom, p = 0.001

  for (int i = 0; i < 10; ++i) BOOST_TEST(random.below(1) == 0);

  constexpr Index large = Index{1} << 40;
  const auto draw = [&] {
    const Index x = random.below(large);
    BOOST_REQUIRE(x >= 0 && x < large);
    return static_cast<double>(x) / static_cast<double>(large);
  };
  BOOST_TEST(std::abs(mean(20000, draw, [](double x) { return x; }) - 0.5) < 0.01);
}

// x mod n of a 64-bit x would put 3/4 of the draws into the lowest third of this range.
BOOST_AUTO_TEST_CASE(random_below_has_no_modulo_bias) {
  Random random(seed, "data");
  constexpr Index third = Index{1} << 61;
  const auto draw = [&] { return random.below(3 * third) < 2 * third ? 1.0 : 0.0; };
  BOOST_TEST(std::abs(mean(20000, draw, [](double x) { return x; }) - 2.0 / 3) < 0.02);
}

BOOST_AUTO_TEST_CASE(random_below_and_permutation_refuse_bad_sizes) {
  Random random(seed, "data");
  BOOST_CHECK_THROW(random.below(0), Error);
  BOOST_CHECK_THROW(random.below(-5), Error);
  BOOST_CHECK_THROW(random.permutation(-1), Error);
}

BOOST_AUTO_TEST_CASE(random_permutation_is_one) {
  Random random(seed, "order");
  BOOST_TEST(random.permutation(0).empty());
  std::vector<Index> order = random.permutation(1000);
  std::vector<Index> sorted = order, expected(1000);
  std::sort(sorted.begin(), sorted.end());
  std::iota(expected.begin(), expected.end(), Index{0});
  BOOST_TEST(sorted == expected, boost::test_tools::per_element());
  BOOST_TEST((order != expected));

  // Each of the 6 orders of 3 things about equally often: 1000 times, standard deviation 29.
  std::array<int, 9> counts{};
  for (int i = 0; i < 6000; ++i) {
    const std::vector<Index> p = random.permutation(3);
    ++counts.at(static_cast<std::size_t>(p[0] * 3 + p[1]));
  }
  for (const std::size_t pair : std::array<std::size_t, 6>{1, 2, 3, 5, 6, 7}) {
    BOOST_TEST((counts[pair] > 870 && counts[pair] < 1130));
  }
}

BOOST_AUTO_TEST_CASE(random_streams_differ) {
  std::set<std::uint64_t> seen;
  std::size_t streams = 0;
  for (const std::uint64_t s : {seed, seed + 1, seed + (std::uint64_t{1} << 32)}) {
    for (const char* name : {"data", "datb", "parameters", "order", "dropout", ""}) {
      for (std::uint64_t index = 0; index < 300; ++index, ++streams) {
        Random random(s, name, index);
        const std::uint64_t high = random.bits();
        seen.insert(high << 32 | random.bits());
      }
    }
  }
  BOOST_TEST(seen.size() == streams);
  BOOST_TEST(Random(seed, "data", 5).bits() == Random(seed, "data", 5).bits());
}

BOOST_AUTO_TEST_CASE(random_neighbouring_streams_are_uncorrelated) {
  Random a(seed, "data", 0), b(seed, "data", 1);
  constexpr int count = 20000;
  double covariance = 0;
  for (int i = 0; i < count; ++i) covariance += (a.uniform() - 0.5) * (b.uniform() - 0.5);
  BOOST_TEST(std::abs(12 * covariance / count) < 0.03);  // standard error 0.007
}

BOOST_AUTO_TEST_SUITE_END()
