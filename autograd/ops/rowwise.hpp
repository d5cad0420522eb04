#pragma once
#include <autograd/ops/graph.hpp>
#include <autograd/ops/make.hpp>
#include <autograd/ops/probe.hpp>
#include <autograd/ops/rows.hpp>

/// Ops over the last axis. The author writes a Body, as of elementwise ops (elementwise.hpp), with
/// sums over the row in its formulas:
///
///     struct Softmax {
///       static constexpr int arity = 1;
///       static constexpr bool to_scalar = false;         // y is a row; true: one number a row
///       template <class K> static void pullback(K& k) {  // dx = y (dy - Σ y dy)
///         k.dx[0] += k.y * (k.dy - row_sum(k.y * k.dy));
///       }
///     };
namespace carousel::detail {

// On a tape every value has the shape of the row.
inline Var row_sum(const Var& x) { return broadcast_to(sum(x, {-1}, /*keep=*/true), x.shape()); }
inline Var row_mean(const Var& x) { return broadcast_to(mean(x, {-1}, /*keep=*/true), x.shape()); }
inline Var row_centred(const Var& x) { return x - row_mean(x); }
struct VarShares {
  const Var& x;
  Var shares() const { return softmax(x); }
  Var logs() const { return log_softmax(x); }
};
inline VarShares row_shares(const Var& x) { return {x}; }
/// One number a row, repeated over the row.
inline Var along_rows(const Var& y, const Shape& shape) {
  return broadcast_to(reshape(y, shape.with(-1, 1)), shape);
}

template <class T, bool to_scalar> struct RowTarget {
  T* data;
  Index n;
  template <class E> void operator=(const RowExpression<T, E>& e) {
    over_columns<T>(n, [&](auto whole, Index c, Index count) {
      constexpr bool full = decltype(whole)::value;
      store<T, full>(e.self().template lane<full>(c, count), data + c, count);
    });
  }
};
template <class T> struct RowTarget<T, true> {
  T* data;
  Index n;
  void operator=(const Same<T>& e) { *data = e.value.get(0); }
};

/// dx of one row. A gradient that nobody wants is not computed.
template <class T> class RowSink {
 public:
  RowSink() = default;
  RowSink(T* data, Index n, bool add) : data(data), n(n), add(add) {}
  template <class E> void operator+=(const RowExpression<T, E>& e) {
    if (data == nullptr) return;
    if (add) {
      write<true>(e.self());
    } else {
      write<false>(e.self());
    }
    add = true;
  }

 private:
  // Two loops: g++ 12 makes a mask of one element of a choice inside the loop (AVX-512, -O3).
  template <bool add_up, class E> void write(const E& e) const {
    over_columns<T>(n, [&](auto whole, Index c, Index count) {
      constexpr bool full = decltype(whole)::value;
      Lane<T> value = e.template lane<full>(c, count);
      if constexpr (add_up) value += load<T, full>(data + c, count);
      store<T, full>(value, data + c, count);
    });
  }
  T* data = nullptr;
  Index n = 0;
  bool add = false;
};

template <class T, class Body> struct RowsForward {
  std::array<Row<T>, Body::arity> x;
  RowTarget<T, Body::to_scalar> y;
  Same<T> a, zero{T(0)};
};
template <class T, class Body> struct RowsPullback {
  using Result = std::conditional_t<Body::to_scalar, Same<T>, Row<T>>;
  Same<T> a, zero, one;
  Result y, dy;
  std::array<Row<T>, Body::arity> x;
  RowSink<T> dx[Body::arity];
};

/// Where the r-th number of an output with one number a row is.
template <class T> T* number_of(const View& y, Index r) {
  return y.row<T>(r / y.columns()) + r % y.columns();
}

template <class T, class Body, std::size_t... i>
std::array<Row<T>, Body::arity> rows_of(const Operands& x, Index r, std::index_sequence<i...>) {
  return {Row<T>(x[static_cast<int>(i)].template row<T>(r), x[0].columns())...};
}
template <class T, class Body> auto rows_of(const Operands& x, Index r) {
  return rows_of<T, Body>(x, r, std::make_index_sequence<Body::arity>());
}

template <class Body, class T> void forward_rows(const Forward& call) {
  const Same<T> a(static_cast<T>(call.attr->scalar));
  const Index n = call.x[0].columns();
  for (Index r = 0; r < call.x[0].rows(); ++r) {
    T* y = Body::to_scalar ? number_of<T>(call.y, r) : call.y.template row<T>(r);
    RowsForward<T, Body> k{rows_of<T, Body>(call.x, r), {y, n}, a};
    Body::forward(k);
  }
}

template <class Body, class T> auto result_of(const View& view, Index r, bool read) {
  if constexpr (Body::to_scalar) {
    return Same<T>(read ? *number_of<T>(view, r) : T(0));
  } else {
    return Row<T>(view.row<T>(r), view.columns());
  }
}

template <class Body, class T> void pullback_rows(const Pullback& call) {
  constexpr bool reads_value = (reads_of<Body>() & reads_y) != 0;
  const Same<T> a(static_cast<T>(call.attr->scalar));
  const Index n = call.x[0].columns();
  for (Index r = 0; r < call.x[0].rows(); ++r) {
    RowsPullback<T, Body> k{a,
                            same<T>(0),
                            same<T>(1),
                            result_of<Body, T>(call.y, r, reads_value),
                            result_of<Body, T>(call.dy, r, true),
                            rows_of<T, Body>(call.x, r),
                            {}};
    for (int i = 0; i < Body::arity; ++i) {
      const Slot& slot = call.dx[i];
      if (slot.wanted) k.dx[i] = {slot.view.template row<T>(r), n, !slot.fresh};
    }
    Body::pullback(k);
  }
}

template <class Body> void forward_rowwise(const Forward& call) {
  if (call.y.dtype == DType::float32) {
    forward_rows<Body, float>(call);
  } else {
    forward_rows<Body, double>(call);
  }
}
template <class Body> void pullback_rowwise(const Pullback& call) {
  if (call.dy.dtype == DType::float32) {
    pullback_rows<Body, float>(call);
  } else {
    pullback_rows<Body, double>(call);
  }
}
template <class Body> void graph_rowwise(const GraphPullback& g) {
  const Shape shape = g.x[0].shape();
  VarPack<Body::arity> k;
  k.y = Body::to_scalar ? along_rows(g.y, shape) : g.y;
  k.dy = Body::to_scalar ? along_rows(g.dy, shape) : g.dy;
  k.a = g.attr.scalar;
  for (int i = 0; i < Body::arity; ++i) k.x[i] = g.x[static_cast<std::size_t>(i)];
  Body::pullback(k);
  for (int i = 0; i < Body::arity; ++i) g.dx[static_cast<std::size_t>(i)] = k.dx[i].value;
}

/// Shape rule: floating operands of one shape with at least one element a row.
Shape rows_shape(const Operands& x, const Attr& attr);
/// The same without the last axis.
Shape row_scalars_shape(const Operands& x, const Attr& attr);

template <class Body> constexpr Op rowwise(const char* name, const char* doc, Sample sample) {
  return by_rows(computing(
      op(name, doc, Body::arity, Body::to_scalar ? row_scalars_shape : rows_shape, sample),
      forward_rowwise<Body>, pullback_rowwise<Body>, graph_rowwise<Body>, reads_of<Body>(),
      /*assigns=*/true));
}

}  // namespace carousel::detail
