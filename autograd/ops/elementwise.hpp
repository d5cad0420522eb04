#pragma once
#include <autograd/ops.hpp>
#include <autograd/sampler.hpp>

namespace carousel::detail {

// Matrices, a bias, rank 3, one column, and sizes that leave a partial lane.
template <Var (*f)(const Var&)> void sample_unary(Sampler& s) {
  f(s.normal({3, 5}));
  f(s.normal({2, 33}));
  f(s.normal({2, 3, 4}));
  f(s.normal({7}));
  f(s.normal({}));
}
template <Var (*f)(const Var&, const Var&)> void sample_binary(Sampler& s) {
  f(s.normal({3, 5}), s.normal({3, 5}));
  f(s.normal({2, 33}), s.normal({2, 33}));
  f(s.normal({4, 3}), s.normal({3}));
  f(s.normal({3}), s.normal({4, 3}));
  f(s.normal({2, 3, 17}), s.normal({17}));
  f(s.normal({5}), s.normal({}));
  const Var x = s.normal({3, 4});
  f(x, x);
}

/// Records a binary elementwise op. A scalar beside a larger operand is repeated; a bias needs no
/// help.
Var binary(const Op& op, const Var& a, const Var& b);

}  // namespace carousel::detail
