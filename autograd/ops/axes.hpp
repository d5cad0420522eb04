#pragma once
#include <autograd/op.hpp>
#include <autograd/ops.hpp>
#include <autograd/view.hpp>

namespace carousel::detail {

/// The axis counted from 0; an Error naming `where` when the shape has no such axis.
int checked_axis(const char* where, const Shape& shape, int axis);
/// Error unless Attr::axis is one of `rank` axes: for shape rules, which callers of record() reach
/// with any attribute.
int axis_of(const Operands& x, const Attr& attr, int rank);
/// A set of axes as bits.
Index axes_as_bits(const char* where, const Shape& shape, const Axes& axes);
Index all_axes(const Shape& shape);
/// The shape without the reduced axes (bits), or with extents of 1 there.
Shape remaining(const Shape& shape, Index reduced, bool keep);

/// Where a Var's elements are.
const View& view_of(const Var& x);

}  // namespace carousel::detail
