#pragma once
#include <autograd/view.hpp>
#include <memory>

namespace carousel {

/// A dense row-major array that owns its memory and knows its dtype at run time. A value: copies
/// are deep. Parameters, batches and results of a backward pass are Tensors; xtensor views of
/// them are in <autograd/array.hpp>.
class Tensor {
 public:
  /// A float32 scalar zero.
  Tensor() : Tensor(DType::float32, Shape{}) {}
  /// Filled with zeros.
  Tensor(DType dtype, const Shape& shape);
  Tensor(const Tensor& other);
  Tensor& operator=(const Tensor& other);
  Tensor(Tensor&&) noexcept = default;
  Tensor& operator=(Tensor&&) noexcept = default;
  ~Tensor() = default;

  DType dtype() const { return dtype_; }
  const Shape& shape() const { return shape_; }
  Index size() const { return shape_.size(); }
  std::size_t bytes() const { return static_cast<std::size_t>(size()) * size_of(dtype_); }

  void* raw() { return data_.get(); }
  const void* raw() const { return data_.get(); }
  /// The elements where they stand, for the kernels, whose operands and results are of one type.
  View view() const { return dense(data_.get(), shape_, dtype_); }
  /// Elements in row-major order. Error when T is not the dtype.
  template <class T> T* data() {
    require(dtype_of<T>());
    return static_cast<T*>(raw());
  }
  template <class T> const T* data() const {
    require(dtype_of<T>());
    return static_cast<const T*>(raw());
  }

  /// Element at a flat row-major position as double, whatever the dtype (int64 above 2^53 rounds).
  /// Error outside.
  double at(Index flat) const;
  /// Stores a double at a flat position, converted to the dtype.
  void set(Index flat, double value);
  void fill(double value);
  /// The same numbers in another dtype.
  Tensor to(DType dtype) const;
  /// The same numbers under another shape of equal size.
  Tensor reshaped(const Shape& shape) const;

 private:
  struct Free {
    void operator()(std::byte* memory) const;
  };
  void require(DType wanted) const;
  void check_position(const char* where, Index flat) const;

  DType dtype_;
  Shape shape_;
  std::unique_ptr<std::byte, Free> data_;  // 64-byte aligned
};

/// Bit equality of dtype, shape and elements.
bool identical(const Tensor& a, const Tensor& b);
/// The largest difference of two elements relative to the largest element of b; infinity where the
/// shapes differ or a number is not finite.
double distance(const Tensor& a, const Tensor& b);

}  // namespace carousel
