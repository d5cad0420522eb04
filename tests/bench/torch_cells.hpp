#pragma once
#include <torch/torch.h>

#include <string>
#include <vector>

/// The cells from libtorch's single ops, as well as its users can write them: gates packed in one
/// matrix, the product with all xs before the loop. cells.hpp has the equations.
namespace carousel::bench {

using torch::Tensor;
using State = std::vector<Tensor>;  // h, and what else a cell has

/// A cell's parameters: W [gates · hidden, input], U, b, and what a cell has besides.
struct Packed {
  Tensor W, U, b, more;
};

struct TorchCell {
  const char *name, *gates;  // gates: what the names of their parameters end with
  int states;
  State (*step)(const Packed& p, const Tensor& x, const State& s);
};

inline State lstm_step(const Packed& p, const Tensor& x, const State& s) {
  const auto a = at::chunk(x + at::linear(s[0], p.U), 4, 1);
  const Tensor c = at::sigmoid(a[1]) * s[1] + at::sigmoid(a[0]) * at::tanh(a[2]);
  return {at::sigmoid(a[3]) * at::tanh(c), c};
}

/// The bias inside of the reset is `more`.
inline State gru_step(const Packed& p, const Tensor& x, const State& s) {
  const auto a = at::split_with_sizes(x, {2 * s[0].size(1), s[0].size(1)}, 1);
  const auto u = at::split_with_sizes(at::linear(s[0], p.U), {2 * s[0].size(1), s[0].size(1)}, 1);
  const auto gates = at::chunk(at::sigmoid(a[0] + u[0]), 2, 1);  // r, z
  const Tensor n = at::tanh(a[1] + gates[0] * (u[1] + p.more));
  return {n + gates[1] * (s[0] - n)};
}

inline State tanh_step(const Packed& p, const Tensor& x, const State& s) {
  return {at::tanh(x + at::linear(s[0], p.U))};
}

inline State relu_step(const Packed& p, const Tensor& x, const State& s) {
  return {at::relu(x + at::linear(s[0], p.U))};
}

inline State mgu_step(const Packed& p, const Tensor& x, const State& s) {
  const auto a = at::chunk(x, 2, 1);
  const auto U = at::chunk(p.U, 2, 0);
  const Tensor f = at::sigmoid(a[0] + at::linear(s[0], U[0]));
  const Tensor n = at::tanh(a[1] + at::linear(f * s[0], U[1]));
  return {s[0] + f * (n - s[0])};
}

/// Peepholes i, f, o are the rows of `more`.
inline State peephole_step(const Packed& p, const Tensor& x, const State& s) {
  const auto a = at::chunk(x + at::linear(s[0], p.U), 4, 1);
  const Tensor i = at::sigmoid(a[0] + p.more[0] * s[1]), f = at::sigmoid(a[1] + p.more[1] * s[1]);
  const Tensor c = f * s[1] + i * at::tanh(a[2]);
  return {at::sigmoid(a[3] + p.more[2] * c) * at::tanh(c), c};
}

inline State three_gates_step(const Packed& p, const Tensor& x, const State& s) {
  const auto hidden = s[0].size(1);
  const auto a = at::split_with_sizes(x, {3 * hidden, hidden}, 1);
  const auto u = at::split_with_sizes(at::linear(s[0], p.U), {3 * hidden, hidden}, 1);
  const auto gates = at::chunk(at::sigmoid(a[0] + u[0]), 3, 1);  // f, i, r
  const Tensor n = at::tanh(a[1] + gates[2] * u[1]);
  return {gates[0] * s[0] + gates[1] * n};
}

/// V is `more`; slow and fast are the second and the third state.
inline State traces_step(const Packed& p, const Tensor& x, const State& s) {
  const Tensor h = at::tanh(x + at::linear(s[2], p.U) + at::linear(s[1], p.more));
  return {h, at::lerp(s[1], h, 0.05), at::lerp(s[2], h, 0.5)};
}

constexpr TorchCell torch_cells[] = {
    {"lstm", "ifgo", 2, lstm_step},
    {"gru", "rzn", 1, gru_step},
    {"tanh", "h", 1, tanh_step},
    {"relu", "h", 1, relu_step},
    {"mgu", "fh", 1, mgu_step},
    {"peephole", "ifco", 2, peephole_step},
    {"three_gates", "firn", 1, three_gates_step},
    {"traces", "", 3, traces_step},
};

}  // namespace carousel::bench
