#pragma once
#include <autograd/kernels/few_features.hpp>
#include <autograd/kernels/lanes.hpp>
#include <autograd/kernels/loops.hpp>
#include <autograd/ops/probe.hpp>
// After the functions that formulas call, which they find where they stand.
#include <autograd/kernels/bodies/all.hpp>

/// Elementwise bodies on lanes. Each source file that includes this is compiled for one instruction
/// set. All of it must have that set in its name, by way of the type V of lanes: of two functions
/// with one name the linker keeps one.
namespace carousel::detail {

template <class V, int N> struct ForwardPack {
  using T = typename V::value_type;
  V x[N];
  V y, a;
  V zero = V(T(0)), one = V(T(1));
};

template <class V, int N> struct PullbackPack {
  using T = typename V::value_type;
  struct Sink {
    V value;
    bool empty = true;  // folded away: a body adds to each dx[i] a fixed number of times
    void operator+=(const V& v) {
      value = empty ? v : value + v;
      empty = false;
    }
  };
  V x[N];
  V y, dy, a;
  V zero = V(T(0)), one = V(T(1));
  Sink dx[N];
};

template <class Body, class V> void forward_on(const ForwardLoop& loop) {
  using T = typename V::value_type;
  constexpr int n = Body::arity;
  const T* x[n];
  for (int i = 0; i < n; ++i) x[i] = static_cast<const T*>(loop.x[i].data);
  T* y = static_cast<T*>(loop.y.data);
  const Index rows = loop.rows, columns = loop.columns;
  const V scalar(static_cast<T>(loop.a));
  const auto run = [&](auto whole, Index c, Index count) [[gnu::always_inline]] {
    constexpr bool full = decltype(whole)::value;
    ForwardPack<V, n> k;
    k.a = scalar;
    for (int i = 0; i < n; ++i) k.x[i] = load<T, full>(x[i] + c, count);
    Body::forward(k);
    store<T, full>(k.y, y + c, count);
  };
  for (Index r = 0; r < rows; ++r) {
    over_columns<T>(columns, run);
    for (int i = 0; i < n; ++i) x[i] += loop.x[i].step;
    y += loop.y.step;
  }
}

template <class Body, class V> void pullback_on(const PullbackLoop& loop) {
  using T = typename V::value_type;
  constexpr int n = Body::arity;
  constexpr unsigned reads = reads_of<Body>();
  const T* x[n];
  T* dx[n];
  bool add[n], wanted[n];
  for (int i = 0; i < n; ++i) {
    x[i] = static_cast<const T*>(loop.x[i].data);
    dx[i] = static_cast<T*>(loop.dx[i].data);
    add[i] = loop.dx[i].add;
    wanted[i] = loop.dx[i].wanted;
  }
  const T* y = static_cast<const T*>(loop.y.data);
  const T* dy = static_cast<const T*>(loop.dy.data);
  const Index rows = loop.rows, columns = loop.columns;
  const V scalar(static_cast<T>(loop.a));
  const auto run = [&](auto whole, Index c, Index count) [[gnu::always_inline]] {
    constexpr bool full = decltype(whole)::value;
    PullbackPack<V, n> k;
    k.a = scalar;
    for (int i = 0; i < n; ++i) {
      if ((reads >> i & 1U) != 0) k.x[i] = load<T, full>(x[i] + c, count);
    }
    if constexpr ((reads & reads_y) != 0) k.y = load<T, full>(y + c, count);
    k.dy = load<T, full>(dy + c, count);
    Body::pullback(k);
    for (int i = 0; i < n; ++i) {  // one after the other: two operands may be the same node
      if (!wanted[i]) continue;
      const V value = add[i] ? load<T, full>(dx[i] + c, count) + k.dx[i].value : k.dx[i].value;
      store<T, full>(value, dx[i] + c, count);
    }
  };
  for (Index r = 0; r < rows; ++r) {
    over_columns<T>(columns, run);
    for (int i = 0; i < n; ++i) {  // what is not read or wanted may be nowhere
      if ((reads >> i & 1U) != 0) x[i] += loop.x[i].step;
      if (wanted[i]) dx[i] += loop.dx[i].step;
    }
    if constexpr ((reads & reads_y) != 0) y += loop.y.step;
    dy += loop.dy.step;
  }
}

template <class Body, class V> constexpr Kernel kernel_on() {
  return {forward_on<Body, V>, pullback_on<Body, V>};
}

/// All kernels; elementwise ones in the order of the list.
template <class V32, class V64, class List> struct KernelTable;
template <class V32, class V64, class... Body> struct KernelTable<V32, V64, Bodies<Body...>> {
  static constexpr ElementwiseKernel elementwise[] = {
      {kernel_on<Body, V32>(), kernel_on<Body, V64>()}...};
  template <int features> static constexpr KernelSet::FewFeatures few() {
    return {few_features_on<V32, features>, few_features_on<V64, features>};
  }
  static constexpr KernelSet set = {
      elementwise,
      {few<1>(), few<2>(), few<3>(), few<4>(), few<5>(), few<6>(), few<7>(), few<8>()}};
};

}  // namespace carousel::detail
