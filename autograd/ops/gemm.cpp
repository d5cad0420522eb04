#include <algorithm>
#include <autograd/ops/gemm.hpp>
#include <autograd/ops/one_thread.hpp>
#include <autograd/ops/spare_threads.hpp>
#include <autograd/support/error.hpp>
#include <limits>
#include <xtensor-blas/xblas.hpp>
#ifdef CAROUSEL_HAS_DNNL
#include <autograd/ops/dnnl.hpp>
#endif

// xtensor-blas declares the products only.
extern "C" char* openblas_get_config(void);
extern "C" char* openblas_get_corename(void);

namespace carousel {

std::string product_library() {
  const std::string config = openblas_get_config();  // "OpenBLAS 0.3.21 NO_LAPACKE ..."
  const std::size_t version_end = config.find(' ', config.find(' ') + 1);
  std::string result = config.substr(0, version_end) + ", " + openblas_get_corename() + " kernels";
#ifdef CAROUSEL_HAS_DNNL
  const dnnl_version_t* dnnl = dnnl_version();
  result += "; oneDNN " + std::to_string(dnnl->major) + "." + std::to_string(dnnl->minor) + "." +
            std::to_string(dnnl->patch);
#endif
  return result;
}

namespace detail {
namespace {

using cxxblas::NoTrans;
using cxxblas::RowMajor;
using cxxblas::Trans;

/// C [m, n] = A [m, k] B [k, n], with either taken transposed.
struct Product {
  bool transpose_a, transpose_b;
  Index m, n, k;
  View a, b, c;
  bool add;
};

// BLAS wants a row stride that covers a row, also where there is only one.
Index leading(const View& v) { return std::max<Index>({v.stride, v.columns(), 1}); }

#ifdef CAROUSEL_HAS_DNNL
// A table of float32 in two lines, measured over 500 shapes with extents to 512 on AVX-512: there
// oneDNN takes 0.55 to 0.9 of OpenBLAS's time. Below, OpenBLAS's kernels for small matrices are the
// quicker ones, and for the gradients of large weights it is as quick.
bool is_for_dnnl(const Product& p) {
  if (p.c.dtype != DType::float32 || p.n < 8 || p.k < 8) return false;
  if (p.m == 1) return !p.transpose_b && p.n * p.k >= Index{1} << 15;
  const bool large_gradient = p.transpose_a && p.m * p.n >= Index{1} << 18;
  return !large_gradient && p.m * p.n * p.k >= Index{1} << 19;
}

void by_dnnl(const Product& p) {
  check_dnnl(dnnl_sgemm(p.transpose_a ? 'T' : 'N', p.transpose_b ? 'T' : 'N', p.m, p.n, p.k, 1.0F,
                        p.a.as<float>(), leading(p.a), p.b.as<float>(), leading(p.b),
                        p.add ? 1.0F : 0.0F, p.c.as<float>(), leading(p.c)),
             "multiply");
}

#else
bool is_for_dnnl(const Product&) { return false; }
void by_dnnl(const Product&) {}
#endif

xt::blas_index_t blas(Index n) {
  if (n > std::numeric_limits<xt::blas_index_t>::max()) {
    throw Error(ErrorKind::argument, "matrix product", "extents below 2^31", std::to_string(n));
  }
  return static_cast<xt::blas_index_t>(n);
}

template <class T> void by_blas(const Product& p) {
  const auto m = blas(p.m), n = blas(p.n), k = blas(p.k);
  const auto la = blas(leading(p.a)), lb = blas(leading(p.b)), lc = blas(leading(p.c));
  const T beta = p.add ? T(1) : T(0);
  if (p.m == 1 && !p.transpose_a) {  // a row times a matrix: half the cost of a product of one row
    cxxblas::gemv(RowMajor, p.transpose_b ? NoTrans : Trans, blas(p.b.rows()), blas(p.b.columns()),
                  T(1), p.b.as<T>(), lb, p.a.as<T>(), 1, beta, p.c.as<T>(), 1);
    return;
  }
  cxxblas::gemm(RowMajor, p.transpose_a ? Trans : NoTrans, p.transpose_b ? Trans : NoTrans, m, n, k,
                T(1), p.a.as<T>(), la, p.b.as<T>(), lb, beta, p.c.as<T>(), lc);
}

void compute(const Product& p) {
  if (is_for_dnnl(p)) {
    by_dnnl(p);
  } else if (p.c.dtype == DType::float32) {
    by_blas<float>(p);
  } else {
    by_blas<double>(p);
  }
}

View moved(View v, Index elements) {
  v.data = static_cast<std::byte*>(v.data) + elements * static_cast<Index>(size_of(v.dtype));
  return v;
}

/// Rows begin..end-1 of C.
Product rows_of(const Product& whole, Index begin, Index end) {
  Product part = whole;
  part.m = end - begin;
  part.a = moved(whole.a, begin * (whole.transpose_a ? 1 : leading(whole.a)));
  part.c = moved(whole.c, begin * leading(whole.c));
  return part;
}

/// How many threads are worth waking: some 20 us of work for each, and rows for the kernels.
int threads_for(const Product& p) {
  constexpr Index work = Index{1} << 20, rows = 32;
  const Index most = std::min(p.m / rows, p.m * p.n * p.k / work);
  return static_cast<int>(std::min<Index>(SpareThreads::count(), most));
}

}  // namespace

void gemm(bool transpose_a, bool transpose_b, const View& a, const View& b, bool add,
          const View& c) {
  const Index k = transpose_a ? a.rows() : a.columns();
  const Product product{transpose_a, transpose_b, c.rows(), c.columns(), k, a, b, c, add};
  if (product.m == 0 || product.n == 0) return;
  if (k == 0) {
    if (!add) fill_zero(c);
    return;
  }
  const int threads = threads_for(product);
  if (threads > 1) {
    const Index m = product.m;
#pragma omp parallel for num_threads(threads) schedule(static, 1)
    for (int i = 0; i < threads; ++i) {
      const OneThread one_thread;
      compute(rows_of(product, i * m / threads, (i + 1) * m / threads));
    }
    return;
  }
  const OneThread one_thread;
  compute(product);
}

}  // namespace detail
}  // namespace carousel
