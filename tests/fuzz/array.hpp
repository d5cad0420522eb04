#pragma once
#include <array>
#include <string>
#include <tests/fuzz/dual.hpp>
#include <vector>

/// Arrays of the reference: a list of numbers and a shape, read and written one place at a time.
namespace carousel::fuzz {

using Index = std::int64_t;
using Extents = std::vector<Index>;
/// Where an element is: one index an axis.
using Place = std::array<Index, 4>;

enum class Kind { floating, integer, mask };

inline Index size_of(const Extents& shape) {
  Index product = 1;
  for (const Index extent : shape) product *= extent;
  return product;
}
inline int rank_of(const Extents& shape) { return static_cast<int>(shape.size()); }

/// "[2, 3]"
inline std::string text(const Extents& shape) {
  std::string result = "[";
  for (const Index extent : shape) {
    result += (result.size() > 1 ? ", " : "") + std::to_string(extent);
  }
  return result + "]";
}

/// The row-major number of a place.
inline std::size_t number_of(const Extents& shape, const Place& place) {
  Index number = 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    number = number * shape[axis] + place[axis];
  }
  return static_cast<std::size_t>(number);
}
inline Place place_of(const Extents& shape, Index number) {
  Place place{};
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    place[axis] = number % shape[axis];
    number /= shape[axis];
  }
  return place;
}
/// Calls f for every place of a shape in row-major order.
template <class F> void each_place(const Extents& shape, const F& f) {
  const Index count = size_of(shape);
  for (Index i = 0; i < count; ++i) f(place_of(shape, i));
}

/// Masks and integers are numbers without derivative.
template <class S> struct Array {
  Kind kind = Kind::floating;
  Extents shape;
  std::vector<S> x;

  int rank() const { return rank_of(shape); }
  Index size() const { return static_cast<Index>(x.size()); }
  Index extent(int axis) const { return shape[static_cast<std::size_t>(axis)]; }
  const S& operator()(const Place& place) const { return x[number_of(shape, place)]; }
  S& operator()(const Place& place) { return x[number_of(shape, place)]; }
};

/// The array whose element at each place is f of the place.
template <class S, class F> Array<S> build(const Extents& shape, const F& f) {
  Array<S> result;
  result.shape = shape;
  result.x.reserve(static_cast<std::size_t>(size_of(shape)));
  each_place(shape, [&](const Place& place) { result.x.push_back(f(place)); });
  return result;
}

/// The place with another index on an axis.
inline Place with(Place place, int axis, Index index) {
  place[static_cast<std::size_t>(axis)] = index;
  return place;
}
/// ... and without an axis, or with a new one before it.
inline Place without(const Place& place, int axis) {
  Place result{};
  for (std::size_t a = 0, b = 0; a < place.size(); ++a) {
    if (a != static_cast<std::size_t>(axis)) result[b++] = place[a];
  }
  return result;
}
inline Place inserted(const Place& place, int axis, Index index) {
  Place result{};
  for (std::size_t a = 0, b = 0; a < place.size(); ++a) {
    result[a] = a == static_cast<std::size_t>(axis) ? index : place[b++];
  }
  return result;
}
/// The same for shapes.
inline Extents with(Extents shape, int axis, Index extent) {
  shape[static_cast<std::size_t>(axis)] = extent;
  return shape;
}
inline Extents without(Extents shape, int axis) {
  shape.erase(shape.begin() + axis);
  return shape;
}
inline Extents inserted(Extents shape, int axis, Index extent) {
  shape.insert(shape.begin() + axis, extent);
  return shape;
}

}  // namespace carousel::fuzz
