#pragma once
#include <autograd/op.hpp>

/// What the ops that cut and join share.
namespace carousel::detail {

/// The view that starts `elements` elements further on.
View offset(View view, Index elements);

/// Elements begin..end-1 of the first or the last axis.
View slice_view(const View& x, const Attr& a);

/// dx = dy, or dx += dy.
void add_to(const View& from, const Slot& slot);

/// Calls f(block of whole, block of part) for the blocks of neighbouring rows that elements
/// begin.. of an axis other than the last consist of; part has the extents of that range.
template <class F>
void over_blocks(const View& whole, const View& part, int axis, Index begin, const F& f) {
  Index outer = 1, inner = 1;
  for (int a = 0; a < axis; ++a) outer *= whole.shape[a];
  for (int a = axis + 1; a + 1 < whole.shape.rank(); ++a) inner *= whole.shape[a];
  const Index rows = part.shape[axis] * inner;
  const Shape block{rows, whole.columns()};
  for (Index o = 0; o < outer; ++o) {
    View w = offset(whole, (o * whole.shape[axis] + begin) * inner * whole.stride);
    View p = offset(part, o * rows * part.stride);
    w.shape = p.shape = block;
    f(w, p);
  }
}

}  // namespace carousel::detail
