#pragma once
#include <algorithm>
#include <autograd/ops/make.hpp>
#include <cstring>
#include <type_traits>
#include <xsimd/xsimd.hpp>

/// Elementwise ops. The author writes a Body, formulas only:
///
///     struct Tanh {
///       static constexpr int arity = 1;
///       template <class K> static void forward(K& k)  { k.y = tanh(k.x[0]); }
///       template <class K> static void pullback(K& k) { k.dx[0] += k.dy * (1.0 - k.y * k.y); }
///     };
///
/// K is a pack of SIMD lanes here; any type with arithmetic will do (the probe below is one). A
/// body must not branch on values; it chooses with select(condition, a, b). k.a is Attr::scalar.
namespace carousel::detail {

// --- What a pullback reads, found at compile time by running it on this type ---

struct Probe {
  unsigned reads = 0;
  constexpr Probe() = default;
  constexpr explicit Probe(unsigned bits) : reads(bits) {}
  constexpr Probe(double) {}  // NOLINT: constants read nothing
};
constexpr Probe operator+(Probe a, Probe b) { return Probe{a.reads | b.reads}; }
constexpr Probe operator-(Probe a, Probe b) { return a + b; }
constexpr Probe operator*(Probe a, Probe b) { return a + b; }
constexpr Probe operator/(Probe a, Probe b) { return a + b; }
constexpr Probe operator>(Probe a, Probe b) { return a + b; }
constexpr Probe operator<(Probe a, Probe b) { return a + b; }
constexpr Probe operator-(Probe a) { return a; }
constexpr Probe exp(Probe a) { return a; }
constexpr Probe abs(Probe a) { return a; }
constexpr Probe select(Probe condition, Probe a, Probe b) { return condition + a + b; }

struct ProbePack {
  struct Sink {
    unsigned reads = 0;
    constexpr void operator+=(Probe p) { reads |= p.reads; }
  };
  Probe x[3] = {Probe{reads_x0}, Probe{reads_x1}, Probe{reads_x2}};
  Probe y{reads_y}, dy, a, zero;
  Sink dx[3];
};

template <class Body> constexpr unsigned reads_of() {
  ProbePack k;
  Body::pullback(k);
  return k.dx[0].reads | k.dx[1].reads | k.dx[2].reads;
}

// --- Lanes ---

template <class T> using Lane = xsimd::batch<T>;

template <class T, int N> struct ForwardPack {
  Lane<T> x[N];
  Lane<T> y, a;
  Lane<T> zero = Lane<T>(T(0));
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
  Lane<T> zero = Lane<T>(T(0));
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

/// Full lanes read and write in place; the last, partial one goes through a padded copy, so that
/// the same instructions make every element whatever its position.
template <class T, bool full> Lane<T> load(const T* from, Index count) {
  if constexpr (full) {
    return Lane<T>::load_unaligned(from);
  } else {
    alignas(64) T padded[Lane<T>::size] = {};
    std::memcpy(padded, from, static_cast<std::size_t>(count) * sizeof(T));
    return Lane<T>::load_aligned(padded);
  }
}

template <class T, bool full> void store(const Lane<T>& lane, T* to, Index count) {
  if constexpr (full) {
    lane.store_unaligned(to);
  } else {
    alignas(64) T padded[Lane<T>::size];
    lane.store_aligned(padded);
    std::memcpy(to, padded, static_cast<std::size_t>(count) * sizeof(T));
  }
}

/// Runs body(full, column, count) over the columns of a row: whole lanes, then the rest.
template <class T, class F>
[[gnu::always_inline]] inline void over_columns(Index columns, const F& body) {
  constexpr auto width = static_cast<Index>(Lane<T>::size);
  Index c = 0;
  for (; c + width <= columns; c += width) body(std::true_type{}, c, width);
  if (c < columns) body(std::false_type{}, c, columns - c);
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

/// Shape rules: the operand's shape; or two equal shapes, or a bias [features] beside
/// [..., features].
Shape unary_shape(const Operands& x, const Attr& attr);
Shape binary_shape(const Operands& x, const Attr& attr);

template <class Body>
constexpr Op elementwise(const char* name, const char* doc, void (*sample)(Sampler&)) {
  return by_rows(computing(
      op(name, doc, Body::arity, Body::arity == 1 ? unary_shape : binary_shape, sample),
      forward_elementwise<Body>, pullback_elementwise<Body>, reads_of<Body>(), /*assigns=*/true));
}

}  // namespace carousel::detail
