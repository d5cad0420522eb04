#pragma once
#include <autograd/op.hpp>

/// Operands of one elementwise op: which shapes fit, and how a scalar becomes one.
namespace carousel::detail {

/// Error unless all operands are floating.
void check_floating(const Operands& x);
/// The widest shape, of which all others are a bias [features] or equal; an Error otherwise.
Shape common_shape(const Operands& x);

/// Shape rule of elementwise ops: floating operands, common_shape().
Shape elementwise_shape(const Operands& x, const Attr& attr);

/// Records an elementwise op of two or three operands. A scalar beside a larger operand is
/// repeated; a bias needs no help.
Var binary(const Op& op, const Var& a, const Var& b, const Attr& attr = {});
Var ternary(const Op& op, const Var& a, const Var& b, const Var& c);
/// Records a unary op with Attr::scalar.
Var with_scalar(const Op& op, const Var& x, double c);
/// A constant on a tape.
Var scalar(Tape& tape, double value);
/// The sum of x to a shape that can be broadcast to x's.
Var sum_to(const Var& x, const Shape& shape);

}  // namespace carousel::detail
