#pragma once
#include <autograd/op_check.hpp>
#include <experiments/registry.hpp>
#include <string>

namespace carousel {

/// `carousel verify`.
struct VerifyOpsOptions {
  std::string op;  ///< only this one; empty: all
  OpCheckOptions check;
  bool edges = false;  ///< print the table of edge values instead
};

/// Checks every op that the registry knows, prints a line for each and what was found wrong.
/// Exit code 1 where something was. Error (config) for a name that is no op's.
int run_verify(const Registry& registry, const VerifyOpsOptions& options);

}  // namespace carousel
