#pragma once
#include <autograd/tape.hpp>

/// Derivatives as values on the tape, and what is made of them. These run op by op: a recurrence
/// that they go through is executed eagerly.
namespace carousel {

/// dy/dx for each x, (∂y/∂x)ᵀ·seed with a seed of y's shape (none: y has one element). With
/// `create_graph` the derivatives are recorded on the tape and can be differentiated again, at any
/// order; without it they are constants. Zeros where y does not depend on x. Error for a value
/// whose op can be differentiated once only.
std::vector<Var> grad(const Var& y, const std::vector<Var>& xs, bool create_graph = false);
std::vector<Var> grad(const Var& y, const std::vector<Var>& xs, const Var& seed,
                      bool create_graph = false);

/// Vector-Jacobian products: (∂y/∂x)ᵀ v for each x, recorded. v has y's shape.
std::vector<Var> vjp(const Var& y, const std::vector<Var>& xs, const Var& v);
/// Jacobian-vector product: Σ (∂y/∂x) v, recorded, of y's shape: the derivative of y when the xs
/// move along the vs. Two passes back, no forward mode.
Var jvp(const Var& y, const std::vector<Var>& xs, const std::vector<Var>& vs);
/// Hessian-vector products of a y of one element: for each x, Σ over x' of ∂²y/∂x∂x' v', recorded.
std::vector<Var> hvp(const Var& y, const std::vector<Var>& xs, const std::vector<Var>& vs);

/// ∂y/∂x as a matrix [elements of y, elements of x], in row-major order of both; one pass back for
/// each element of y.
Tensor jacobian(const Var& y, const Var& x);
/// ∂²y/∂x² of a y of one element, [elements of x, elements of x].
Tensor hessian(const Var& y, const Var& x);

}  // namespace carousel
