#pragma once
#include <autograd/nested.hpp>

namespace carousel::cells::detail {

/// How the values that one step hands to the next, its states and its output, share memory.
///
/// A state may be a part of a larger value (`split` of a packed one), and the output is mostly a
/// state itself. Their gradients then are parts of one sum, and they must stay so across a boundary
/// between segments: a *group* is what the values are parts of.
struct Layout {
  struct Part {
    std::size_t group;
    Index offset;  ///< elements from the group's first
    Shape shape;
    Index stride;
    bool requires_grad;
  };
  struct Group {
    Shape shape;
    Index stride;
    Index elements;  ///< that it extends over
  };
  std::vector<Part> parts;
  std::vector<Group> groups;
  std::vector<std::uint32_t> owners;  ///< the nodes that the groups are; of the present recording

  /// `own`: nodes that are a group by themselves although they are views, because their gradient
  /// was asked for; sorted.
  static Layout of(const Tape& tape, const std::vector<Var>& values,
                   const std::vector<std::uint32_t>& own = {});
  bool same_geometry(const Layout& other) const;
  std::size_t bytes(DType dtype) const;
};

/// Memory for the groups of a layout: for their values, or for their gradients.
class Carried {
 public:
  Carried() = default;
  Carried(std::shared_ptr<const Layout> layout, void* memory, DType dtype);

  explicit operator bool() const { return layout_ != nullptr; }
  const Layout& layout() const { return *layout_; }
  std::size_t bytes() const { return layout_->bytes(dtype_); }
  void* memory() const { return memory_; }
  void set_memory(void* memory) { memory_ = memory; }
  View group(std::size_t i) const;
  View part(std::size_t i) const;
  /// Copies the values of the nodes that the groups are.
  void assign_values(const Tape& tape, const std::vector<std::uint32_t>& owners) const;
  void fill_neutral() const;
  bool is_neutral() const;

 private:
  std::shared_ptr<const Layout> layout_;
  void* memory_ = nullptr;
  DType dtype_ = DType::float32;
};

}  // namespace carousel::cells::detail
