#pragma once
#include <autograd/ops.hpp>
#include <autograd/sampler.hpp>

/// Samples that families share: random shapes of every rank, extents of 0 and 1 among them.
namespace carousel::detail {

template <Var (*f)(const Var&)> void sample_unary(Sampler& s) { f(s.normal(s.shape())); }

template <Var (*f)(const Var&)> void sample_positive(Sampler& s) {
  f(s.uniform(s.shape(), 0.1, 3));
}

/// For functions with a kink where the operands are equal.
template <Var (*f)(const Var&, const Var&)> void sample_apart(Sampler& s) {
  const Shape shape = s.shape(1);
  f(s.normal(shape), s.normal(shape));
  f(s.normal(shape), s.normal({shape.columns()}));
  f(s.normal({shape.columns()}), s.normal(shape));
  f(s.normal(shape), s.normal({}));
}

template <Var (*f)(const Var&, const Var&)> void sample_binary(Sampler& s) {
  sample_apart<f>(s);
  const Var x = s.normal(s.shape());
  f(x, x);
}

}  // namespace carousel::detail
