#pragma once
#include <autograd/tensor.hpp>
#include <memory>

namespace carousel::detail {

/// y = x W or x Wᵀ, or y += it, again and again with one matrix that is laid out for that once: for
/// the products of a recurrence's loop. By oneDNN in a form of its own, or as a product with [k,
/// n]. Which of them is a rule on dtype and shapes.
class PackedProduct {
 public:
  struct Shapes {
    Index rows, k, n;          ///< x [rows, k], y [rows, n]
    Index stride_x, stride_y;  ///< from row to row
    bool transposed;           ///< W is [n, k]
    bool add;
  };

  PackedProduct(DType dtype, const Shapes& shapes);
  ~PackedProduct();
  PackedProduct(PackedProduct&&) noexcept;
  PackedProduct& operator=(PackedProduct&&) noexcept;

  /// W, contiguous; to be called again when its elements have changed.
  void pack(const void* W);
  void run(const void* x, void* y);

 private:
  struct Primitives;
  Shapes shapes_;
  View x_, y_, W_;  // where it is an ordinary product
  Tensor copy_;     // Wᵀ
  std::unique_ptr<Primitives> primitives_;
};

}  // namespace carousel::detail
