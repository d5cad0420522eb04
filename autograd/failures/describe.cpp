#include <autograd/tape.hpp>

namespace carousel {
namespace {

/// Parameters are [out, in], and so are parts of them that have as many axes; the rest is named by
/// the convention for its rank.
std::string shape_text(const Tape& tape, std::uint32_t id) {
  const Shape& shape = tape.nodes()[id].value.shape;
  std::uint32_t at = id;
  while (tape.nodes()[at].root != at && tape.nodes()[at].value.shape.rank() == shape.rank()) {
    at = tape.inputs(tape.nodes()[at])[0];
  }
  const Node& source = tape.nodes()[at];
  const bool stored = source.param >= 0 && source.value.shape.rank() == shape.rank();
  return stored && shape.rank() <= 2 ? to_string(shape, {"out", "in"}) : with_axes(shape);
}

}  // namespace

std::string Tape::describe(std::uint32_t id) const {
  const Node& node = nodes_[id];
  std::string text = observations_.of(id);
  if (!text.empty()) text += ", ";
  if (node.op != nullptr) {
    text += node.op->name;
  } else if (node.param >= 0) {
    text += "parameter '" + params_[static_cast<std::size_t>(node.param)].name() + "'";
  } else {
    text += node.requires_grad ? "variable" : "input";
  }
  if (!is_floating(node.value.dtype)) text += std::string(" ") + name(node.value.dtype);
  text += " " + shape_text(*this, id);
  if (node.step >= 0) text += " at time step " + std::to_string(node.step);
  return text;
}

}  // namespace carousel
