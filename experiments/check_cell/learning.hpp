#pragma once
#include <experiments/registry.hpp>
#include <string>
#include <vector>

namespace carousel::check_cell {

/// What a short training came to.
struct Learned {
  std::string task, metric;
  double value = 0, chance = 0;
  bool better = false;  ///< than chance by a margin
  std::string fault;    ///< why there is no value; or empty
};

/// Adding with T = 50 and copying over 20 steps, half a minute each at most.
std::vector<Learned> learn(const Registry& registry, const std::string& cell);

}  // namespace carousel::check_cell
