#include <autograd/linear_algebra.hpp>
#include <autograd/ops.hpp>
#include <autograd/ops/broadcasting.hpp>
#include <autograd/ops/lapack.hpp>
#include <autograd/ops/samples.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/ops/terms.hpp>
#include <autograd/support/error.hpp>
#include <cmath>

namespace carousel {
namespace detail {
namespace {

// solve: Attr::axis is 1 where A is taken transposed.

Shape solve_shape(const Operands& x, const Attr&) {
  const Shape &A = x[0].shape, &b = x[1].shape;
  check_floating(x);
  if (A.rank() != 2 || A[0] != A[1] || b.rank() != 2 || b[0] != A[0]) {
    throw Error(ErrorKind::argument, x.op, "A [n, n] and b [n, m]",
                "A " + to_string(A) + " and b " + to_string(b));
  }
  return b;
}
void solve_forward(const Forward& k) { solve(k.x.op, k.attr->axis == 1, k.x[0], k.x[1], k.y); }
void solve_terms(Terms& k) {  // db = A⁻ᵀ dy, dA = -db yᵀ
  const bool transposed = k.attr.axis == 1;
  Attr other;
  other.axis = transposed ? 0 : 1;
  const auto db = k.make(solve_op, {k.x(0), k.dy()}, other);
  k.add(1, copy_op, {db});
  if (!k.wanted(0)) return;
  const auto minus = k.make(negate_op, {db});
  Attr second_transposed;
  second_transposed.axis = 2;
  k.add(0, matmul_op, transposed ? Terms::Values{k.y(), minus} : Terms::Values{minus, k.y()},
        second_transposed);
}

/// Well-conditioned: no singular value near 0.
Var diagonally_dominant(Sampler& s, Index n) {
  Tensor identity(s.tape().dtype(), {n, n});
  for (Index i = 0; i < n; ++i) identity.set(i * n + i, 3 + static_cast<double>(n));
  return s.normal({n, n}) + s.tape().input(identity);
}
void sample_solve(Sampler& s) {
  const Index n = s.extent();
  const Var A = diagonally_dominant(s, n), b = s.normal({n, s.extent()});
  solve(A, b);
  Attr transposed;
  transposed.axis = 1;
  record(solve_op, {&A, &b}, transposed);
}

}  // namespace

const Op solve_op = by_terms<solve_terms>(
    op("solve", "A⁻¹ b, [n, n] [n, m] -> [n, m]", 2, solve_shape, sample_solve), solve_forward,
    reads_x0 | reads_y);

namespace {

Tensor identity(DType dtype, Index n) {
  Tensor matrix(dtype, {n, n});
  for (Index i = 0; i < n; ++i) matrix.set(i * n + i, 1);
  return matrix;
}

Index order_of(const char* where, const Var& A) {
  const Shape shape = A.shape();
  if (shape.rank() != 2 || shape[0] != shape[1]) {
    throw Error(ErrorKind::argument, where, "a matrix [n, n]", to_string(shape));
  }
  return shape[0];
}

/// The largest sum of the absolute values of a column.
double one_norm(const Tensor& A) {
  const Index n = A.shape()[0];
  double largest = 0;
  for (Index c = 0; c < n; ++c) {
    double sum = 0;
    for (Index r = 0; r < n; ++r) sum += std::abs(A.at(r * n + c));
    if (!(sum <= largest)) largest = sum;
  }
  return largest;
}

}  // namespace
}  // namespace detail

Var solve(const Var& A, const Var& b) { return record(detail::solve_op, {&A, &b}); }

Var inverse(const Var& A) {
  const Index n = detail::order_of("inverse", A);
  Tape& tape = A.tape();
  return solve(A, tape.input(detail::identity(tape.dtype(), n)));
}

Var matrix_exponential(const Var& A) {
  const Index n = detail::order_of("matrix_exponential", A);
  if (n == 0) return A;
  // |A / 2^s| is brought below the bound up to which the approximant is exact to rounding.
  constexpr double bound = 5.371920351148152;
  constexpr double b[] = {64764752532480000.,
                          32382376266240000.,
                          7771770303897600.,
                          1187353796428800.,
                          129060195264000.,
                          10559470521600.,
                          670442572800.,
                          33522128640.,
                          1323241920.,
                          40840800.,
                          960960.,
                          16380.,
                          182.,
                          1.};
  const double size = detail::one_norm(A.value());
  if (!std::isfinite(size)) {
    throw Error(ErrorKind::argument, "matrix_exponential", "finite elements",
                "a matrix with an infinity or a NaN");
  }
  const int squarings = size > bound ? static_cast<int>(std::ceil(std::log2(size / bound))) : 0;
  Tape& tape = A.tape();
  const Var I = tape.input(detail::identity(tape.dtype(), n));
  const Var X = A * std::ldexp(1.0, -squarings);
  // r(X) = q(X)⁻¹ p(X), with U and V the odd and the even part of p; divided by b[0], for float32.
  const auto c = [&b](int i) { return b[i] / b[0]; };
  const Var X2 = matmul(X, X), X4 = matmul(X2, X2), X6 = matmul(X4, X2);
  const Var odd = matmul(X6, c(13) * X6 + c(11) * X4 + c(9) * X2) + c(7) * X6 + c(5) * X4 +
                  c(3) * X2 + c(1) * I;
  const Var U = matmul(X, odd);
  const Var V =
      matmul(X6, c(12) * X6 + c(10) * X4 + c(8) * X2) + c(6) * X6 + c(4) * X4 + c(2) * X2 + I;
  Var result = solve(V - U, V + U);
  for (int i = 0; i < squarings; ++i) result = matmul(result, result);
  return result;
}

}  // namespace carousel
