#pragma once
#include <cells/cell.hpp>

namespace carousel::cells {

/// Gated recurrent unit, with PyTorch's function and parameters.
struct Gru {
  static constexpr const char* about = R"(
Gated recurrent unit (Cho et al. 2014), as PyTorch's:

    r = σ(W_ir x + b_ir + W_hr h + b_hr)        z = σ(W_iz x + b_iz + W_hz h + b_hz)
    n = tanh(W_in x + b_in + r∘(W_hn h + b_hn))
    h' = (1 - z)∘n + z∘h

reset: before is the paper's: n = tanh(W_in x + b_in + W_hn (r∘h) + b_hn). The gates stand
below each other in one matrix, in the order r, z, n. With bias: single there is no b_hn,
which with reset after the product is another function: b_hn cannot be merged into b_in.
)";
  struct State {
    Var h;
  };
  std::string reset = "after", bias = "torch";
  Param weight_ih, weight_hh, bias_ih, bias_hh;

  void settings(Settings& s);
  void declare(Declaration<State>& d);
  Step<State> step(const Var& x, const State& s) const;

 private:
  Var reset_before(const Var& x, const Var& h) const;
  Var reset_after(const Var& x, const Var& h) const;
};

}  // namespace carousel::cells
