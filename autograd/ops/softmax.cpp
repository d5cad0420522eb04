#include <autograd/losses.hpp>
#include <autograd/ops.hpp>
#include <autograd/ops/axes.hpp>
#include <autograd/ops/broadcasting.hpp>
#include <autograd/ops/edges.hpp>
#include <autograd/ops/rowwise.hpp>
#include <autograd/ops/samples.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/support/error.hpp>

namespace carousel {
namespace detail {
namespace {

struct Softmax {
  static constexpr int arity = 1;
  static constexpr bool to_scalar = false;
  template <class K> static void forward(K& k) { k.y = row_shares(k.x[0]).shares(); }
  template <class K> static constexpr void pullback(K& k) {
    k.dx[0] += k.y * (k.dy - row_sum(k.y * k.dy));
  }
};
struct LogSoftmax {
  static constexpr int arity = 1;
  static constexpr bool to_scalar = false;
  template <class K> static void forward(K& k) { k.y = row_shares(k.x[0]).logs(); }
  template <class K> static constexpr void pullback(K& k) {
    k.dx[0] += k.dy - exp(k.y) * row_sum(k.dy);
  }
};
struct LogSumExp {
  static constexpr int arity = 1;
  static constexpr bool to_scalar = true;
  template <class K> static void forward(K& k) { k.y = row_log_sum_exp(k.x[0]); }
  // Not e^(x - y): y is as large as x, and at x = 1000 float32 would leave four digits.
  template <class K> static constexpr void pullback(K& k) {
    k.dx[0] += k.dy * row_shares(k.x[0]).shares();
  }
};
struct Max {  // elements that share the maximum share the gradient
  static constexpr int arity = 1;
  static constexpr bool to_scalar = true;
  template <class K> static void forward(K& k) { k.y = row_max(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) {
    const auto hit = k.x[0] == k.y;
    k.dx[0] += where(hit, k.dy, k.zero) / row_sum(where(hit, k.one, k.zero));
  }
};
struct Norm {  // √Σ x²; slope 0 at 0
  static constexpr int arity = 1;
  static constexpr bool to_scalar = true;
  template <class K> static void forward(K& k) { k.y = row_norm(k.x[0]); }
  template <class K> static constexpr void pullback(K& k) {
    const auto zero = k.y == 0.0;  // there nothing is divided by y: second order would find a NaN
    k.dx[0] += where(zero, k.zero, k.dy * k.x[0] / where(zero, k.one, k.y));
  }
};
struct Normalize {  // (x - mean) / √(variance + c), for layer normalisation (Ba et al. 2016)
  static constexpr int arity = 1;
  static constexpr bool to_scalar = false;
  template <class K> static void forward(K& k) {
    const auto d = row_centred(k.x[0]);
    k.y = d / sqrt(row_mean(square(d)) + k.a);
  }
  template <class K> static constexpr void pullback(K& k) {
    const auto d = row_centred(k.x[0]);
    const auto deviation = sqrt(row_mean(square(d)) + k.a);
    k.dx[0] += (k.dy - row_mean(k.dy) - k.y * row_mean(k.y * k.dy)) / deviation;
  }
};
struct SoftCrossEntropy {  // Σ q (ln Σ e^x - x); a class of weight 0 may have a logit of -∞
  static constexpr int arity = 2;
  static constexpr bool to_scalar = true;
  template <class K> static void forward(K& k) {
    const auto &x = k.x[0], &q = k.x[1];
    k.y = row_sum(where(q == 0.0, k.zero, -(q * row_shares(x).logs())));
  }
  template <class K> static constexpr void pullback(K& k) {
    const auto &x = k.x[0], &q = k.x[1];
    const auto row = row_shares(x);
    k.dx[0] += k.dy * (row.shares() * row_sum(q) - q);
    k.dx[1] += -(k.dy * row.logs());
  }
};

template <Var (*f)(const Var&)> void sample_rows(Sampler& s) {
  f(s.normal(s.shape(1).with(-1, s.extent(1))));
}
template <Var (*f)(const Var&, const Axes&, bool)> void sample_some(Sampler& s) {
  const Index n = s.extent(1), m = s.extent(1);
  f(s.normal({n}), {0}, false);
  f(s.normal({m, n}), {0}, true);
  f(s.normal({2, m, n}), {0, 2}, false);
}
Var normalized(const Var& x) { return normalize(x, 1e-5); }
void sample_soft_cross_entropy(Sampler& s) {
  const Shape shape = s.shape(1).with(-1, s.extent(1));
  soft_cross_entropy(s.normal(shape), s.uniform(shape, 0.1, 1));
}

}  // namespace

Shape rows_shape(const Operands& x, const Attr&) {
  for (int i = 0; i < x.count; ++i) {
    const Shape& shape = x[i].shape;
    if (is_floating(x[i].dtype) && shape.rank() > 0 && shape.columns() > 0 && shape == x[0].shape) {
      continue;
    }
    throw Error(ErrorKind::argument, x.op,
                i == 0 ? "floating [..., features] with at least one feature"
                       : "floating " + to_string(x[0].shape) + ", as the first operand",
                std::string(name(x[i].dtype)) + " " + to_string(shape));
  }
  return x[0].shape;
}
Shape row_scalars_shape(const Operands& x, const Attr& attr) {
  const Shape shape = rows_shape(x, attr);
  return shape.without(shape.rank() - 1);
}

const Op softmax_op =
    rowwise<Softmax>("softmax", "e^x / Σ e^x over the last axis", sample_rows<carousel::softmax>);
const Op log_softmax_op = rowwise<LogSoftmax>("log_softmax", "x - ln Σ e^x over the last axis",
                                              sample_rows<carousel::log_softmax>);
const Op logsumexp_op = at_edges(rowwise<LogSumExp>("logsumexp", "ln Σ e^x over the last axis",
                                                    sample_some<carousel::logsumexp>),
                                 edges::logsumexp);
const Op max_op = at_edges(
    rowwise<Max>("max", "the largest element of the last axis", sample_some<carousel::max>),
    edges::max);
const Op norm_op = at_edges(
    rowwise<Norm>("norm", "√Σ x² over the last axis", sample_some<carousel::norm>), edges::norm);
const Op normalize_op = rowwise<Normalize>(
    "normalize", "(x - mean) / √(variance + c) over the last axis", sample_rows<normalized>);
const Op soft_cross_entropy_op = rowwise<SoftCrossEntropy>(
    "soft_cross_entropy", "-Σ q ln softmax(x) over the last axis", sample_soft_cross_entropy);

namespace {

/// An op of the last axis, over any axes: those are brought to the end and made one.
Var over_axes(const Op& op, const Var& x, Index reduced, bool keep) {
  const Shape shape = x.shape();
  if (reduced == 0) {
    throw Error(ErrorKind::argument, op.name, "at least one axis to reduce", "none");
  }
  Attr order;
  Index count = 1;
  for (const bool last : {false, true}) {
    for (int axis = 0; axis < shape.rank(); ++axis) {
      if (((reduced >> axis & 1) != 0) == last) order.shape.append(axis);
      if (last && (reduced >> axis & 1) != 0) count *= shape[axis];
    }
  }
  const Shape left = remaining(shape, reduced, false);
  Var rows = x;
  if (left.rank() + 1 != shape.rank() || order.shape[shape.rank() - 1] != shape.rank() - 1 ||
      (reduced >> (shape.rank() - 1) & 1) == 0) {
    rows = reshape(record(permute_op, {&x}, order), left.inserted(left.rank(), count));
  }
  const Var y = record(op, {&rows});
  return keep ? reshape(y, remaining(shape, reduced, true)) : y;
}

}  // namespace

}  // namespace detail

using namespace detail;

Var softmax(const Var& x) { return record(softmax_op, {&x}); }
Var log_softmax(const Var& x) { return record(log_softmax_op, {&x}); }
Var logsumexp(const Var& x, const Axes& axes, bool keep) {
  return over_axes(logsumexp_op, x, axes_as_bits("logsumexp", x.shape(), axes), keep);
}
Var max(const Var& x, const Axes& axes, bool keep) {
  return over_axes(max_op, x, axes_as_bits("max", x.shape(), axes), keep);
}
Var max(const Var& x) { return over_axes(max_op, x, all_axes(x.shape()), false); }
Var min(const Var& x) { return -max(-x); }
Var norm(const Var& x) { return over_axes(norm_op, x, all_axes(x.shape()), false); }
Var min(const Var& x, const Axes& axes, bool keep) { return -max(-x, axes, keep); }
Var norm(const Var& x, const Axes& axes, bool keep) {
  return over_axes(norm_op, x, axes_as_bits("norm", x.shape(), axes), keep);
}
Var normalize(const Var& x, double epsilon) { return with_scalar(normalize_op, x, epsilon); }
Var layer_norm(const Var& x, const Var& gain, const Var& bias, double epsilon) {
  return normalize(x, epsilon) * gain + bias;
}
Var soft_cross_entropy(const Var& logits, const Var& q) {
  return record(soft_cross_entropy_op, {&logits, &q});
}

}  // namespace carousel
