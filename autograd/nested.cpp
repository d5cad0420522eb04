#include <autograd/nested.hpp>
#include <autograd/support/error.hpp>

namespace carousel {

std::uint32_t Tape::capture(std::uint32_t outer) {
  // A handful, as with parameters.
  const auto captured = static_cast<std::int32_t>(outer);
  for (const std::uint32_t leaf : captures_) {
    if (nodes_[leaf].captured == captured) return leaf;
  }
  const Node& from = outer_->nodes_[outer];
  const Var v = leaf(from.value, from.requires_grad);
  Node& node = nodes_[v.id()];
  node.captured = captured;
  node.step = from.step;
  node.requires_grad = from.requires_grad;  // of a parameter whatever NoGrad says
  captures_.push_back(v.id());
  if (from.param >= 0) hold(outer_->params_[static_cast<std::size_t>(from.param)], v.id());
  return v.id();
}

Tape& Nested::lend(Tape& outer) {
  if (outer.nested_used_ == outer.nested_.size()) {
    outer.nested_.push_back(std::make_unique<Tape>(outer.dtype_));
    outer.nested_.back()->outer_ = &outer;
  }
  return *outer.nested_[outer.nested_used_++];
}

std::vector<std::uint32_t> Nested::captured() const {
  std::vector<std::uint32_t> nodes;
  for (const std::uint32_t leaf : tape_.captures_) {
    nodes.push_back(static_cast<std::uint32_t>(tape_.nodes_[leaf].captured));
  }
  return nodes;
}

Var Nested::symbol(const Shape& shape, DType dtype, bool requires_grad) {
  const auto bytes = static_cast<std::size_t>(shape.size()) * size_of(dtype);
  const Var v = tape_.leaf(dense(tape_.place_for(bytes), shape, dtype), requires_grad);
  tape_.nodes_.back().symbolic = true;
  return v;
}

Nested::Recording::Recording(Nested& nested, bool symbolic)
    : nested_(nested), before_(nested.outer_.recording_inside_) {
  nested_.outer_.recording_inside_ = &nested_.tape_;
  nested_.tape_.symbolic_ = symbolic;
  nested_.tape_.asked_for_.clear();
  nested_.tape_.recording_gradients_ = nested_.outer_.recording_gradients_;
  nested_.tape_.detect_anomaly(nested_.outer_.anomaly_.on, nested_.outer_.anomaly_.infinity);
}

Nested::Recording::~Recording() {
  nested_.outer_.recording_inside_ = before_;
  nested_.tape_.symbolic_ = false;
  nested_.tape_.set_step(-1);
}

Var Nested::close(Tape& outer, const Op& op, const std::vector<std::uint32_t>& inputs,
                  const View& value, std::unique_ptr<Composite> composite) {
  Node node;
  node.op = &op;
  node.value = value;
  node.first_input = static_cast<std::uint32_t>(outer.inputs_.size());
  node.input_count = static_cast<std::uint32_t>(inputs.size());
  node.root = static_cast<std::uint32_t>(outer.nodes_.size());
  node.step = outer.step_;
  for (const std::uint32_t id : inputs) {
    outer.inputs_.push_back(id);
    node.requires_grad = node.requires_grad || outer.nodes_[id].requires_grad;
  }
  node.requires_grad = node.requires_grad && outer.recording_gradients_ && composite != nullptr;
  if (composite != nullptr) {
    node.composite = static_cast<std::int32_t>(outer.composites_.size());
    outer.composites_.push_back(std::move(composite));
  }
  outer.nodes_.push_back(node);
  return outer.value_of(node.root);
}

Var Nested::zeros_without_memory(Tape& outer, const Shape& shape) {
  View row =
      dense(outer.arena_.take(static_cast<std::size_t>(shape.columns()) * size_of(outer.dtype_)),
            {shape.columns()}, outer.dtype_);
  fill_zero(row);
  row.shape = shape;
  row.stride = 0;
  return outer.leaf(row, true);
}

}  // namespace carousel
