#pragma once
#include <cells/cell.hpp>

namespace carousel::testing {

///     h' = tanh(W x + U h + V m + b)
///     m' = m/2 + P h'
///     y  = R h' ∘ σ(R h')
///
/// A cell as a user might write it, unlike the library's in all that may differ: two states of
/// unequal width, neither of them the output, whose width is another one again.
struct TwoStates {
  struct State {
    Var h, m;
  };
  static constexpr Index memory = 3, outputs = 4;
  Param W, U, V, P, R, b;

  void declare(cells::Declaration<State>& d) {
    const Index hidden = d.sizes().hidden_size;
    d.state("h", &State::h);
    d.state("m", &State::m, memory);
    d.input("W", W);
    d.recurrent("U", U);
    d.parameter("V", V, {hidden, memory}, Role::recurrent);
    d.parameter("P", P, {memory, hidden}, Role::recurrent);
    d.parameter("R", R, {outputs, hidden}, Role::readout);
    d.bias("b", b);
    d.output(outputs);
  }
  cells::Step<State> step(const Var& x, const State& s) const {
    const Var h = tanh(linear(x, W, b) + linear(s.h, U) + linear(s.m, V));
    const Var m = 0.5 * s.m + linear(h, P);
    const Var r = linear(h, R);
    return {r * sigmoid(r), {h, m}};
  }
};

}  // namespace carousel::testing
