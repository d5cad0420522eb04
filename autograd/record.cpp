#include <autograd/failures/misuse.hpp>
#include <autograd/tape.hpp>

namespace carousel {
namespace {

Tape& tape_of(const Op& op, const Var* const* inputs, int count) {
  for (int i = 0; i < count; ++i) {
    if (inputs[i]->unbound()) continue;
    try {
      return inputs[i]->tape();
    } catch (const Error& error) {
      throw detail::of_operand(error, op.name, i);
    }
  }
  throw Error(ErrorKind::argument, op.name, "an operand on a tape", "parameters only",
              "Put one on a tape with tape.use(parameter).");
}

/// A user's op may lack something that it cannot do without.
void require_complete(const Op& op) {
  const char* missing = nullptr;
  if (op.shape == nullptr) missing = "shape";
  if (op.view == nullptr && op.forward == nullptr) missing = "forward";
  if (op.view == nullptr && op.differentiable && op.pullback == nullptr) missing = "pullback";
  if (op.name == nullptr) missing = "name";
  if (missing == nullptr) return;
  throw Error(ErrorKind::argument, std::string("op '") + (op.name != nullptr ? op.name : "") + "'",
              "an Op with name, shape, forward and pullback, or view",
              "one without " + std::string(missing),
              "Where no gradient passes set differentiable = false.");
}

/// The op's shape rule; an error of it also says which operands have a name.
Shape checked_shape(const Op& op, const Operands& x, const Attr& attr, const Tape& tape,
                    const std::uint32_t* inputs) {
  if (op.arity >= 0 && op.arity != x.count) {
    throw Error(ErrorKind::argument, op.name, std::to_string(op.arity) + " operands",
                std::to_string(x.count));
  }
  try {
    return op.shape(x, attr);
  } catch (const Error& error) {
    std::string got = error.got();
    for (int i = 0; i < x.count; ++i) {
      const std::string label = detail::label(tape, inputs[i]);
      if (!label.empty()) got += ", operand " + std::to_string(i) + " being " + label;
    }
    throw Error(error.kind(), error.where(), error.expected(), got, error.fix());
  }
}

}  // namespace

Var record(const Op& op, std::initializer_list<const Var*> inputs, const Attr& attr) {
  return detail::record(op, inputs.begin(), static_cast<int>(inputs.size()), attr);
}

Var record(const Op& op, const std::vector<Var>& inputs, const Attr& attr) {
  std::vector<const Var*> pointers;
  pointers.reserve(inputs.size());
  for (const auto& input : inputs) pointers.push_back(&input);
  if (pointers.empty()) {
    throw Error(ErrorKind::argument, op.name, "at least one operand", "none");
  }
  return detail::record(op, pointers.data(), static_cast<int>(pointers.size()), attr);
}

Var detail::record(const Op& op, const Var* const* inputs, int count, const Attr& attr) {
  require_complete(op);
  Tape& tape = tape_of(op, inputs, count).innermost();
  const auto first = static_cast<std::uint32_t>(tape.inputs_.size());
  Node node;
  node.op = &op;
  node.attr = attr;
  node.first_input = first;
  node.input_count = static_cast<std::uint32_t>(count);
  node.step = tape.step_;
  tape.operand_views_.clear();
  for (int i = 0; i < count; ++i) {
    const std::uint32_t id = [&] {
      try {
        return tape.bind(*inputs[i]);
      } catch (const Error& error) {
        throw of_operand(error, op.name, i);
      }
    }();
    const Node& input = tape.nodes_[id];
    tape.inputs_.push_back(id);
    tape.operand_views_.push_back(input.value);
    node.requires_grad = node.requires_grad || input.requires_grad;
  }
  node.requires_grad = node.requires_grad && tape.recording_gradients_ && op.differentiable;

  const Operands x{tape.operand_views_.data(), count, op.name};
  const Shape shape = checked_shape(op, x, attr, tape, tape.inputs_.data() + first);
  const auto id = static_cast<std::uint32_t>(tape.nodes_.size());
  node.symbolic = tape.symbolic_;
  if (op.view != nullptr) {
    node.value = op.view(x[0], attr);
    node.root = tape.nodes_[tape.inputs_[first]].root;
  } else {
    const DType dtype = op.gives == Gives::mask         ? DType::boolean
                        : op.gives == Gives::as_operand ? x[0].dtype
                                                        : tape.dtype_;
    const auto bytes = static_cast<std::size_t>(shape.size()) * size_of(dtype);
    node.value = dense(tape.place_for(bytes), shape, dtype);
    node.root = id;
    if (!tape.symbolic_) op.forward({x, node.value, &node.attr});
  }
  tape.nodes_.push_back(node);
  if (tape.anomaly_.on && !tape.symbolic_) check_value(tape, id, tape.anomaly_);
  return tape.value_of(id);
}

}  // namespace carousel
