#pragma once
#include <autograd/shape.hpp>

namespace carousel {

/// Where an array's elements are: `rows` runs of `columns` neighbouring elements, the starts of two
/// runs `stride` elements apart. Every value on a tape has this form, so a gate's columns inside a
/// packed product and a step of a sequence are views, and one loop over rows serves every kernel.
/// stride 0 repeats one row (a bias over the batch).
struct View {
  void* data = nullptr;
  Shape shape;
  Index stride = 0;
  DType dtype = DType::float32;

  Index rows() const { return shape.rows(); }
  Index columns() const { return shape.columns(); }
  bool contiguous() const { return stride == columns() || rows() <= 1; }
  template <class T> T* as() const { return static_cast<T*>(data); }
  template <class T> T* row(Index r) const { return as<T>() + r * stride; }
};

/// A dense view of `shape` at `data`.
inline View dense(void* data, const Shape& shape, DType dtype) {
  return {data, shape, shape.columns(), dtype};
}

/// Calls f(T{}) with the C++ type of a floating dtype.
template <class F> void with_floating(DType dtype, const F& f) {
  if (dtype == DType::float32) {
    f(float{});
  } else {
    f(double{});
  }
}

/// Copies elements between views of equal shape and dtype.
void copy(const View& from, const View& to);
/// Adds the elements of `from` to those of `to`, floating views of equal shape and dtype.
void accumulate(const View& from, const View& to);
/// Sets every element to zero.
void fill_zero(const View& view);
/// Sets every element to -0, which changes no bit of what is added to it.
void fill_neutral(const View& view);
/// Whether every element is -0.
bool is_neutral(const View& view);
/// Adds a constant to every element; 0 makes +0 of -0.
void add_to_all(const View& view, double constant);
/// Sum of the squares of all elements, in float64.
double sum_of_squares(const View& view);
/// Euclidean norm of all elements, in float64, also where their squares leave its range: gradients
/// of 1e-200 have a norm.
double euclidean_norm(const View& view);
/// The position of the first NaN or infinity in row-major order, or -1. Integers are always finite.
Index first_non_finite(const View& view);

}  // namespace carousel
