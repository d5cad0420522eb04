#pragma once
#include <torch/torch.h>

#include <autograd/tensor.hpp>

namespace carousel::testing {

/// A copy of a float64 or int64 tensor for libtorch.
inline at::Tensor to_torch(const Tensor& tensor) {
  std::vector<std::int64_t> extents;
  for (int axis = 0; axis < tensor.shape().rank(); ++axis) extents.push_back(tensor.shape()[axis]);
  const auto type = tensor.dtype() == DType::int64 ? at::kLong : at::kDouble;
  return at::from_blob(const_cast<void*>(tensor.raw()), extents, type).clone();
}

/// A copy that libtorch differentiates with respect to.
inline at::Tensor to_torch_variable(const Tensor& tensor) {
  return to_torch(tensor).set_requires_grad(true);
}

/// A copy of a float64 tensor of libtorch's.
inline Tensor from_torch(const at::Tensor& tensor) {
  Shape shape;
  for (const auto extent : tensor.sizes()) shape.append(extent);
  const at::Tensor dense = tensor.detach().contiguous();
  Tensor result(DType::float64, shape);
  std::copy(dense.data_ptr<double>(), dense.data_ptr<double>() + result.size(),
            result.data<double>());
  return result;
}

/// How far two float64 computations of the same numbers may be apart, relative to the largest.
constexpr double parity = 1e-10;

}  // namespace carousel::testing
