#pragma once
#include <cells/compiled/in_place.hpp>
#include <cells/compiled/lower.hpp>
#include <map>

namespace carousel::cells::compiled {

/// Where the values of a step and their gradients are: a buffer for each that an op has made; views
/// are parts of it, and a value in place is where its operand was.
class Places {
 public:
  Places(const StepGraph& graph, const Hoisting& hoisting, const InPlace& in_place, Lowered& into);

  /// The value that owns the elements.
  int root(int value) const { return parts_[static_cast<std::size_t>(value)].root; }
  bool is_state(int value) const { return at(value).source == Source::state; }
  /// Where it is; a state as the step receives it is in the slot of the step before.
  Place value(int value);
  /// The same for its gradient.
  Place gradient(int value);
  int gradient_buffer(int root);
  /// Lets the gradient of `root` be that of `other`, which is the same.
  void share_gradient(int root, int other);
  /// For the way back.
  Place scratch(const Shape& shape, DType dtype, Buffer::Home home = Buffer::Home::scratch);

 private:
  const Value& at(int value) const { return graph_.values[static_cast<std::size_t>(value)]; }
  Depends depends(int value) const { return hoisting_.depends[static_cast<std::size_t>(value)]; }
  int owner(int root) const;
  int buffer(const Value& value);
  /// What a value is a part of, and which: of its gradient, or of memory.
  struct Part {
    int root;
    View view;  // on no memory
  };
  Place place(const Part& part, int buffer) const;
  bool is_handed_on(int root, Buffer& buffer) const;

  const StepGraph& graph_;
  const Hoisting& hoisting_;
  Lowered& into_;
  std::vector<Part> parts_, memory_;
  std::map<int, int> values_, gradients_;  // buffers by owner
};

}  // namespace carousel::cells::compiled
