#pragma once
#include <cells/declaration.hpp>
#include <experiments/registry.hpp>
#include <string>

namespace carousel {

/// `carousel describe`, parsed.
struct DescribeOptions {
  std::string name;
  cells::Sizes sizes{2, 64};  ///< for a cell's parameters
};

/// What there is to know of a component: its line, its equations and their source, its settings,
/// and of a cell the states and parameters with their shapes, wrapped to `width` characters. All
/// components of that name, whatever their kind; Error (config) where there is none.
std::string description(const Registry& registry, const DescribeOptions& options, int width);

}  // namespace carousel
