#pragma once
#include <experiments/registry.hpp>
#include <string>
#include <vector>

namespace carousel {

/// `carousel plan`.
struct PlanOptions {
  std::string cell;
  std::vector<Index> shape{2, 128, 50, 200};  ///< input, hidden, batch, time
};

/// How a cell's step is compiled, with its default settings in float32: what leaves the loop, what
/// is joined, what is kept; then FLOPs, bytes, and how fast forward and backward are on one core.
/// Error (config) for a name that is no cell's.
std::string step_plan(const Registry& registry, const PlanOptions& options);

}  // namespace carousel
