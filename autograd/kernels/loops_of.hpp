#pragma once
#include <autograd/kernels/loops.hpp>
#include <autograd/op.hpp>

/// What a kernel runs over, of an op's call.
namespace carousel::detail {

/// The step from one row of an operand to the next; 0 where one row serves all (a bias).
inline Index row_step(const View& operand, const View& y) {
  return operand.shape.rank() < y.shape.rank() || operand.shape.rank() == 0 ? 0 : operand.stride;
}

inline bool steps_through(const View& operand, const View& y) {
  return operand.shape == y.shape && operand.contiguous();
}

/// Rows and columns: one long row where every operand is contiguous.
template <class Loop> void set_extent(Loop& loop, const View& y, bool all_contiguous) {
  loop.rows = all_contiguous ? 1 : y.rows();
  loop.columns = all_contiguous ? y.shape.size() : y.columns();
}

inline ForwardLoop forward_loop(const Forward& call) {
  ForwardLoop loop;
  bool together = true;
  for (int i = 0; i < call.x.count; ++i) {
    together = together && steps_through(call.x[i], call.y);
    loop.x[i] = {call.x[i].data, row_step(call.x[i], call.y)};
  }
  set_extent(loop, call.y, together);
  loop.y = {call.y.data, call.y.stride, true, false};
  loop.a = call.attr->scalar;
  return loop;
}

/// Zeroes what rows add up in.
inline PullbackLoop pullback_loop(const Pullback& call) {
  PullbackLoop loop;
  bool together = call.dy.contiguous();
  for (int i = 0; i < call.x.count; ++i) {
    const Slot& slot = call.dx[i];
    loop.x[i] = {call.x[i].data, row_step(call.x[i], call.y)};
    const Index step = slot.wanted ? row_step(slot.view, call.y) : 0;
    loop.dx[i] = {slot.view.data, step, slot.wanted, !slot.fresh};
    together = together && steps_through(call.x[i], call.y) &&
               (!slot.wanted || steps_through(slot.view, call.y));
    if (slot.wanted && slot.fresh && step == 0 && call.y.rows() != 1) {
      fill_zero(slot.view);  // rows add up in it
      loop.dx[i].add = true;
    }
  }
  set_extent(loop, call.y, together);
  loop.y = {call.y.data, call.y.stride};
  loop.dy = {call.dy.data, call.dy.stride};
  loop.a = call.attr->scalar;
  return loop;
}

}  // namespace carousel::detail
