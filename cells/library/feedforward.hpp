#pragma once
#include <cells/cell.hpp>

namespace carousel::cells {

/// The baseline without a state.
struct Feedforward {
  static constexpr const char* about = R"(
A net without feedback:

    y = tanh(W x + b)

The baseline that sees the present input only and cannot use what came before.
)";
  struct State {};
  Param weight_ih, bias_ih;

  void declare(Declaration<State>& d) {
    d.input("weight_ih", weight_ih);
    d.bias("bias_ih", bias_ih);
  }
  Step<State> step(const Var& x, const State&) const {
    return {tanh(linear(x, weight_ih, bias_ih)), {}};
  }
};

}  // namespace carousel::cells
