#pragma once
#include <autograd/kernels/instruction_set.hpp>
#include <autograd/kernels/loops_of.hpp>
#include <autograd/ops/broadcasting.hpp>
#include <autograd/ops/graph.hpp>
#include <autograd/ops/make.hpp>
#include <autograd/ops/probe.hpp>
// After the functions that formulas call, which they find where they stand.
#include <autograd/kernels/bodies/all.hpp>

/// Elementwise ops. The author writes a Body, formulas only:
///
///     struct Tanh {
///       static constexpr int arity = 1;
///       template <class K> static void forward(K& k)  { k.y = tanh(k.x[0]); }
///       template <class K> static void pullback(K& k) { k.dx[0] += k.dy * (1.0 - k.y * k.y); }
///     };
///
/// K holds SIMD lanes (../kernels/elementwise.hpp), values of a tape for second order (graph.hpp),
/// or the probe that finds what the pullback reads. A body must not branch on values; it chooses
/// with where(condition, a, b). k.a is Attr::scalar.
namespace carousel::detail {

template <class Body> const ElementwiseKernel& kernel_of() {
  static const ElementwiseKernel& kernel =
      kernels().elementwise[position_in<Body>(ElementwiseBodies{})];
  return kernel;
}
template <class Body> void forward_elementwise(const Forward& call) {
  kernel_of<Body>().in(call.y.dtype).forward(forward_loop(call));
}
template <class Body> void pullback_elementwise(const Pullback& call) {
  kernel_of<Body>().in(call.dy.dtype).pullback(pullback_loop(call));
}

template <class Body> constexpr Op elementwise(const char* name, const char* doc, Sample sample) {
  Op result = by_rows(computing(op(name, doc, Body::arity, elementwise_shape, sample),
                                forward_elementwise<Body>, pullback_elementwise<Body>,
                                graph_elementwise<Body>, reads_of<Body>(), /*assigns=*/true));
  result.kernel = kernel_of<Body>;
  return result;
}

}  // namespace carousel::detail
