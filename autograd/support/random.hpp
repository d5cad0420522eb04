#pragma once
#include <array>
#include <autograd/dtype.hpp>
#include <cstdint>
#include <vector>

namespace carousel {

/// A stream of random numbers that is a pure function of (seed, stream name, index) and of how
/// many numbers were drawn: Philox4x32-10 (Salmon et al. 2011). Distributions are our own, in
/// IEEE basic arithmetic only, so that every platform draws the same numbers.
class Random {
 public:
  /// `stream` separates uses ("parameters", "data", "order", "dropout"), `index` occasions inside
  /// one (the training step, the epoch), so that nothing has to be drawn to get somewhere.
  Random(std::uint64_t seed, const char* stream, std::uint64_t index = 0);

  std::uint32_t bits();
  /// Uniform in [0, 1) on a grid of 2^-53.
  double uniform();
  double uniform(double low, double high);
  /// Standard normal, by the polar method (Marsaglia and Bray 1964).
  double normal();
  /// Uniform integer in [0, n), without modulo bias; n >= 1.
  Index below(Index n);
  /// A uniform permutation of 0..n-1 (Fisher-Yates).
  std::vector<Index> permutation(Index n);

  /// How many 32-bit words were drawn, for a checkpoint; a stream set to it goes on the same.
  std::uint64_t position() const;
  void set_position(std::uint64_t position);

 private:
  std::array<std::uint32_t, 2> key_;
  std::uint64_t stream_;     // counter words 2 and 3
  std::uint64_t drawn_ = 0;  // 32-bit words given out so far
  std::array<std::uint32_t, 4> block_{};
};

/// Ten rounds of Philox4x32, exposed for the published test vectors.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

}  // namespace carousel
