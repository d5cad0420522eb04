#pragma once
#include <ATen/ATen.h>

#include <autograd/tensor.hpp>

namespace carousel::testing {

/// A copy of a float64, int64 or boolean tensor for libtorch.
inline at::Tensor to_torch(const Tensor& tensor) {
  std::vector<std::int64_t> extents;
  for (int axis = 0; axis < tensor.shape().rank(); ++axis) extents.push_back(tensor.shape()[axis]);
  const auto type = tensor.dtype() == DType::int64     ? at::kLong
                    : tensor.dtype() == DType::boolean ? at::kBool
                                                       : at::kDouble;
  return at::from_blob(const_cast<void*>(tensor.raw()), extents, type).clone();
}

/// A copy that libtorch differentiates with respect to.
inline at::Tensor to_torch_variable(const Tensor& tensor) {
  return to_torch(tensor).set_requires_grad(true);
}

template <class T> void copy_elements(const at::Tensor& dense, Tensor& to) {
  std::copy(dense.data_ptr<T>(), dense.data_ptr<T>() + to.size(),
            to.data<std::conditional_t<std::is_same_v<T, std::int64_t>, Index, T>>());
}

/// A copy of a tensor of libtorch's: float64, int64 or boolean.
inline Tensor from_torch(const at::Tensor& tensor) {
  Shape shape;
  for (const auto extent : tensor.sizes()) shape.append(extent);
  at::Tensor dense = tensor.detach().contiguous();
  if (dense._is_zerotensor()) dense = at::zeros(dense.sizes(), dense.options());  // has no memory
  const auto type = dense.scalar_type();
  Tensor result(type == at::kLong   ? DType::int64
                : type == at::kBool ? DType::boolean
                                    : DType::float64,
                shape);
  switch (result.dtype()) {
    case DType::int64:
      copy_elements<std::int64_t>(dense, result);
      break;
    case DType::boolean:
      copy_elements<bool>(dense, result);
      break;
    default:
      copy_elements<double>(dense, result);  // its own error for any other type
  }
  return result;
}

/// How far two float64 computations of the same numbers may be apart, relative to the largest.
constexpr double parity = 1e-10;

}  // namespace carousel::testing
