#pragma once
#include <autograd/tensor.hpp>
#include <autograd/var.hpp>

/// Linear algebra beyond products: for constrained recurrent weights (a Cayley transform is a
/// solve, an orthogonal matrix the exponential of a skew one) and for looking at Jacobians.
namespace carousel {

/// A⁻¹ b for A [n, n] and b [n, m]; differentiable at any order. Error where A is singular.
Var solve(const Var& A, const Var& b);
Var inverse(const Var& A);  ///< A⁻¹ [n, n]
/// e^A [n, n] by scaling and squaring of the [13/13] Padé approximant (Higham 2005); differentiable
/// at any order, for it is made of products and one solve.
Var matrix_exponential(const Var& A);

/// a = Q R with orthonormal columns in Q. No derivative.
struct QR {
  Tensor Q, R;
};
QR qr(const Tensor& a);
/// Singular values of a matrix [n, m], largest first: [min(n, m)]. No derivative.
Tensor singular_values(const Tensor& a);

}  // namespace carousel
