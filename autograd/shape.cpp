#include <algorithm>
#include <autograd/shape.hpp>
#include <autograd/support/error.hpp>
#include <limits>

namespace carousel {

const char* name(DType dtype) {
  switch (dtype) {
    case DType::float32:
      return "float32";
    case DType::float64:
      return "float64";
    case DType::int64:
      return "int64";
    case DType::boolean:
      return "bool";
  }
  return "?";
}

std::size_t size_of(DType dtype) {
  switch (dtype) {
    case DType::float32:
      return sizeof(float);
    case DType::float64:
    case DType::int64:
      return 8;
    case DType::boolean:
      return sizeof(bool);
  }
  return 0;
}

Shape::Shape(std::initializer_list<Index> extents) {
  for (const Index extent : extents) append(extent);
}

Index Shape::size() const {
  Index product = 1;
  for (int axis = 0; axis < rank_; ++axis) product *= (*this)[axis];
  return product;
}

Index Shape::rows() const {
  Index product = 1;
  for (int axis = 0; axis + 1 < rank_; ++axis) product *= (*this)[axis];
  return product;
}

void Shape::append(Index extent) {
  if (rank_ == max_rank) {
    throw Error(ErrorKind::argument, "Shape", "at most 4 axes", to_string(*this) + " and one more",
                "Merge axes before, for example time and batch.");
  }
  if (extent < 0) {
    throw Error(ErrorKind::argument, "Shape", "extents of 0 or more", std::to_string(extent));
  }
  extents_[static_cast<std::size_t>(rank_++)] = extent;
  check_size();
}

// More elements than memory can ever hold; products of extents are safe from here on.
void Shape::check_size() const {
  constexpr Index most = std::numeric_limits<Index>::max() / 16;
  Index product = 1;
  for (int axis = 0; axis < rank_; ++axis) {
    const Index extent = std::max<Index>((*this)[axis], 1);
    if (extent > most / product) {
      throw Error(ErrorKind::memory, "Shape", "a tensor that fits into memory", to_string(*this));
    }
    product *= extent;
  }
}

Shape Shape::with(int axis, Index extent) const {
  Shape result = *this;
  result.extents_[static_cast<std::size_t>(axis < 0 ? axis + rank_ : axis)] = extent;
  result.check_size();
  return result;
}

Shape Shape::without(int axis) const {
  Shape result;
  for (int a = 0; a < rank_; ++a) {
    if (a != axis) result.append((*this)[a]);
  }
  return result;
}

Shape Shape::inserted(int axis, Index extent) const {
  Shape result;
  for (int a = 0; a <= rank_; ++a) {
    if (a == axis) result.append(extent);
    if (a < rank_) result.append((*this)[a]);
  }
  return result;
}

bool Shape::operator==(const Shape& other) const {
  if (rank_ != other.rank_) return false;
  for (int axis = 0; axis < rank_; ++axis) {
    if ((*this)[axis] != other[axis]) return false;
  }
  return true;
}

std::string with_axes(const Shape& shape) {
  switch (shape.rank()) {
    case 1:
      return to_string(shape, {"features"});
    case 2:
      return to_string(shape, {"batch", "features"});
    case 3:
      return to_string(shape, {"time", "batch", "features"});
    default:
      return to_string(shape);
  }
}

std::string difference(const Shape& a, const Shape& b) {
  for (int axis = 0; axis < std::min(a.rank(), b.rank()) && a.rank() == b.rank(); ++axis) {
    if (a[axis] == b[axis]) continue;
    return "axis " + std::to_string(axis) + ": " + std::to_string(a[axis]) + " and " +
           std::to_string(b[axis]);
  }
  return std::to_string(a.rank()) + " and " + std::to_string(b.rank()) + " axes";
}

std::string to_string(const Shape& shape) { return to_string(shape, {}); }

std::string to_string(const Shape& shape, std::initializer_list<const char*> axes) {
  std::string text = "[";
  auto axis_name = axes.begin();
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (axis > 0) text += ", ";
    if (axis_name != axes.end()) text += std::string(*axis_name++) + "=";
    text += std::to_string(shape[axis]);
  }
  return text + "]";
}

}  // namespace carousel
