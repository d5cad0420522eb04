// Every platform has to draw the same numbers, so this file is compiled with -ffp-contract=off (a
// fused multiply-add would round once where we round twice) and uses IEEE basic arithmetic, sqrt
// and frexp only: all of them exact or correctly rounded, which the C library's log is not.
#include <autograd/support/error.hpp>
#include <autograd/support/random.hpp>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

namespace carousel {
namespace {

std::uint32_t low_half(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
std::uint32_t high_half(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

/// FNV-1a of a text's bytes (Fowler, Noll and Vo), 64 bits.
std::uint64_t fnv1a(const char* text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (; *text != '\0'; ++text) {
    hash = (hash ^ static_cast<unsigned char>(*text)) * 0x100000001b3;
  }
  return hash;
}

/// The finaliser of splitmix64 (Steele, Lea and Flood 2014): a bijection in which each input bit
/// changes about half of the output bits.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/// Natural logarithm of a positive, normal x, with a relative error of a few 1e-16:
///   x = m·2^e with m in [√½, √2),  z = (m − 1)/(m + 1),
///   log x = e·log 2 + 2·atanh z = e·log 2 + 2z·Σ_k z^2k/(2k + 1).
/// |z| <= 0.172, so the first term left out, k = 11, is below 1e-18. Near x = 1 there is e = 0 and
/// m − 1 is exact: nothing cancels.
double natural_log(double x) {
  constexpr double log_2 = 0.693147180559945309417;
  constexpr double root_half = 0.707106781186547524401;
  int e = 0;
  double m = std::frexp(x, &e);  // in [1/2, 1)
  if (m < root_half) {
    m *= 2;
    --e;
  }
  const double z = (m - 1) / (m + 1);
  const double z2 = z * z;
  double series = 0;
  for (int k = 10; k >= 0; --k) series = series * z2 + 1.0 / (2 * k + 1);
  return e * log_2 + 2 * z * series;
}

std::uint64_t word_pair(Random& random) {
  const std::uint64_t low = random.bits();  // two statements, for the order of the draws
  const std::uint64_t high = random.bits();
  return high << 32 | low;
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = std::uint64_t{0xd2511f53} * counter[0];
    const std::uint64_t product1 = std::uint64_t{0xcd9e8d57} * counter[2];
    counter = {high_half(product1) ^ counter[1] ^ key[0], low_half(product1),
               high_half(product0) ^ counter[3] ^ key[1], low_half(product0)};
    key[0] += 0x9e3779b9;  // the Weyl sequence of the golden ratio
    key[1] += 0xbb67ae85;  // and of √3 − 1
  }
  return counter;
}

// For one name, different indices give different streams for certain (a sum and a bijection). Two
// names' ranges of indices lie at random places on the ring of 2^64 and do not meet in practice.
Random::Random(std::uint64_t seed, const char* stream, std::uint64_t index)
    : key_{low_half(seed), high_half(seed)}, stream_(mix(mix(fnv1a(stream)) + index)) {}

std::uint32_t Random::bits() {
  const std::size_t word = drawn_ % 4;
  if (word == 0) set_position(drawn_);
  ++drawn_;
  return block_[word];
}

double Random::uniform() {
  constexpr double grid = 1.0 / (std::uint64_t{1} << 53);
  return static_cast<double>(word_pair(*this) >> 11) * grid;
}

// Rounding may reach `high` itself where the two bounds are close together for their size.
double Random::uniform(double low, double high) { return low + (high - low) * uniform(); }

// The method makes two normals from a point of the unit disc; the second is given up, so that
// position() alone tells the state.
double Random::normal() {
  double u = 0, s = 0;
  do {
    u = 2 * uniform() - 1;
    const double v = 2 * uniform() - 1;
    s = u * u + v * v;
  } while (s >= 1 || s == 0);
  return u * std::sqrt(-2 * natural_log(s) / s);
}

Index Random::below(Index n) {
  if (n < 1) {
    throw Error(ErrorKind::argument, "Random::below", "n of at least 1", std::to_string(n));
  }
  // The 2^64 values are cut to a multiple of n by refusing the lowest 2^64 mod n of them.
  const auto size = static_cast<std::uint64_t>(n);
  const std::uint64_t refused = (0 - size) % size;
  std::uint64_t x = word_pair(*this);
  while (x < refused) x = word_pair(*this);
  return static_cast<Index>(x % size);
}

std::vector<Index> Random::permutation(Index n) {
  if (n < 0) {
    throw Error(ErrorKind::argument, "Random::permutation", "n of at least 0", std::to_string(n));
  }
  std::vector<Index> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), Index{0});
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[static_cast<std::size_t>(below(static_cast<Index>(i)))]);
  }
  return order;
}

std::uint64_t Random::position() const { return drawn_; }

void Random::set_position(std::uint64_t position) {
  drawn_ = position;
  const std::uint64_t block = position / 4;
  block_ =
      philox4x32({low_half(block), high_half(block), low_half(stream_), high_half(stream_)}, key_);
}

}  // namespace carousel
