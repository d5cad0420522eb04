#pragma once
#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace carousel::report {

/// Every so-many-th of `count` places, and the last one: the same places for curves of different
/// lengths, so that their points lie at the same steps.
inline std::vector<std::size_t> every(std::size_t stride, std::size_t count) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < count; i += stride) places.push_back(i);
  if (count > 0 && places.back() != count - 1) places.push_back(count - 1);
  return places;
}

/// The stride that leaves at most `most` of `count` places, not counting the last one.
inline std::size_t stride_for(std::size_t count, std::size_t most) {
  return std::max<std::size_t>(1, (count + most - 1) / most);
}

/// `count` places thinned evenly to `most`, the first and the last among them.
inline std::vector<std::size_t> kept(std::size_t count, std::size_t most) {
  std::vector<std::size_t> places(std::min(count, most));
  std::iota(places.begin(), places.end(), std::size_t{0});
  if (count > most) {
    for (std::size_t i = 0; i < most; ++i) places[i] = i * (count - 1) / (most - 1);
  }
  return places;
}

}  // namespace carousel::report
