#include <autograd/ops.hpp>
#include <autograd/ops/broadcasting.hpp>
#include <autograd/ops/few_features.hpp>
#include <autograd/ops/gemm.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/ops/terms.hpp>
#include <autograd/sampler.hpp>
#include <autograd/support/error.hpp>
#include <cstring>

namespace carousel {
namespace detail {
namespace {

[[noreturn]] void misfit(const Operands& x, const std::string& expected, const std::string& got,
                         const std::string& fix = {}) {
  throw Error(ErrorKind::argument, x.op, expected, got, fix);
}

// --- matmul: Attr::axis says which operands are taken transposed ---

constexpr Index transpose_a = 1, transpose_b = 2;

Shape leading(const Shape& shape) {
  return shape.without(shape.rank() - 1).without(shape.rank() - 2);
}

Shape matmul_shape(const Operands& x, const Attr& attr) {
  const Shape &a = x[0].shape, &b = x[1].shape;
  check_floating(x);
  const bool ta = (attr.axis & transpose_a) != 0, tb = (attr.axis & transpose_b) != 0;
  const auto extent = [](const Shape& s, bool last) { return s[s.rank() - (last ? 1 : 2)]; };
  const bool matrices = a.rank() >= 2 && b.rank() == a.rank() && leading(a) == leading(b);
  if (!matrices || extent(a, !ta) != extent(b, tb)) {
    const bool other_way = matrices && !ta && !tb && extent(a, true) == extent(b, true);
    misfit(x, "a [..., n, k] and b [..., k, m] with the same leading axes",
           "a " + (a.rank() <= 2 ? to_string(a, {"n", "k"}) : to_string(a)) + " and b " +
               (b.rank() <= 2 ? to_string(b, {"k", "m"}) : to_string(b)),
           other_way ? "For a·bᵀ use linear(a, b)." : "");
  }
  return a.with(a.rank() - 2, extent(a, ta)).with(a.rank() - 1, extent(b, !tb));
}

/// Matrix i of a stack of matrices.
View matrix(const View& stack, Index i) {
  const int rank = stack.shape.rank();
  const Index rows = stack.shape[rank - 2];
  View one = stack;
  one.shape = {rows, stack.columns()};
  one.data = static_cast<char*>(stack.data) +
             i * rows * stack.stride * static_cast<Index>(size_of(stack.dtype));
  return one;
}

void matmul_forward(const Forward& k) {
  const bool ta = (k.attr->axis & transpose_a) != 0, tb = (k.attr->axis & transpose_b) != 0;
  const Index count = leading(k.x[0].shape).size();
  for (Index i = 0; i < count; ++i) {
    gemm(ta, tb, matrix(k.x[0], i), matrix(k.x[1], i), k.add, matrix(k.y, i));
  }
}
void matmul_terms(Terms& k) {  // with A and B as multiplied: dA = dy Bᵀ, dB = Aᵀ dy
  const Index ta = k.attr.axis & transpose_a, tb = k.attr.axis & transpose_b;
  Attr da, db;
  da.axis = ta != 0 ? (tb != 0 ? transpose_a : 0) | transpose_b : (tb != 0 ? 0 : transpose_b);
  db.axis = tb != 0 ? transpose_a | (ta != 0 ? transpose_b : 0) : (ta != 0 ? 0 : transpose_a);
  k.add(0, matmul_op, ta != 0 ? Terms::Values{k.x(1), k.dy()} : Terms::Values{k.dy(), k.x(1)}, da);
  k.add(1, matmul_op, tb != 0 ? Terms::Values{k.dy(), k.x(0)} : Terms::Values{k.x(0), k.dy()}, db);
}

// --- rows times a matrix: linear, affine and what their derivatives need ---

/// Checks x [..., in] against W [out, in] and, where there is one, b [out].
Shape linear_shape(const Operands& x, const Attr&) {
  const Shape &input = x[0].shape, &W = x[1].shape;
  check_floating(x);
  const auto weight = [&W] { return "W " + to_string(W, {"out", "in"}); };
  if (W.rank() != 2) misfit(x, "W [out, in]", weight());
  if (input.rank() < 1 || input.columns() != W[1]) {
    misfit(x, "x's last axis of extent in=" + std::to_string(W[1]) + ", as in " + weight(),
           "x " + (input.rank() == 2 ? to_string(input, {"batch", "features"}) : to_string(input)),
           "Parameters are stored [out, in].");
  }
  if (x.count == 3 && x[2].shape != Shape{W[0]}) {
    misfit(x, "a bias [out=" + std::to_string(W[0]) + "]", to_string(x[2].shape));
  }
  return input.with(input.rank() - 1, W[0]);
}
Shape times_shape(const Operands& x, const Attr&) {
  const Shape &input = x[0].shape, &W = x[1].shape;
  check_floating(x);
  if (W.rank() != 2 || input.rank() < 1 || input.columns() != W[0]) {
    misfit(x, "x [..., k] and W [k, m]", "x " + to_string(input) + " and W " + to_string(W));
  }
  return input.with(input.rank() - 1, W[1]);
}
Shape outer_sum_shape(const Operands& x, const Attr&) {
  const Shape &a = x[0].shape, &b = x[1].shape;
  check_floating(x);
  if (a.rank() < 1 || b.rank() != a.rank() || a.with(a.rank() - 1, 0) != b.with(a.rank() - 1, 0)) {
    misfit(x, "a [..., n] and b [..., m] with the same leading axes",
           "a " + to_string(a) + " and b " + to_string(b));
  }
  return {a.columns(), b.columns()};
}

void linear_forward(const Forward& k) {
  if (few_features(k.x[0], k.x[1], k.add ? k.y : View(), k.y)) return;
  gemm(false, true, k.x[0], k.x[1], k.add, k.y);
}
void times_forward(const Forward& k) { gemm(false, false, k.x[0], k.x[1], k.add, k.y); }
void outer_sum_forward(const Forward& k) { gemm(true, false, k.x[0], k.x[1], k.add, k.y); }

void affine_forward(const Forward& k) {  // y = b, then y += x Wᵀ
  View repeated = k.x[2];
  repeated.stride = 0;
  if (few_features(k.x[0], k.x[1], repeated, k.y)) return;
  const auto bytes = static_cast<std::size_t>(k.y.columns()) * size_of(k.y.dtype);
  for (Index r = 0; r < k.y.rows(); ++r) {
    std::memcpy(static_cast<char*>(k.y.data) + static_cast<std::size_t>(r) * bytes, k.x[2].data,
                bytes);
  }
  gemm(false, true, k.x[0], k.x[1], true, k.y);
}

void linear_terms(Terms& k) {  // dx = dy W, dW = dyᵀ x
  k.add(0, times_op, {k.dy(), k.x(1)});
  k.add(1, outer_sum_op, {k.dy(), k.x(0)});
}
void affine_terms(Terms& k) {  // and db = the sum of dy over rows
  linear_terms(k);
  if (!k.wanted(2)) return;
  Attr last_axis;
  last_axis.axis = Index{1} << (k.shape(k.dy()).rank() - 1);
  last_axis.scalar = 1;
  last_axis.shape = k.shape(k.x(2));
  k.add(2, sum_op, {k.dy()}, last_axis);
}
void times_terms(Terms& k) {  // dx = dy Wᵀ, dW = xᵀ dy
  k.add(0, linear_op, {k.dy(), k.x(1)});
  k.add(1, outer_sum_op, {k.x(0), k.dy()});
}
void outer_sum_terms(Terms& k) {  // y = aᵀ b: da = b dyᵀ, db = a dy
  k.add(0, linear_op, {k.x(1), k.dy()});
  k.add(1, times_op, {k.x(0), k.dy()});
}

void sample_matmul(Sampler& s) {
  const Index n = s.extent(), m = s.extent(), k = s.extent(), stack = s.extent();
  matmul(s.normal({n, k}), s.normal({k, m}));
  matmul(s.normal({stack, n, k}), s.normal({stack, k, m}));
  matmul(s.normal({2, stack, n, k}), s.normal({2, stack, k, m}));
  const Var a = s.normal({n, n});
  matmul(a, a);
  const Var tall = s.normal({k, n}), wide = s.normal({m, k}), b = s.normal({k, m});
  Attr flags;
  flags.axis = transpose_a;
  record(matmul_op, {&tall, &b}, flags);
  flags.axis = transpose_a | transpose_b;
  record(matmul_op, {&tall, &wide}, flags);
  flags.axis = transpose_b;
  const Var plain = s.normal({n, k});
  record(matmul_op, {&plain, &wide}, flags);
}
void sample_linear(Sampler& s) {
  const Index in = s.extent(), out = s.extent();
  linear(s.normal(s.shape(1).with(-1, in)), s.normal({out, in}));
  linear(s.normal({1, in}), s.normal({out, in}));
  const Var a = s.normal({in, in});
  linear(a, a);
}
void sample_affine(Sampler& s) {
  const Index in = s.extent(), out = s.extent();
  linear(s.normal(s.shape(1).with(-1, in)), s.normal({out, in}), s.normal({out}));
  linear(s.normal({1, in}), s.normal({out, in}), s.normal({out}));
}
void sample_times(Sampler& s) {
  const Index in = s.extent(), out = s.extent();
  const Var x = s.normal(s.shape(1).with(-1, in)), W = s.normal({in, out});
  record(times_op, {&x, &W});
}
void sample_outer_sum(Sampler& s) {
  const Shape shape = s.shape(1);
  const Var a = s.normal(shape), b = s.normal(shape.with(-1, s.extent()));
  record(outer_sum_op, {&a, &b});
}

template <TermsBody terms>
constexpr Op product(const char* name, const char* doc, ShapeRule shape, ForwardBody forward,
                     Sample sample) {
  return adding(by_terms<terms>(op(name, doc, 2, shape, sample), forward, reads_x0 | reads_x1));
}

}  // namespace

const Op matmul_op = product<matmul_terms>("matmul", "a b, [..., n, k] [..., k, m] -> [..., n, m]",
                                           matmul_shape, matmul_forward, sample_matmul);
const Op linear_op =
    by_rows(product<linear_terms>("linear", "x Wᵀ, [..., in] [out, in] -> [..., out]", linear_shape,
                                  linear_forward, sample_linear));
const Op affine_op = by_rows(
    by_terms<affine_terms>(op("affine", "x Wᵀ + b, with b [out]", 3, linear_shape, sample_affine),
                           affine_forward, reads_x0 | reads_x1));
const Op times_op = by_rows(product<times_terms>("times", "x W, [..., k] [k, m] -> [..., m]",
                                                 times_shape, times_forward, sample_times));
const Op outer_sum_op =
    product<outer_sum_terms>("outer_sum", "Σ aᵀ b over rows, [..., n] [..., m] -> [n, m]",
                             outer_sum_shape, outer_sum_forward, sample_outer_sum);

}  // namespace detail

using namespace detail;

Var matmul(const Var& a, const Var& b) {
  const bool shared = b.shape().rank() == 2 && a.shape().rank() != 2;
  return record(shared ? times_op : matmul_op, {&a, &b});
}
Var linear(const Var& x, const Var& W) { return record(linear_op, {&x, &W}); }
Var linear(const Var& x, const Var& W, const Var& b) { return record(affine_op, {&x, &W, &b}); }

Var outer(const Var& a, const Var& b) {
  const Shape n = a.shape(), m = b.shape();
  if (n.rank() < 1 || m.rank() != n.rank() || n.with(-1, 0) != m.with(-1, 0)) {
    throw Error(ErrorKind::argument, "outer",
                "a [..., n] and b [..., m] with the same leading axes",
                "a " + to_string(n) + " and b " + to_string(m));
  }
  return matmul(reshape(a, n.inserted(n.rank(), 1)), reshape(b, m.inserted(m.rank() - 1, 1)));
}

}  // namespace carousel
