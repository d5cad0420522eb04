#pragma once
#include <cells/cell.hpp>
#include <optional>

namespace carousel::cells {

/// Long short-term memory, with PyTorch's function and parameters.
struct Lstm {
  static constexpr const char* about = R"(
Long short-term memory with a forget gate (Hochreiter and Schmidhuber 1997; Gers,
Schmidhuber and Cummins 2000), as PyTorch's:

    i = σ(W_ii x + b_ii + W_hi h + b_hi)        f = σ(W_if x + b_if + W_hf h + b_hf)
    g = tanh(W_ig x + b_ig + W_hg h + b_hg)     o = σ(W_io x + b_io + W_ho h + b_ho)
    c' = f∘c + i∘g                              h' = o∘tanh(c')

The four gates stand below each other in one matrix, in the order i, f, g, o.
)";
  struct State {
    Var h, c;
  };
  std::string bias = "torch";
  std::optional<double> forget_bias;
  Param weight_ih, weight_hh, bias_ih, bias_hh;

  void settings(Settings& s);
  void declare(Declaration<State>& d);
  void after_initialise();
  Step<State> step(const Var& x, const State& s) const;
};

}  // namespace carousel::cells
