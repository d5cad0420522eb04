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

Places::Places(const StepGraph& graph, const Hoisting& hoisting, const InPlace& in_place,
               Lowered& into)
    : graph_(graph), hoisting_(hoisting), into_(into) {
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    const Value& v = graph.values[i];
    const Part own{static_cast<int>(i), dense(nowhere(), v.shape, v.dtype)};
    // A part of a constant is a value of the outer tape itself.
    const bool is_part =
        v.source == Source::op && v.op->view != nullptr && hoisting.depends[i] != Depends::nothing;
    const auto of = [&](const std::vector<Part>& parts) {
      const Part& whole = parts[static_cast<std::size_t>(v.inputs[0])];
      return Part{whole.root, v.op->view(whole.view, v.attr)};
    };
    parts_.push_back(is_part ? of(parts_) : own);
    const int over = in_place.over[i];
    memory_.push_back(over >= 0 ? memory_[static_cast<std::size_t>(over)]
                      : is_part ? of(memory_)
                                : own);
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

Place Places::place(const Part& part, int buffer) const {
  const View& view = part.view;
  Place result;
  result.buffer = buffer;
  result.offset =
      (static_cast<const std::byte*>(view.data) - static_cast<const std::byte*>(nowhere())) /
      static_cast<Index>(size_of(view.dtype));
  result.stride = view.stride;
  result.shape = view.shape;
  result.dtype = view.dtype;
  result.shift = is_state(part.root) ? -1 : 0;
  return result;
}

// Whether step t+1 receives it: then `buffer` has the state's number.
bool Places::is_handed_on(int root, Buffer& buffer) const {
  const auto next = std::find(graph_.next.begin(), graph_.next.end(), root);
  if (next == graph_.next.end()) return false;
  buffer.state = static_cast<int>(next - graph_.next.begin());
  return true;
}

Place Places::value(int value) {
  const Part& part = memory_[static_cast<std::size_t>(value)];
  const int own = owner(part.root);
  const auto known = values_.find(own);
  if (known != values_.end()) return place(part, known->second);
  const int made = buffer(at(own));
  values_[own] = made;
  Buffer& buffer = into_.program.buffers[static_cast<std::size_t>(made)];
  if (is_handed_on(own, buffer)) buffer.home = Buffer::Home::turns;
  if (own == graph_.output) buffer.home = Buffer::Home::outputs;
  if (depends(own) == Depends::input && at(own).source == Source::op) {
    buffer.home = Buffer::Home::chunk;
  } else if (depends(own) == Depends::input) {
    buffer.home = Buffer::Home::sequence;
    buffer.index = static_cast<int>(into_.sequences.size());
    into_.sequences.push_back(own);
  } else if (depends(own) == Depends::nothing) {
    buffer.home = Buffer::Home::constant;
    buffer.index = static_cast<int>(into_.constants.size());
    into_.constants.push_back(own);
  }
  return place(part, made);
}

int Places::gradient_buffer(int root) {
  const int own = owner(root);
  const auto known = gradients_.find(own);
  if (known != gradients_.end()) return known->second;
  int constant = 0;
  if (depends(own) == Depends::nothing) {
    constant = into_.program.buffers[static_cast<std::size_t>(value(own).buffer)].index;
  }
  const int made = buffer(at(own));
  gradients_[own] = made;
  Buffer& buffer = into_.program.buffers[static_cast<std::size_t>(made)];
  buffer.gradient = true;
  buffer.index = constant;
  if (is_handed_on(own, buffer)) buffer.home = Buffer::Home::turns;
  if (own == graph_.output) buffer.home = Buffer::Home::d_outputs;
  if (depends(own) == Depends::input) buffer.home = Buffer::Home::chunk;
  if (depends(own) == Depends::nothing) buffer.home = Buffer::Home::d_constant;
  return made;
}

Place Places::gradient(int value) {
  const Part& part = parts_[static_cast<std::size_t>(value)];
  return place(part, gradient_buffer(part.root));
}

void Places::share_gradient(int root, int other) { gradients_[root] = gradient_buffer(other); }

Place Places::scratch(const Shape& shape, DType dtype, Buffer::Home home) {
  Value value;
  value.shape = shape;
  value.dtype = dtype;
  const int made = buffer(value);
  Buffer& buffer = into_.program.buffers[static_cast<std::size_t>(made)];
  buffer.gradient = true;
  buffer.home = home;
  return {made, 0, shape.columns(), shape, dtype, 0};
}

}  // namespace carousel::cells::compiled
