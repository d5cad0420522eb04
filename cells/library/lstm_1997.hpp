#pragma once
#include <cells/cell.hpp>

namespace carousel::cells {

/// Long short-term memory as it was first: without a forget gate.
struct Lstm1997 {
  static constexpr const char* about = R"(
Long short-term memory of the first paper (Hochreiter and Schmidhuber 1997): a
constant error carousel without a forget gate, in blocks of cells that share their
gates; and the gates are fed by all cells and gates, a = [h, i, o] of the step
before:

    i' = σ(W_i x + U_i a + b_i)          o' = σ(W_o x + U_o a + b_o)       one a block
    c' = c + i'∘g(W_c x + U_c a + b_c)   h' = o'∘q(c')

with g = 4σ - 2 in [-2, 2] and q = 2σ - 1 in [-1, 1], as in most of its experiments.
hidden_size is the number of cells. truncated_gradient: true is the paper's learning:
no error flows back through a. Its gates start closed, with biases such as -1, -3, -5
(input_start: -1, input_step: -2).
)";
  struct State {
    Var h, c, i, o;
  };
  Index block_size = 1;
  bool gate_bias = true, cell_bias = true, truncated_gradient = false;
  double bound = 0.2, input_start = 0, input_step = 0, output_start = -1, output_step = -1;
  Param W_i, U_i, b_i, W_o, U_o, b_o, W_c, U_c, b_c;

  void settings(Settings& s);
  void declare(Declaration<State>& d);
  Step<State> step(const Var& x, const State& s) const;
};

}  // namespace carousel::cells
