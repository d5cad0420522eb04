#pragma once
#include <array>
#include <autograd/dtype.hpp>
#include <initializer_list>
#include <string>

namespace carousel {

/// Extents of a tensor, row-major, rank 0 (a scalar) to 4. Lives without heap memory.
/// Sequences are [time, batch, features], stored parameters [out, in].
class Shape {
 public:
  static constexpr int max_rank = 4;

  Shape() = default;
  Shape(std::initializer_list<Index> extents);

  int rank() const { return rank_; }
  Index operator[](int axis) const { return extents_[static_cast<std::size_t>(axis)]; }
  /// Product of all extents; 1 for a scalar.
  Index size() const;
  /// Extent of the last axis; 1 for a scalar.
  Index columns() const { return rank_ == 0 ? 1 : (*this)[rank_ - 1]; }
  /// Product of all extents but the last.
  Index rows() const;

  void append(Index extent);
  /// With another extent on an axis; -1 is the last.
  Shape with(int axis, Index extent) const;
  Shape without(int axis) const;
  Shape inserted(int axis, Index extent) const;

  bool operator==(const Shape& other) const;
  bool operator!=(const Shape& other) const { return !(*this == other); }

 private:
  void check_size() const;
  std::array<Index, max_rank> extents_{};
  int rank_ = 0;
};

/// "[batch=20, features=128]": named by the convention for its rank, [time, batch, features].
std::string with_axes(const Shape& shape);
/// "axis 1: 5 and 6": where two shapes of one rank differ first; or that the ranks do.
std::string difference(const Shape& a, const Shape& b);

/// "[20, 128]"
std::string to_string(const Shape& shape);
/// "[batch=20, features=128]": axis names as far as given, for messages.
std::string to_string(const Shape& shape, std::initializer_list<const char*> axes);

}  // namespace carousel
