#include <autograd/ops.hpp>
#include <autograd/ops/make.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/ops/walk.hpp>
#include <autograd/sampler.hpp>
#include <autograd/support/error.hpp>

namespace carousel {
namespace detail {
namespace {

Shape embedding_shape(const Operands& x, const Attr&) {
  if (!is_floating(x[0].dtype) || x[0].shape.rank() != 2 || x[1].dtype != DType::int64) {
    throw Error(ErrorKind::argument, x.op,
                "a floating table [count, features] and int64 indices [...]",
                std::string(name(x[0].dtype)) + " " + to_string(x[0].shape) + " and " +
                    name(x[1].dtype) + " " + to_string(x[1].shape));
  }
  return x[1].shape.inserted(x[1].shape.rank(), x[0].shape[1]);
}

/// Row number of the table for the r-th index; Error when there is none.
Index checked_row(const Operands& x, Index r) {
  const View& indices = x[1];
  const Index columns = indices.columns();
  const Index row = indices.row<Index>(r / columns)[r % columns];
  if (row < 0 || row >= x[0].rows()) {
    throw Error(ErrorKind::argument, x.op, "indices in 0.." + std::to_string(x[0].rows() - 1),
                std::to_string(row) + " at position " + std::to_string(r));
  }
  return row;
}

void embedding_forward(const Forward& k) {
  with_floating(k.y.dtype, [&](auto t) {
    using T = decltype(t);
    for (Index r = 0; r < k.y.rows(); ++r) {
      const T* from = k.x[0].row<T>(checked_row(k.x, r));
      std::copy(from, from + k.y.columns(), k.y.row<T>(r));
    }
  });
}
void embedding_pullback(const Pullback& k) {  // rows used twice receive the sum
  with_floating(k.dy.dtype, [&](auto t) {
    using T = decltype(t);
    for (Index r = 0; r < k.dy.rows(); ++r) {
      T* to = k.dx[0].view.row<T>(checked_row(k.x, r));
      const T* dy = k.dy.row<T>(r);
      for (Index c = 0; c < k.dy.columns(); ++c) to[c] += dy[c];
    }
  });
}

Shape select_shape(const Operands& x, const Attr&) {
  const Shape &mask = x[0].shape, &a = x[1].shape;
  const bool by_element = mask == a;
  const bool by_row = a.rank() > 0 && mask == a.without(a.rank() - 1);
  if (x[0].dtype != DType::boolean || !is_floating(x[1].dtype) || a != x[2].shape ||
      !(by_element || by_row)) {
    throw Error(ErrorKind::argument, x.op,
                "a bool mask of the operands' shape, or of that without the last axis, and two "
                "floating operands of one shape",
                std::string("mask ") + name(x[0].dtype) + " " + to_string(mask) + ", a " +
                    to_string(a) + ", b " + to_string(x[2].shape));
  }
  return a;
}

/// The mask as an operand of steps: one entry an element, or one a row.
Steps mask_steps(const View& mask, const Shape& shape) {
  if (mask.shape == shape) return steps_of(shape, mask);
  const Index rows_only = (Index{1} << (shape.rank() - 1)) - 1;
  return steps_of(shape, mask, rows_only);
}

void select_forward(const Forward& k) {
  with_floating(k.y.dtype, [&](auto t) {
    using T = decltype(t);
    const bool* mask = k.x[0].as<bool>();
    T* y = k.y.as<T>();
    const auto take = [&](const View& from, bool where) {
      const T* x = from.as<T>();
      const Steps of_x = steps_of(k.y.shape, from), of_y = steps_of(k.y.shape, k.y);
      const Steps of_mask = mask_steps(k.x[0], k.y.shape);
      const auto choose = [&](Index to, Index i, Index m) {
        if (mask[m] == where) y[to] = x[i];
      };
      walk(choose, of_y, of_x, of_mask);
    };
    take(k.x[1], true);
    take(k.x[2], false);
  });
}
void select_pullback(const Pullback& k) {  // dy goes to the side that was chosen
  with_floating(k.dy.dtype, [&](auto t) {
    using T = decltype(t);
    const bool* mask = k.x[0].as<bool>();
    const T* dy = k.dy.as<T>();
    for (int side = 1; side <= 2; ++side) {
      if (!k.dx[side].wanted) continue;
      T* dx = k.dx[side].view.as<T>();
      const auto add = [&](Index to, Index from, Index m) {
        if (mask[m] == (side == 1)) dx[to] += dy[from];
      };
      walk(add, steps_of(k.dy.shape, k.dx[side].view), steps_of(k.dy.shape, k.dy),
           mask_steps(k.x[0], k.dy.shape));
    }
  });
}

void sample_embedding(Sampler& s) {
  embedding(s.normal({5, 3}), s.labels({4}, 5));
  embedding(s.normal({2, 4}), s.labels({3, 2}, 2));
}
void sample_select(Sampler& s) {
  select(s.mask({3, 5}), s.normal({3, 5}), s.normal({3, 5}));
  select(s.mask({}), s.normal({}), s.normal({}));
  select(s.mask({6}), s.normal({6, 4}), s.normal({6, 4}));
  select(s.mask({2, 3}), s.normal({2, 3, 4}), s.normal({2, 3, 4}));
}

}  // namespace

const Op embedding_op =
    computing(op("embedding", "rows of a table by index", 2, embedding_shape, sample_embedding),
              embedding_forward, embedding_pullback, reads_x1);
const Op select_op = computing(op("select", "a where mask, else b", 3, select_shape, sample_select),
                               select_forward, select_pullback, reads_x0);

}  // namespace detail

Var embedding(const Var& table, const Var& indices) {
  return record(detail::embedding_op, {&table, &indices});
}
Var select(const Var& mask, const Var& a, const Var& b) {
  return record(detail::select_op, {&mask, &a, &b});
}

}  // namespace carousel
