#include <algorithm>
#include <autograd/ops.hpp>
#include <autograd/ops/make.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/ops/walk.hpp>
#include <autograd/sampler.hpp>
#include <autograd/support/error.hpp>
#include <cmath>

namespace carousel {
namespace detail {
namespace {

Shape classes_shape(const Operands& x, const Attr&) {
  if (!is_floating(x[0].dtype) || x[0].shape.rank() == 0 || x[0].shape.columns() == 0) {
    throw Error(ErrorKind::argument, x.op, "floating [..., classes] with at least one class",
                std::string(name(x[0].dtype)) + " " + to_string(x[0].shape));
  }
  return x[0].shape;
}

/// ln Σ e^x of a row, shifted by its largest element so that nothing overflows.
template <class T> T log_sum_exp(const T* x, Index n) {
  const T largest = *std::max_element(x, x + n);
  T sum = 0;
  for (Index c = 0; c < n; ++c) sum += std::exp(x[c] - largest);
  return largest + std::log(sum);
}

/// Calls f(row number) with T the element type of y.
template <class F> void over_rows(const View& y, const F& f) {
  with_floating(y.dtype, [&](auto t) {
    for (Index r = 0; r < y.rows(); ++r) f(t, r);
  });
}

void softmax_forward(const Forward& k) {
  over_rows(k.y, [&](auto t, Index r) {
    using T = decltype(t);
    const T* x = k.x[0].row<T>(r);
    T* y = k.y.row<T>(r);
    const T norm = log_sum_exp(x, k.y.columns());
    for (Index c = 0; c < k.y.columns(); ++c) y[c] = std::exp(x[c] - norm);
  });
}
void softmax_pullback(const Pullback& k) {  // dx = y (dy - Σ y dy)
  over_rows(k.y, [&](auto t, Index r) {
    using T = decltype(t);
    const T *y = k.y.row<T>(r), *dy = k.dy.row<T>(r);
    T* dx = k.dx[0].view.row<T>(r);
    T dot = 0;
    for (Index c = 0; c < k.y.columns(); ++c) dot += y[c] * dy[c];
    for (Index c = 0; c < k.y.columns(); ++c) dx[c] += y[c] * (dy[c] - dot);
  });
}

void log_softmax_forward(const Forward& k) {
  over_rows(k.y, [&](auto t, Index r) {
    using T = decltype(t);
    const T* x = k.x[0].row<T>(r);
    T* y = k.y.row<T>(r);
    const T norm = log_sum_exp(x, k.y.columns());
    for (Index c = 0; c < k.y.columns(); ++c) y[c] = x[c] - norm;
  });
}
void log_softmax_pullback(const Pullback& k) {  // dx = dy - e^y Σ dy
  over_rows(k.y, [&](auto t, Index r) {
    using T = decltype(t);
    const T *y = k.y.row<T>(r), *dy = k.dy.row<T>(r);
    T* dx = k.dx[0].view.row<T>(r);
    T total = 0;
    for (Index c = 0; c < k.y.columns(); ++c) total += dy[c];
    for (Index c = 0; c < k.y.columns(); ++c) dx[c] += dy[c] - std::exp(y[c]) * total;
  });
}

Shape cross_entropy_shape(const Operands& x, const Attr&) {
  const Shape &logits = x[0].shape, &labels = x[1].shape;
  if (!is_floating(x[0].dtype) || x[1].dtype != DType::int64 || logits.rank() != 2 ||
      labels.rank() != 1 || labels[0] != logits[0]) {
    throw Error(ErrorKind::argument, x.op, "floating logits [n, classes] and int64 labels [n]",
                std::string(name(x[0].dtype)) + " logits " + to_string(logits, {"n", "classes"}) +
                    " and " + name(x[1].dtype) + " labels " + to_string(labels, {"n"}));
  }
  return labels;
}
Shape one_per_row(const Operands& x) { return {x[0].shape[0]}; }

void cross_entropy_forward(const Forward& k) {  // saved: ln Σ e^logits of each row
  const Index classes = k.x[0].columns();
  over_rows(k.x[0], [&](auto t, Index r) {
    using T = decltype(t);
    const T* x = k.x[0].row<T>(r);
    const Index label = k.x[1].as<Index>()[r];
    if (label < 0 || label >= classes) {
      throw Error(ErrorKind::argument, k.x.op, "labels in 0.." + std::to_string(classes - 1),
                  std::to_string(label) + " in row " + std::to_string(r));
    }
    const T norm = log_sum_exp(x, classes);
    k.saved.as<T>()[r] = norm;
    k.y.as<T>()[r] = norm - x[label];
  });
}
void cross_entropy_pullback(const Pullback& k) {  // dlogits = dy (softmax - onehot)
  const Index classes = k.x[0].columns();
  over_rows(k.x[0], [&](auto t, Index r) {
    using T = decltype(t);
    const T* x = k.x[0].row<T>(r);
    T* dx = k.dx[0].view.row<T>(r);
    const T norm = k.saved.as<T>()[r], dy = k.dy.as<T>()[r];
    for (Index c = 0; c < classes; ++c) dx[c] += dy * std::exp(x[c] - norm);
    dx[k.x[1].as<Index>()[r]] -= dy;
  });
}

template <Var (*f)(const Var&)> void sample_rows(Sampler& s) {
  f(s.normal({3, 5}));
  f(s.normal({2, 17}));
  f(s.normal({2, 3, 4}));
}
void sample_cross_entropy(Sampler& s) {
  cross_entropy(s.normal({4, 3}), s.labels({4}, 3));
  cross_entropy(s.normal({2, 11}), s.labels({2}, 11));
}

constexpr Op row_op(const char* name, const char* doc, ForwardBody forward, PullbackBody pullback,
                    Sample sample, unsigned reads) {
  return by_rows(computing(op(name, doc, 1, classes_shape, sample), forward, pullback, reads));
}
constexpr Op with_labels(Op op) {
  op.arity = 2;
  op.shape = cross_entropy_shape;
  op.saved = one_per_row;
  return op;
}

}  // namespace

const Op softmax_op = row_op("softmax", "e^x / Σ e^x over the last axis", softmax_forward,
                             softmax_pullback, sample_rows<carousel::softmax>, reads_y);
const Op log_softmax_op =
    row_op("log_softmax", "x - ln Σ e^x over the last axis", log_softmax_forward,
           log_softmax_pullback, sample_rows<carousel::log_softmax>, reads_y);
const Op cross_entropy_op = with_labels(
    row_op("cross_entropy", "-ln softmax(logits)[label], one value a row", cross_entropy_forward,
           cross_entropy_pullback, sample_cross_entropy, reads_x0 | reads_x1));

}  // namespace detail

Var softmax(const Var& x) { return record(detail::softmax_op, {&x}); }
Var log_softmax(const Var& x) { return record(detail::log_softmax_op, {&x}); }
Var cross_entropy(const Var& logits, const Var& labels) {
  return record(detail::cross_entropy_op, {&logits, &labels});
}

}  // namespace carousel
