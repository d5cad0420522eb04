#include <autograd/ops.hpp>
#include <autograd/ops/axes.hpp>
#include <autograd/ops/move.hpp>
#include <autograd/ops/samples.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/ops/terms.hpp>
#include <autograd/support/error.hpp>

namespace carousel {
namespace detail {
namespace {

[[noreturn]] void misfit(const Operands& x, const char* expected) {
  throw Error(ErrorKind::argument, x.op, expected,
              std::string(name(x[0].dtype)) + " " + to_string(x[0].shape) + " and " +
                  name(x[1].dtype) + " " + to_string(x[1].shape));
}

/// The index at a place, checked against the extent that it points into.
Index checked_index(const Operands& x, Index place, Index count) {
  const View& indices = x[1];
  const Index columns = indices.columns();
  const Index index = indices.row<Index>(place / columns)[place % columns];
  if (index < 0 || index >= count) {
    throw Error(ErrorKind::argument, x.op, "indices in 0.." + std::to_string(count - 1),
                std::to_string(index) + " at position " + std::to_string(place));
  }
  return index;
}

// --- embedding: y[r] = table[index[r]]; scatter_rows: y[index[r]] += x[r] ---

Shape embedding_shape(const Operands& x, const Attr&) {
  if (!is_floating(x[0].dtype) || x[0].shape.rank() != 2 || x[1].dtype != DType::int64) {
    misfit(x, "a floating table [count, features] and int64 indices [...]");
  }
  return x[1].shape.inserted(x[1].shape.rank(), x[0].shape[1]);
}
Shape scatter_rows_shape(const Operands& x, const Attr& a) {
  const Shape& rows = x[0].shape;
  const bool fits = rows.rank() > 0 && x[1].shape == rows.without(rows.rank() - 1) &&
                    a.shape == Shape{a.shape[0], rows.columns()};
  if (!is_floating(x[0].dtype) || x[1].dtype != DType::int64 || !fits) {
    misfit(x, "floating rows [..., features] and int64 indices [...]");
  }
  return a.shape;
}
void embedding_forward(const Forward& k) {
  with_floating(k.y.dtype, [&](auto t) {
    using T = decltype(t);
    for (Index r = 0; r < k.y.rows(); ++r) {
      const T* from = k.x[0].row<T>(checked_index(k.x, r, k.x[0].rows()));
      T* to = k.y.row<T>(r);
      for (Index c = 0; c < k.y.columns(); ++c) to[c] = (k.add ? to[c] : T(0)) + from[c];
    }
  });
}
void scatter_rows_forward(const Forward& k) {
  start_sum(k.y, k.add);
  with_floating(k.y.dtype, [&](auto t) {
    using T = decltype(t);
    for (Index r = 0; r < k.x[0].rows(); ++r) {
      T* to = k.y.row<T>(checked_index(k.x, r, k.y.rows()));
      const T* from = k.x[0].row<T>(r);
      for (Index c = 0; c < k.y.columns(); ++c) to[c] += from[c];
    }
  });
}
void embedding_terms(Terms& k) {  // rows used twice receive the sum
  Attr back;
  back.shape = k.shape(k.x(0));
  k.add(0, scatter_rows_op, {k.dy(), k.x(1)}, back);
}
void scatter_rows_terms(Terms& k) { k.add(0, embedding_op, {k.dy(), k.x(1)}); }

// --- gather: y[.., i, ..] = x[.., index[.., i, ..], ..] along an axis; scatter_add: the other way
// ---

Shape gather_shape(const Operands& x, const Attr& a) {
  const int axis = axis_of(x, a, x[0].shape.rank());
  if (!is_floating(x[0].dtype) || x[1].dtype != DType::int64 ||
      x[1].shape.rank() != x[0].shape.rank() ||
      x[1].shape.with(axis, 0) != x[0].shape.with(axis, 0)) {
    misfit(x, "floating x and int64 indices that agree on all other axes");
  }
  return x[1].shape;
}
Shape scatter_add_shape(const Operands& x, const Attr& a) {
  const int axis = axis_of(x, a, x[0].shape.rank());
  if (a.shape.rank() != x[0].shape.rank() || a.shape.with(axis, 0) != x[0].shape.with(axis, 0)) {
    throw Error(ErrorKind::argument, x.op,
                "a result that agrees with " + to_string(x[0].shape) + " on all axes but " +
                    std::to_string(axis),
                to_string(a.shape));
  }
  if (!is_floating(x[0].dtype) || x[1].dtype != DType::int64 || x[1].shape != x[0].shape) {
    misfit(x, "floating values and int64 indices of one shape");
  }
  return a.shape;
}

/// Calls f(offset in whole, offset in part) for every index of the part.
template <class F>
void over_indices(const Operands& x, int axis, const View& whole, const View& part, const F& f) {
  const auto at = static_cast<std::size_t>(axis + Shape::max_rank - part.shape.rank());
  Steps own = steps_of(whole);
  const Index step = own.step[at];
  own.step[at] = 0;
  own.extent = steps_of(part).extent;
  Index place = 0;
  const auto each = [&](Index in_part, Index in_whole) {
    f(in_whole + step * checked_index(x, place++, whole.shape[axis]), in_part);
  };
  walk(each, steps_of(part), own);
}

void gather_forward(const Forward& k) {
  with_floating(k.y.dtype, [&](auto t) {
    using T = decltype(t);
    const T* x = k.x[0].as<T>();
    T* y = k.y.as<T>();
    over_indices(k.x, static_cast<int>(k.attr->axis), k.x[0], k.y,
                 [&](Index from, Index to) { y[to] = (k.add ? y[to] : T(0)) + x[from]; });
  });
}
void scatter_add_forward(const Forward& k) {
  start_sum(k.y, k.add);
  with_floating(k.y.dtype, [&](auto t) {
    using T = decltype(t);
    const T* x = k.x[0].as<T>();
    T* y = k.y.as<T>();
    over_indices(k.x, static_cast<int>(k.attr->axis), k.y, k.x[0],
                 [&](Index to, Index from) { y[to] += x[from]; });
  });
}
void gather_terms(Terms& k) {
  Attr back = k.attr;
  back.shape = k.shape(k.x(0));
  k.add(0, scatter_add_op, {k.dy(), k.x(1)}, back);
}
void scatter_add_terms(Terms& k) { k.add(0, gather_op, {k.dy(), k.x(1)}, k.attr); }

void sample_embedding(Sampler& s) {
  embedding(s.normal({5, s.extent()}), s.labels({s.extent()}, 5));
  embedding(s.normal({2, 4}), s.labels({3, s.extent()}, 2));
}
void sample_scatter_rows(Sampler& s) {
  const Index n = s.extent(), features = s.extent();
  const Var x = s.normal({n, features}), index = s.labels({n}, 4);
  Attr attr;
  attr.shape = {4, features};
  record(scatter_rows_op, {&x, &index}, attr);
}
void sample_gather(Sampler& s) {
  const Index n = s.extent(), m = s.extent();
  gather(s.normal({3, n}), 0, s.labels({m, n}, 3));
  gather(s.normal({n, 4}), 1, s.labels({n, m}, 4));
  gather(s.normal({2, 3, n}), 1, s.labels({2, m, n}, 3));
}
void sample_scatter_add(Sampler& s) {
  const Index n = s.extent(), m = s.extent();
  scatter_add(s.normal({m, n}), 0, s.labels({m, n}, 3), 3);
  scatter_add(s.normal({2, n, m}), -1, s.labels({2, n, m}, 5), 5);
}

}  // namespace

const Op embedding_op = adding(by_terms<embedding_terms>(
    op("embedding", "rows of a table by index", 2, embedding_shape, sample_embedding),
    embedding_forward, reads_x1));
const Op scatter_rows_op = adding(by_terms<scatter_rows_terms>(
    op("scatter_rows", "rows added up by index", 2, scatter_rows_shape, sample_scatter_rows),
    scatter_rows_forward, reads_x1));
const Op gather_op = adding(by_terms<gather_terms>(
    op("gather", "elements by index along an axis", 2, gather_shape, sample_gather), gather_forward,
    reads_x1));
const Op scatter_add_op =
    adding(by_terms<scatter_add_terms>(op("scatter_add", "elements added up by index along an axis",
                                          2, scatter_add_shape, sample_scatter_add),
                                       scatter_add_forward, reads_x1));

}  // namespace detail

using namespace detail;

Var embedding(const Var& table, const Var& indices) {
  return record(embedding_op, {&table, &indices});
}

Var gather(const Var& x, int axis, const Var& indices) {
  Attr attr;
  attr.axis = checked_axis("gather", x.shape(), axis);
  return record(gather_op, {&x, &indices}, attr);
}

Var scatter_add(const Var& x, int axis, const Var& indices, Index extent) {
  Attr attr;
  attr.axis = checked_axis("scatter_add", x.shape(), axis);
  attr.shape = x.shape().with(static_cast<int>(attr.axis), extent);
  return record(scatter_add_op, {&x, &indices}, attr);
}

}  // namespace carousel
