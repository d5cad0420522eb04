#include <autograd/no_grad.hpp>
#include <autograd/ops.hpp>
#include <tests/fuzz/calls.hpp>

namespace carousel::fuzz {
namespace {

Var leaf(Tape& tape, const Leaf& leaf) {
  const Tensor values = tensor_of(leaf.kind, leaf.shape, leaf.x, tape.dtype());
  switch (leaf.role) {
    case Role::variable:
      return tape.variable(values);
    case Role::constant:
      return tape.input(values);
    case Role::parameter:
      break;
  }
  Param param("fuzzed", tape.dtype(), values.shape(), carousel::Role::input);
  param.mutable_value() = values;
  return param;
}

/// Ops put a parameter on the tape of another operand; where all are parameters, somebody else has
/// to, and so where the op takes one operand only.
std::vector<Var> operands(Tape& tape, const Call& call, const std::vector<Var>& before) {
  static const std::vector<std::string> on_no_tape{
      "add",    "subtract", "multiply", "divide",    "pow",           "minimum",
      "linear", "maximum",  "matmul",   "solve",     "squared_error", "absolute_error",
      "huber",  "mse_loss", "l1_loss",  "embedding", "gather",        "linear with bias",
      "concat", "greater",  "less",     "huber_loss"};
  std::vector<Var> x;
  for (const int input : call.inputs) x.push_back(before[static_cast<std::size_t>(input)]);
  const auto unbound = [](const Var& v) { return static_cast<bool>(v.unbound()); };
  const bool accepted =
      std::find(on_no_tape.begin(), on_no_tape.end(), call.op) != on_no_tape.end() &&
      !std::all_of(x.begin(), x.end(), unbound);
  for (Var& v : x) {
    if (unbound(v) && !accepted) v = tape.use(v.unbound());
  }
  return x;
}

}  // namespace

const Runs& all_calls() {
  static const Runs runs = [] {
    Runs all;
    add_elementwise_calls(all);
    add_array_calls(all);
    add_loss_calls(all);
    return all;
  }();
  return runs;
}

Var record(Tape& tape, const Node& node, const std::vector<Var>& before) {
  if (node.leaf) return leaf(tape, *node.leaf);
  const std::vector<Var> x = operands(tape, node.call, before);
  const Run run = all_calls().at(node.call.op);
  if (!node.call.no_grad) return run(node.call, x);
  const NoGrad off(tape);
  return run(node.call, x);
}

Tensor tensor_of(Kind kind, const Extents& shape, const std::vector<double>& x, DType dtype) {
  Tensor tensor(kind == Kind::floating  ? dtype
                : kind == Kind::integer ? DType::int64
                                        : DType::boolean,
                shape_of(shape));
  for (std::size_t i = 0; i < x.size(); ++i) tensor.set(static_cast<Index>(i), x[i]);
  return tensor;
}

Shape shape_of(const Extents& extents) {
  Shape shape;
  for (const Index extent : extents) shape.append(extent);
  return shape;
}

Extents extents_of(const Shape& shape) {
  Extents extents;
  for (int axis = 0; axis < shape.rank(); ++axis) extents.push_back(shape[axis]);
  return extents;
}

}  // namespace carousel::fuzz
