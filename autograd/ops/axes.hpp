#pragma once
#include <autograd/var.hpp>
#include <autograd/view.hpp>

namespace carousel::detail {

/// The axis counted from 0; an Error naming `where` when the shape has no such axis.
int checked_axis(const char* where, const Shape& shape, int axis);

/// Where a Var's elements are.
const View& view_of(const Var& x);

}  // namespace carousel::detail
