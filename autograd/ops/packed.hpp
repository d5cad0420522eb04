#pragma once
#include <autograd/view.hpp>
#include <memory>

namespace carousel::detail {

/// y = x W or x Wᵀ, or y += it, again and again with one matrix that is packed for the processor
/// once: for the products of a recurrence's loop. By oneDNN.
class PackedProduct {
 public:
  struct Shapes {
    Index rows, k, n;          ///< x [rows, k], y [rows, n]
    Index stride_x, stride_y;  ///< from row to row
    bool transposed;           ///< W is [n, k]
    bool add;
  };
  /// Whether it is there and pays, by a rule on dtype and shapes alone.
  static bool pays(DType dtype, const Shapes& shapes);

  explicit PackedProduct(const Shapes& shapes);
  ~PackedProduct();
  PackedProduct(PackedProduct&&) noexcept;
  PackedProduct& operator=(PackedProduct&&) noexcept;

  /// W, contiguous; to be called again when its elements have changed.
  void pack(const void* W);
  void run(const void* x, void* y);

 private:
  struct Primitives;
  std::unique_ptr<Primitives> primitives_;
};

}  // namespace carousel::detail
