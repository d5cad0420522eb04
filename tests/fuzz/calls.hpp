#pragma once
#include <autograd/tape.hpp>
#include <map>
#include <tests/fuzz/program.hpp>

namespace carousel::fuzz {

/// A call of the library as a program names it.
using Run = Var (*)(const Call& call, const std::vector<Var>& x);
using Runs = std::map<std::string, Run>;

// Each file of calls adds its family.
void add_elementwise_calls(Runs& runs);
void add_array_calls(Runs& runs);
void add_loss_calls(Runs& runs);
const Runs& all_calls();

/// Records one node of a program; `before` are the nodes before it.
Var record(Tape& tape, const Node& node, const std::vector<Var>& before);

/// Elements as a tensor; floating ones of that dtype.
Tensor tensor_of(Kind kind, const Extents& shape, const std::vector<double>& x, DType dtype);
Shape shape_of(const Extents& extents);
Extents extents_of(const Shape& shape);

}  // namespace carousel::fuzz
