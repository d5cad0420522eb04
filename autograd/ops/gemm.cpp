#include <algorithm>
#include <autograd/ops/gemm.hpp>
#include <autograd/ops/one_thread.hpp>
#include <autograd/support/error.hpp>
#include <limits>
#include <xtensor-blas/xblas.hpp>

// xtensor-blas declares the products only.
extern "C" char* openblas_get_config(void);
extern "C" char* openblas_get_corename(void);

namespace carousel {

std::string product_library() {
  const std::string config = openblas_get_config();  // "OpenBLAS 0.3.21 NO_LAPACKE ..."
  const std::size_t version_end = config.find(' ', config.find(' ') + 1);
  return config.substr(0, version_end) + ", " + openblas_get_corename() + " kernels";
}

namespace detail {
namespace {

using cxxblas::NoTrans;
using cxxblas::RowMajor;
using cxxblas::Trans;

xt::blas_index_t blas(Index n) {
  if (n > std::numeric_limits<xt::blas_index_t>::max()) {
    throw Error(ErrorKind::argument, "matrix product", "extents below 2^31", std::to_string(n));
  }
  return static_cast<xt::blas_index_t>(n);
}

// BLAS wants a row stride that covers a row, also where there is only one.
xt::blas_index_t leading(const View& v) {
  return blas(std::max<Index>({v.stride, v.columns(), 1}));
}

template <class T>
void product(bool transpose_a, bool transpose_b, const View& a, const View& b, bool add,
             const View& c) {
  const auto m = blas(c.rows()), n = blas(c.columns());
  const auto k = blas(transpose_a ? a.rows() : a.columns());
  const T beta = add ? T(1) : T(0);
  if (m == 0 || n == 0) return;
  if (k == 0) {
    if (!add) fill_zero(c);
    return;
  }
  if (m == 1 && !transpose_a) {  // a row times a matrix: half the cost of a product of one row
    cxxblas::gemv(RowMajor, transpose_b ? NoTrans : Trans, blas(b.rows()), blas(b.columns()), T(1),
                  b.as<T>(), leading(b), a.as<T>(), 1, beta, c.as<T>(), 1);
    return;
  }
  cxxblas::gemm(RowMajor, transpose_a ? Trans : NoTrans, transpose_b ? Trans : NoTrans, m, n, k,
                T(1), a.as<T>(), leading(a), b.as<T>(), leading(b), beta, c.as<T>(), leading(c));
}

}  // namespace

void gemm(bool transpose_a, bool transpose_b, const View& a, const View& b, bool add,
          const View& c) {
  const OneThread one_thread;
  if (c.dtype == DType::float32) {
    product<float>(transpose_a, transpose_b, a, b, add, c);
  } else {
    product<double>(transpose_a, transpose_b, a, b, add, c);
  }
}

}  // namespace detail
}  // namespace carousel
