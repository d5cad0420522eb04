#include <autograd/array.hpp>
#include <autograd/linear_algebra.hpp>
#include <autograd/ops/lapack.hpp>
#include <autograd/ops/one_thread.hpp>
#include <autograd/support/error.hpp>
#include <xtensor-blas/xlinalg.hpp>

namespace carousel {
namespace {

void require_matrix(const char* where, const Tensor& a) {
  const Shape& s = a.shape();
  const std::string got = std::string(name(a.dtype())) + " " + to_string(s);
  if (!is_floating(a.dtype()) || s.rank() != 2 || s.size() == 0) {
    throw Error(ErrorKind::argument, where, "a floating matrix that is not empty", got);
  }
  if (first_non_finite(a.view()) < 0) return;
  throw Error(ErrorKind::argument, where, "a matrix of finite numbers",
              got + " with an infinity or a NaN in it");
}

template <class T> xt::xarray<T, xt::layout_type::column_major> columns_of(const View& view) {
  xt::xarray<T, xt::layout_type::column_major> result = xt::zeros<T>(detail::extents(view.shape));
  for (Index r = 0; r < view.rows(); ++r) {
    for (Index c = 0; c < view.columns(); ++c) {
      result(static_cast<std::size_t>(r), static_cast<std::size_t>(c)) = view.row<T>(r)[c];
    }
  }
  return result;
}

}  // namespace

namespace detail {

void solve(const char* op, bool transpose, const View& A, const View& b, const View& x) {
  if (x.shape.size() == 0) return;
  const OneThread one_thread;
  with_floating(x.dtype, [&](auto t) {
    using T = decltype(t);
    auto matrix = columns_of<T>(A);
    if (transpose) matrix = xt::eval(xt::transpose(matrix));
    auto right = columns_of<T>(b);
    const int info = xt::lapack::gesv(matrix, right);
    if (info > 0) {
      throw Error(ErrorKind::argument, op, "a matrix that has an inverse",
                  "one of rank below " + std::to_string(matrix.shape()[0]) + " (pivot " +
                      std::to_string(info) + " is zero)",
                  "Its rows depend on each other; is one zero, or are two the same?");
    }
    for (Index r = 0; r < x.rows(); ++r) {
      for (Index c = 0; c < x.columns(); ++c) {
        x.row<T>(r)[c] = right(static_cast<std::size_t>(r), static_cast<std::size_t>(c));
      }
    }
  });
}

}  // namespace detail

QR qr(const Tensor& a) {
  require_matrix("qr", a);
  const OneThread one_thread;
  QR result;
  with_floating(a.dtype(), [&](auto t) {
    using T = decltype(t);
    const auto [q, r] = xt::linalg::qr(as_xtensor<T>(a));
    result.Q = to_tensor<T>(q);
    result.R = to_tensor<T>(r);
  });
  return result;
}

Tensor singular_values(const Tensor& a) {
  require_matrix("singular_values", a);
  const OneThread one_thread;
  Tensor result;
  with_floating(a.dtype(), [&](auto t) {
    using T = decltype(t);
    result = to_tensor<T>(std::get<1>(xt::linalg::svd(as_xtensor<T>(a), false, false)));
  });
  return result;
}

}  // namespace carousel
