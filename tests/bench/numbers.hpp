#pragma once
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "measure.hpp"

/// The numbers that all programs begin with, so that they compute the same and can be held against
/// each other.
namespace carousel::bench {

/// `count` numbers, uniform in ±bound, that depend on the name only.
inline std::vector<float> numbers(const std::string& name, std::int64_t count, double bound) {
  std::uint32_t seed = 2166136261U;  // FNV-1a of the name
  for (const char c : name) seed = (seed ^ static_cast<unsigned char>(c)) * 16777619U;
  std::mt19937 random(seed);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) {
    value = static_cast<float>(bound * (static_cast<double>(random() >> 8U) * 0x1p-23 - 1));
  }
  return values;
}

/// Parameters are uniform in ±1/√hidden, as PyTorch begins with. They go by their names: W_i is the
/// matrix [hidden, input] of gate i, U_i that of the state, b_i its bias.
inline std::vector<float> parameter(const std::string& name, std::int64_t count,
                                    const Workload& w) {
  return numbers(name, count, 1 / std::sqrt(static_cast<double>(w.hidden)));
}

/// xs [time, batch, input], of unit variance.
inline std::vector<float> input_numbers(const Workload& w) {
  return numbers("xs", w.time * w.batch * w.input, std::sqrt(3.0));
}

/// dL/dh of every output, [time, batch, hidden]: what a gradient without a loss begins with.
inline std::vector<float> cotangent_numbers(const Workload& w) {
  return numbers("cotangent", w.time * w.batch * w.hidden, 1);
}

/// Matrices of several gates, [gates · rows, columns], gate by gate: name + "_" + each of `gates`.
/// Without gates the one of that name.
inline std::vector<float> stacked(const char* name, const std::string& gates, std::int64_t rows,
                                  std::int64_t columns, const Workload& w) {
  if (gates.empty()) return parameter(name, rows * columns, w);
  std::vector<float> all;
  for (const char gate : gates) {
    const auto block = parameter(std::string(name) + "_" + gate, rows * columns, w);
    all.insert(all.end(), block.begin(), block.end());
  }
  return all;
}

inline double sum_of_squares(const float* values, std::int64_t count) {
  double sum = 0;
  for (std::int64_t i = 0; i < count; ++i) sum += static_cast<double>(values[i]) * values[i];
  return sum;
}

}  // namespace carousel::bench
