#pragma once
#include <cells/cell.hpp>

namespace carousel::cells {

/// A GRU whose one gate forgets and resets.
struct Mgu {
  static constexpr const char* about = R"(
Minimal gated unit (Zhou et al. 2016):

    f  = σ(W_f x + U_f h + b_f)
    h~ = tanh(W_h x + U_h (f∘h) + b_h)
    h' = (1 - f)∘h + f∘h~
)";
  struct State {
    Var h;
  };
  Param W_f, U_f, b_f, W_h, U_h, b_h;

  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W_f", W_f).recurrent("U_f", U_f).bias("b_f", b_f).replaces();
    d.input("W_h", W_h).recurrent("U_h", U_h).bias("b_h", b_h);
  }
  Step<State> step(const Var& x, const State& s) const {
    const Var f = observe("update", sigmoid(linear(x, W_f, b_f) + linear(s.h, U_f)));
    const Var candidate = tanh(linear(x, W_h, b_h) + linear(f * s.h, U_h));
    const Var h = s.h + f * (candidate - s.h);
    return {h, {h}};
  }
};

}  // namespace carousel::cells
