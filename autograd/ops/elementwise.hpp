#pragma once
#include <autograd/ops/broadcasting.hpp>
#include <autograd/ops/graph.hpp>
#include <autograd/ops/lanes.hpp>
#include <autograd/ops/make.hpp>
#include <autograd/ops/probe.hpp>

/// Elementwise ops. The author writes a Body, formulas only:
///
///     struct Tanh {
///       static constexpr int arity = 1;
///       template <class K> static void forward(K& k)  { k.y = tanh(k.x[0]); }
///       template <class K> static void pullback(K& k) { k.dx[0] += k.dy * (1.0 - k.y * k.y); }
///     };
///
/// K holds SIMD lanes (here), values of a tape for second order (graph.hpp), or the probe that
/// finds what the pullback reads. A body must not branch on values; it chooses with
/// where(condition, a, b). k.a is Attr::scalar.
namespace carousel::detail {

template <class T, int N> struct ForwardPack {
  Lane<T> x[N];
  Lane<T> y, a;
  Lane<T> zero = Lane<T>(T(0)), one = Lane<T>(T(1));
};

template <class T, int N> struct PullbackPack {
  struct Sink {
    Lane<T> value;
    bool empty = true;  // folded away: a body adds to each dx[i] a fixed number of times
    void operator+=(const Lane<T>& v) {
      value = empty ? v : value + v;
      empty = false;
    }
  };
  Lane<T> x[N];
  Lane<T> y, dy, a;
  Lane<T> zero = Lane<T>(T(0)), one = Lane<T>(T(1));
  Sink dx[N];
};

/// Rows and columns that a loop runs over: one long row where every operand is contiguous.
struct Extent {
  Index rows, columns;
};

inline Extent extent_of(const View& y, bool all_contiguous) {
  if (all_contiguous) return {1, y.shape.size()};
  return {y.rows(), y.columns()};
}

/// The step from one row of an operand to the next; 0 where one row serves all (a bias).
inline Index row_step(const View& operand, const View& y) {
  return operand.shape.rank() < y.shape.rank() || operand.shape.rank() == 0 ? 0 : operand.stride;
}

inline bool steps_through(const View& operand, const View& y) {
  return operand.shape == y.shape && operand.contiguous();
}

template <class Body, class T> void forward_lanes(const Forward& call) {
  constexpr int n = Body::arity;
  bool together = true;
  for (int i = 0; i < n; ++i) together = together && steps_through(call.x[i], call.y);
  const Extent extent = extent_of(call.y, together);
  const T* x[n];
  Index step[n];
  for (int i = 0; i < n; ++i) {
    x[i] = call.x[i].template as<T>();
    step[i] = row_step(call.x[i], call.y);
  }
  T* y = call.y.template as<T>();
  const Lane<T> scalar(static_cast<T>(call.attr->scalar));
  const auto run = [&](auto whole, Index c, Index count) [[gnu::always_inline]] {
    constexpr bool full = decltype(whole)::value;
    ForwardPack<T, n> k;
    k.a = scalar;
    for (int i = 0; i < n; ++i) k.x[i] = load<T, full>(x[i] + c, count);
    Body::forward(k);
    store<T, full>(k.y, y + c, count);
  };
  for (Index r = 0; r < extent.rows; ++r) {
    over_columns<T>(extent.columns, run);
    for (int i = 0; i < n; ++i) x[i] += step[i];
    y += call.y.stride;
  }
}

template <class Body, class T> void pullback_lanes(const Pullback& call) {
  constexpr int n = Body::arity;
  constexpr unsigned reads = reads_of<Body>();
  bool together = call.dy.contiguous();
  const T* x[n];
  T* dx[n];
  Index step[n], dstep[n];
  bool add[n], wanted[n];
  for (int i = 0; i < n; ++i) {
    Slot& slot = call.dx[i];
    wanted[i] = slot.wanted;
    add[i] = !slot.fresh;
    x[i] = call.x[i].template as<T>();
    step[i] = row_step(call.x[i], call.y);
    dx[i] = slot.view.template as<T>();
    dstep[i] = wanted[i] ? row_step(slot.view, call.y) : 0;
    together = together && steps_through(call.x[i], call.y) &&
               (!wanted[i] || steps_through(slot.view, call.y));
    if (wanted[i] && slot.fresh && dstep[i] == 0 && call.y.rows() != 1) {
      fill_zero(slot.view);  // rows add up in it
      add[i] = true;
    }
  }
  const Extent extent = extent_of(call.y, together);
  const T* y = call.y.template as<T>();
  const T* dy = call.dy.template as<T>();
  const Lane<T> scalar(static_cast<T>(call.attr->scalar));
  const auto run = [&](auto whole, Index c, Index count) [[gnu::always_inline]] {
    constexpr bool full = decltype(whole)::value;
    PullbackPack<T, n> k;
    k.a = scalar;
    for (int i = 0; i < n; ++i) {
      if ((reads >> i & 1U) != 0) k.x[i] = load<T, full>(x[i] + c, count);
    }
    if constexpr ((reads & reads_y) != 0) k.y = load<T, full>(y + c, count);
    k.dy = load<T, full>(dy + c, count);
    Body::pullback(k);
    for (int i = 0; i < n; ++i) {  // one after the other: two operands may be the same node
      if (!wanted[i]) continue;
      const Lane<T> value =
          add[i] ? load<T, full>(dx[i] + c, count) + k.dx[i].value : k.dx[i].value;
      store<T, full>(value, dx[i] + c, count);
    }
  };
  for (Index r = 0; r < extent.rows; ++r) {
    over_columns<T>(extent.columns, run);
    for (int i = 0; i < n; ++i) {
      x[i] += step[i];
      dx[i] += dstep[i];
    }
    y += call.y.stride;
    dy += call.dy.stride;
  }
}

template <class Body> void forward_elementwise(const Forward& call) {
  if (call.y.dtype == DType::float32) {
    forward_lanes<Body, float>(call);
  } else {
    forward_lanes<Body, double>(call);
  }
}

template <class Body> void pullback_elementwise(const Pullback& call) {
  if (call.y.dtype == DType::float32) {
    pullback_lanes<Body, float>(call);
  } else {
    pullback_lanes<Body, double>(call);
  }
}

template <class Body> constexpr Op elementwise(const char* name, const char* doc, Sample sample) {
  return by_rows(computing(op(name, doc, Body::arity, elementwise_shape, sample),
                           forward_elementwise<Body>, pullback_elementwise<Body>,
                           graph_elementwise<Body>, reads_of<Body>(), /*assigns=*/true));
}

}  // namespace carousel::detail
