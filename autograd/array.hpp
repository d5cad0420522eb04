#pragma once
#include <autograd/support/error.hpp>
#include <autograd/tensor.hpp>
#include <autograd/view.hpp>
#if __has_include(<xtensor/xadapt.hpp>)
#include <xtensor/xadapt.hpp>
#include <xtensor/xarray.hpp>
#include <xtensor/xview.hpp>
#else
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xarray.hpp>
#include <xtensor/views/xview.hpp>
#endif

/// Tensors as xtensor expressions and back. The only header that includes xtensor: code that needs
/// no xtensor expression compiles without it.
namespace carousel {

namespace detail {
inline std::vector<std::size_t> extents(const Shape& shape) {
  std::vector<std::size_t> result;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    result.push_back(static_cast<std::size_t>(shape[axis]));
  }
  return result;
}
}  // namespace detail

/// The elements of a tensor in place; T must be its element type.
template <class T> auto as_xtensor(Tensor& tensor) {
  return xt::adapt(tensor.data<T>(), static_cast<std::size_t>(tensor.size()), xt::no_ownership(),
                   detail::extents(tensor.shape()));
}
template <class T> auto as_xtensor(const Tensor& tensor) {
  return xt::adapt(tensor.data<T>(), static_cast<std::size_t>(tensor.size()), xt::no_ownership(),
                   detail::extents(tensor.shape()));
}

/// A tensor of an expression's shape and values.
template <class T, class E> Tensor to_tensor(const xt::xexpression<E>& expression) {
  const auto& e = expression.derived_cast();
  Shape shape;
  for (const auto extent : e.shape()) shape.append(static_cast<Index>(extent));
  Tensor tensor(dtype_of<T>(), shape);
  as_xtensor<T>(tensor) = e;
  return tensor;
}

}  // namespace carousel
