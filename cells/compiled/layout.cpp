#include <algorithm>
#include <cells/compiled/layout.hpp>

namespace carousel::cells::compiled {
namespace {

/// An address that nothing is at; parts of a value are counted from it.
void* nowhere() {
  constexpr std::uintptr_t address = 1U << 20U;
  return reinterpret_cast<void*>(address);  // NOLINT: never followed
}

}  // namespace

Places::Places(const StepGraph& graph, const Hoisting& hoisting, Lowered& into)
    : graph_(graph), hoisting_(hoisting), into_(into) {
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    const Value& v = graph.values[i];
    // A part of a constant is a value of the outer tape itself.
    const bool part =
        v.source == Source::op && v.op->view != nullptr && hoisting.depends[i] != Depends::nothing;
    roots_.push_back(part ? roots_[static_cast<std::size_t>(v.inputs[0])] : static_cast<int>(i));
    views_.push_back(part ? v.op->view(views_[static_cast<std::size_t>(v.inputs[0])], v.attr)
                          : dense(nowhere(), v.shape, v.dtype));
  }
}

// A state as it is received is what the step before has handed on.
int Places::owner(int root) const {
  return is_state(root) ? graph_.next[static_cast<std::size_t>(at(root).index)] : root;
}

int Places::buffer(const Value& value) {
  Buffer buffer;
  buffer.elements = value.shape.size();
  buffer.dtype = value.dtype;
  into_.program.buffers.push_back(buffer);
  return static_cast<int>(into_.program.buffers.size()) - 1;
}

Place Places::place(int value, int buffer) const {
  const View& view = views_[static_cast<std::size_t>(value)];
  Place result;
  result.buffer = buffer;
  result.offset =
      (static_cast<const std::byte*>(view.data) - static_cast<const std::byte*>(nowhere())) /
      static_cast<Index>(size_of(view.dtype));
  result.stride = view.stride;
  result.shape = view.shape;
  result.dtype = view.dtype;
  result.shift = is_state(root(value)) ? -1 : 0;
  return result;
}

Place Places::value(int value) {
  const int of = root(value), own = owner(of);
  const auto known = values_.find(own);
  if (known != values_.end()) return place(value, known->second);
  const int made = buffer(at(own));
  values_[own] = made;
  Buffer& buffer = into_.program.buffers[static_cast<std::size_t>(made)];
  if (own == graph_.output) buffer.home = Buffer::Home::outputs;
  const auto next = std::find(graph_.next.begin(), graph_.next.end(), own);
  if (next != graph_.next.end()) {
    buffer.state = static_cast<int>(next - graph_.next.begin());
    if (buffer.home == Buffer::Home::scratch) buffer.home = Buffer::Home::turns;
  }
  if (depends(own) == Depends::input) {
    buffer.home = Buffer::Home::sequence;
    buffer.index = static_cast<int>(into_.sequences.size());
    into_.sequences.push_back(own);
  } else if (depends(own) == Depends::nothing) {
    buffer.home = Buffer::Home::constant;
    buffer.index = static_cast<int>(into_.constants.size());
    into_.constants.push_back(own);
  }
  return place(value, made);
}

int Places::gradient_buffer(int root) {
  const int own = owner(root);
  const auto known = gradients_.find(own);
  if (known != gradients_.end()) return known->second;
  value(own);  // it has one
  const Buffer of = into_.program.buffers[static_cast<std::size_t>(values_[own])];
  const int made = buffer(at(own));
  gradients_[own] = made;
  Buffer& buffer = into_.program.buffers[static_cast<std::size_t>(made)];
  buffer.state = of.state;
  buffer.index = of.index;
  switch (of.home) {
    case Buffer::Home::outputs:
      buffer.home = Buffer::Home::d_outputs;
      break;
    case Buffer::Home::sequence:
      buffer.home = Buffer::Home::d_sequence;
      break;
    case Buffer::Home::constant:
      buffer.home = Buffer::Home::d_constant;
      break;
    default:
      buffer.home = of.state >= 0 ? Buffer::Home::turns : Buffer::Home::scratch;
      break;
  }
  return made;
}

Place Places::gradient(int value) { return place(value, gradient_buffer(root(value))); }

void Places::share_gradient(int root, int other) { gradients_[root] = gradient_buffer(other); }

Place Places::scratch(const Shape& shape, DType dtype) {
  Value value;
  value.shape = shape;
  value.dtype = dtype;
  return {buffer(value), 0, shape.columns(), shape, dtype, 0};
}

}  // namespace carousel::cells::compiled
