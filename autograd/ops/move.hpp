#pragma once
#include <autograd/ops/walk.hpp>

/// Moving elements: the one kernel behind slices, joins, sums over axes, broadcasts and the like.
namespace carousel::detail {

/// to[...] = factor·from[...] for every place of the walk, or += with `add`. Places that are
/// visited more than once, because a step of `to` is 0, only make sense with `add`. With a factor
/// other than 1 or with `add` the elements are floating.
void move(const View& from, const Steps& from_steps, const View& to, const Steps& to_steps,
          bool add, double factor = 1);

/// Sets every element of a floating view.
void fill(const View& y, double value);

/// Prepares y for a forward body that adds element by element: zeros, unless the body is asked to
/// add to what stands there.
void start_sum(const View& y, bool add);

}  // namespace carousel::detail
