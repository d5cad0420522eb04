#pragma once
#include <autograd/node_check.hpp>

namespace carousel::detail {

/// The pullback of one node, recorded on a tape of its own in float64: what Op::graph makes of it.
struct PullbackProgram {
  Tape tape{DType::float64};
  std::vector<Var> x, dx;  ///< operands, and their gradients; empty where there is none
  Var y, dy;
  std::uint32_t first = 0;  ///< the program are the nodes from here on

  PullbackProgram(const Tape& recorded, const Node& node, const NodeCheck& check, const Tensor& u);
};

}  // namespace carousel::detail
