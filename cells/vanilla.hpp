#pragma once
#include <cells/cell.hpp>

namespace carousel::cells {

///     h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh)                           (Elman 1990)
///
/// or relu in place of tanh. Parameters as PyTorch's RNN.
struct Vanilla {
  struct State {
    Var h;
  };
  std::string activation = "tanh", bias = "torch";
  Param weight_ih, weight_hh, bias_ih, bias_hh;

  void settings(Settings& s);
  void declare(Declaration<State>& d);
  Step<State> step(const Var& x, const State& s) const;
};

}  // namespace carousel::cells
