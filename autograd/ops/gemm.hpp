#pragma once
#include <autograd/view.hpp>
#include <string>

namespace carousel {

/// Name, version and kernels of the library that computes matrix products.
std::string product_library();

namespace detail {

/// C = op(A)·op(B) + β C for matrices of one dtype, op being the matrix or its transpose; β is 0
/// (C need not be initialised) or 1. Ranks above 2 count as matrices of rows() x columns().
void gemm(bool transpose_a, bool transpose_b, const View& a, const View& b, bool add,
          const View& c);

}  // namespace detail
}  // namespace carousel
