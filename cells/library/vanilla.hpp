#pragma once
#include <cells/cell.hpp>

namespace carousel::cells {

/// The simple recurrent net, with PyTorch's parameters.
struct Vanilla {
  static constexpr const char* about = R"(
The simple recurrent net (Elman 1990), as PyTorch's RNN:

    h' = tanh(W_ih x + b_ih + W_hh h + b_hh)

With activation: relu the rectifier stands in place of tanh, with linear nothing: then
dh_T/dh_t is the power W_hh^(T-t), by which a gradient vanishes or explodes (Bengio,
Simard and Frasconi 1994; Pascanu, Mikolov and Bengio 2013).
)";
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
