#pragma once
#include <autograd/tensor.hpp>
#include <autograd/view.hpp>

/// Factorisations, through xtensor-blas. Each runs on one thread.
namespace carousel::detail {

/// x = A⁻¹ b, or A⁻ᵀ b; A [n, n], b and x [n, m], x dense. Error naming `op` where A is singular.
void solve(const char* op, bool transpose, const View& A, const View& b, const View& x);

}  // namespace carousel::detail
