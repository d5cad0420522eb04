#include <autograd/linear_algebra.hpp>
#include <autograd/ops/table.hpp>

#include "op_cases.hpp"

namespace carousel::testing {
namespace {

/// Square matrices far from singular.
std::vector<Leaves> regular() { return {{dominant(1)}, {dominant(2)}, {dominant(7)}}; }

}  // namespace

std::vector<OpCase> product_cases() {
  return {
      {"matmul",
       {{normals({4, 9}), normals({9, 6})},
        {normals({1, 9}), normals({9, 6})},
        {normals({3, 1}), normals({1, 5})},
        {normals({0, 3}), normals({3, 2})},
        {normals({2, 0}), normals({0, 3})},
        {normals({3, 4, 5}), normals({3, 5, 2})},
        {normals({1, 2, 1}), normals({1, 1, 3})},
        {normals({2, 3, 4, 5}), normals({2, 3, 5, 1})}},
       [](Vars x) { return matmul(x[0], x[1]); },
       [](Tensors x) { return at::matmul(x[0], x[1]); }},
      {"matmul with one matrix for all",
       {{normals({3, 4, 5}), normals({5, 2})},
        {normals({2, 3, 1, 4}), normals({4, 3})},
        {normals({5}), normals({5, 3})}},
       [](Vars x) { return matmul(x[0], x[1]); },
       [](Tensors x) { return at::matmul(x[0], x[1]); }},
      {"matmul of one operand twice",
       {{normals({5, 5})}, {normals({2, 3, 3})}},
       [](Vars x) { return matmul(x[0], x[0]); },
       [](Tensors x) { return at::matmul(x[0], x[0]); }},
      {"linear",
       {{normals({2, 4, 9}), normals({6, 9})},
        {normals({4, 9}), normals({6, 9})},
        {normals({9}), normals({6, 9})},
        {normals({0, 9}), normals({6, 9})},
        {normals({2, 3, 1, 5}), normals({1, 5})}},
       [](Vars x) { return linear(x[0], x[1]); },
       [](Tensors x) { return at::linear(x[0], x[1]); }},
      {"linear with bias",
       {{normals({4, 9}), normals({6, 9}), normals({6})},
        {normals({1, 9}), normals({6, 9}), normals({6})},
        {normals({0, 9}), normals({6, 9}), normals({6})},
        {normals({2, 4, 9}), normals({6, 9}), normals({6})},
        {normals({2, 3, 1, 5}), normals({1, 5}), normals({1})}},
       [](Vars x) { return linear(x[0], x[1], x[2]); },
       [](Tensors x) { return at::linear(x[0], x[1], x[2]); }},
      {"outer",
       {{normals({4}), normals({7})},
        {normals({1}), normals({1})},
        {normals({3, 4}), normals({3, 2})},
        {normals({2, 3, 5}), normals({2, 3, 4})}},
       [](Vars x) { return outer(x[0], x[1]); },
       [](Tensors x) { return x[0].unsqueeze(-1) * x[1].unsqueeze(-2); }},
      {"outer products summed over rows",
       {{normals({4, 3}), normals({4, 5})}, {normals({2, 3, 4}), normals({2, 3, 1})}},
       [](Vars x) {
         return record(detail::outer_sum_op, {&x[0], &x[1]});
       },
       [](Tensors x) {
         return at::matmul(x[0].reshape({-1, x[0].size(-1)}).t(),
                           x[1].reshape({-1, x[1].size(-1)}));
       }},
      {"solve",
       {{dominant(1), normals({1, 1})},
        {dominant(4), normals({4, 1})},
        {dominant(7), normals({7, 3})},
        {dominant(3), normals({3, 0})}},
       [](Vars x) { return solve(x[0], x[1]); },
       [](Tensors x) { return at::linalg_solve(x[0], x[1]); }},
      {"inverse", regular(), [](Vars x) { return inverse(x[0]); },
       [](Tensors x) { return at::linalg_inv(x[0]); }},
      {"matrix_exponential",
       {{normals({1, 1})}, {normals({2, 2})}, {normals({5, 5})}, {dominant(4)}},
       [](Vars x) { return matrix_exponential(x[0]); },
       [](Tensors x) { return at::linalg_matrix_exp(x[0]); }},
      {"matrix_exponential of a small matrix",
       {{normals({3, 3})}, {normals({6, 6})}},
       [](Vars x) { return matrix_exponential(x[0] * 0.05); },
       [](Tensors x) { return at::linalg_matrix_exp(x[0] * 0.05); }},
      {"Cayley transform",
       {{normals({3, 3})}, {normals({6, 6})}},
       [](Vars x) {
         const Index n = x[0].shape()[0];
         Tensor eye(DType::float64, {n, n});
         for (Index i = 0; i < n; ++i) eye.set(i * (n + 1), 1);
         const Var I = x[0].tape().input(eye), S = x[0] - transpose(x[0]);
         return solve(I + S, I - S);
       },
       [](Tensors x) {
         const auto I = at::eye(x[0].size(0), at::kDouble), S = x[0] - x[0].t();
         return at::linalg_solve(I + S, I - S);
       }},
  };
}

}  // namespace carousel::testing
