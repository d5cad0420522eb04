#pragma once
#include <autograd/var.hpp>
#include <autograd/view.hpp>
#include <vector>

namespace carousel {

/// The gradients of one backward pass: of the values that were asked for, and of no others. Valid
/// until its tape is reset or destroyed; gives its memory back to the tape.
class Adjoints {
 public:
  Adjoints() = default;
  Adjoints(Adjoints&& other) noexcept { swap(other); }
  Adjoints& operator=(Adjoints&& other) noexcept {
    swap(other);
    return *this;
  }
  Adjoints(const Adjoints&) = delete;
  Adjoints& operator=(const Adjoints&) = delete;
  ~Adjoints() { clear(); }

  /// A copy of the gradient of v, of v's shape. Error when v was not asked for.
  Tensor operator[](const Var& v) const;
  /// Writes it into `into`, without new memory when shape and dtype fit already.
  void copy_to(const Var& v, Tensor& into) const;
  /// The gradient where it stands.
  const View& view(const Var& v) const;
  /// Euclidean norm over all elements, summed in float64.
  double norm(const Var& v) const;

 private:
  friend class Tape;
  struct Entry {
    std::uint32_t id;
    View view;
  };
  void swap(Adjoints& other) noexcept;
  void clear();

  Var anchor_;                  // keeps the tape's handle: tells whether the tape is still there
  std::vector<Entry> entries_;  // sorted by id; each owns its buffer
};

}  // namespace carousel
