#include <autograd/ops.hpp>
#include <autograd/ops/gemm.hpp>
#include <autograd/ops/make.hpp>
#include <autograd/ops/table.hpp>
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

void check_floating_matrix(const Operands& x, int i, const char* what) {
  if (!is_floating(x[i].dtype)) {
    misfit(x, std::string("a floating ") + what, name(x[i].dtype));
  }
}

Shape matmul_shape(const Operands& x, const Attr&) {
  const Shape &a = x[0].shape, &b = x[1].shape;
  check_floating_matrix(x, 0, "a");
  check_floating_matrix(x, 1, "b");
  if (a.rank() != 2 || b.rank() != 2 || a[1] != b[0]) {
    misfit(x, "a [n, k] and b [k, m]",
           "a " + to_string(a, {"n", "k"}) + " and b " + to_string(b, {"k", "m"}),
           a.rank() == 2 && b.rank() == 2 && a[1] == b[1] ? "For a·bᵀ use linear(a, b)." : "");
  }
  return {a[0], b[1]};
}

/// Checks x [..., in] against W [out, in] and, where there is one, b [out].
Shape linear_shape(const Operands& x, const Attr&) {
  const Shape &input = x[0].shape, &W = x[1].shape;
  for (int i = 0; i < x.count; ++i) check_floating_matrix(x, i, i == 0 ? "x" : "parameter");
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

template <class T> void add_rows(const View& dy, const Slot& slot) {
  if (slot.fresh) fill_zero(slot.view);
  T* sum = slot.view.as<T>();
  const Index columns = dy.columns();
  for (Index r = 0; r < dy.rows(); ++r) {
    const T* row = dy.row<T>(r);
    for (Index c = 0; c < columns; ++c) sum[c] += row[c];
  }
}

void matmul_forward(const Forward& k) { gemm(false, false, k.x[0], k.x[1], false, k.y); }
void matmul_pullback(const Pullback& k) {  // da = dy bᵀ, db = aᵀ dy
  if (k.dx[0].wanted) gemm(false, true, k.dy, k.x[1], !k.dx[0].fresh, k.dx[0].view);
  if (k.dx[1].wanted) gemm(true, false, k.x[0], k.dy, !k.dx[1].fresh, k.dx[1].view);
}

void linear_forward(const Forward& k) { gemm(false, true, k.x[0], k.x[1], false, k.y); }
void linear_pullback(const Pullback& k) {  // dx = dy W, dW = dyᵀ x
  if (k.dx[0].wanted) gemm(false, false, k.dy, k.x[1], !k.dx[0].fresh, k.dx[0].view);
  if (k.dx[1].wanted) gemm(true, false, k.dy, k.x[0], !k.dx[1].fresh, k.dx[1].view);
}

void affine_forward(const Forward& k) {  // y = b, then y += x Wᵀ
  const auto bytes = static_cast<std::size_t>(k.y.columns()) * size_of(k.y.dtype);
  for (Index r = 0; r < k.y.rows(); ++r) {
    std::memcpy(static_cast<char*>(k.y.data) + static_cast<std::size_t>(r) * bytes, k.x[2].data,
                bytes);
  }
  gemm(false, true, k.x[0], k.x[1], true, k.y);
}
void affine_pullback(const Pullback& k) {  // as linear, and db = sum of dy over rows
  linear_pullback(k);
  if (!k.dx[2].wanted) return;
  if (k.dy.dtype == DType::float32) {
    add_rows<float>(k.dy, k.dx[2]);
  } else {
    add_rows<double>(k.dy, k.dx[2]);
  }
}

Shape transpose_shape(const Operands& x, const Attr&) {
  check_floating_matrix(x, 0, "x");
  if (x[0].shape.rank() != 2) misfit(x, "a matrix [n, m]", to_string(x[0].shape));
  return {x[0].shape[1], x[0].shape[0]};
}

template <class T> void add_transposed(const View& from, const View& to, bool add) {
  for (Index r = 0; r < from.rows(); ++r) {
    for (Index c = 0; c < from.columns(); ++c) {
      T& element = to.row<T>(c)[r];
      element = (add ? element : T(0)) + from.row<T>(r)[c];
    }
  }
}
void transposed(const View& from, const View& to, bool add) {
  if (from.dtype == DType::float32) {
    add_transposed<float>(from, to, add);
  } else {
    add_transposed<double>(from, to, add);
  }
}
void transpose_forward(const Forward& k) { transposed(k.x[0], k.y, false); }
void transpose_pullback(const Pullback& k) { transposed(k.dy, k.dx[0].view, !k.dx[0].fresh); }

void sample_matmul(Sampler& s) {
  matmul(s.normal({3, 4}), s.normal({4, 5}));
  matmul(s.normal({1, 4}), s.normal({4, 3}));
  const Var a = s.normal({3, 3});
  matmul(a, a);
}
void sample_linear(Sampler& s) {
  linear(s.normal({3, 4}), s.normal({5, 4}));
  linear(s.normal({1, 4}), s.normal({5, 4}));
  linear(s.normal({2, 3, 4}), s.normal({5, 4}));
  const Var a = s.normal({3, 3});
  linear(a, a);
}
void sample_affine(Sampler& s) {
  linear(s.normal({3, 4}), s.normal({5, 4}), s.normal({5}));
  linear(s.normal({1, 4}), s.normal({2, 4}), s.normal({2}));
  linear(s.normal({2, 3, 4}), s.normal({5, 4}), s.normal({5}));
}
void sample_transpose(Sampler& s) {
  transpose(s.normal({3, 5}));
  transpose(s.normal({4, 4}));
}

constexpr Op product(const char* name, const char* doc, int arity, ShapeRule shape,
                     ForwardBody forward, PullbackBody pullback, Sample sample) {
  return by_rows(computing(op(name, doc, arity, shape, sample), forward, pullback,
                           reads_x0 | reads_x1, /*assigns=*/true));
}

}  // namespace

const Op matmul_op = product("matmul", "a b, [n, k] [k, m] -> [n, m]", 2, matmul_shape,
                             matmul_forward, matmul_pullback, sample_matmul);
const Op linear_op = product("linear", "x Wᵀ, [..., in] [out, in] -> [..., out]", 2, linear_shape,
                             linear_forward, linear_pullback, sample_linear);
const Op affine_op = product("affine", "x Wᵀ + b, with b [out]", 3, linear_shape, affine_forward,
                             affine_pullback, sample_affine);
const Op transpose_op =
    computing(op("transpose", "xᵀ, [n, m] -> [m, n]", 1, transpose_shape, sample_transpose),
              transpose_forward, transpose_pullback, reads_nothing, /*assigns=*/true);

}  // namespace detail

Var matmul(const Var& a, const Var& b) { return record(detail::matmul_op, {&a, &b}); }
Var linear(const Var& x, const Var& W) { return record(detail::linear_op, {&x, &W}); }
Var linear(const Var& x, const Var& W, const Var& b) {
  return record(detail::affine_op, {&x, &W, &b});
}
Var transpose(const Var& x) { return record(detail::transpose_op, {&x}); }

}  // namespace carousel
