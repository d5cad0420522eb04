#pragma once
#include <experiments/registry.hpp>
#include <string>
#include <vector>

namespace carousel {

/// `carousel check-cell`.
struct CheckCellOptions {
  std::string cell;    ///< a name, a plugin's file, whose cells are all checked; "all": every cell
  bool learn = false;  ///< train it for a minute, too
  bool json = false;   ///< print JSON instead of a table
};

/// Checks cells, prints what came of it. Exit code 1 where a check failed.
int run_check_cell(const Registry& registry, const CheckCellOptions& options);

}  // namespace carousel
