#pragma once
#include <cells/cell.hpp>

namespace carousel::cells {

/// An LSTM that lets in what it forgets.
struct CoupledLstm {
  static constexpr const char* about = R"(
LSTM with coupled input and forget gates, CIFG (Greff et al. 2017): i = 1 - f,

    f  = σ(W_f x + U_f h + b_f)          o = σ(W_o x + U_o h + b_o)
    c' = f∘c + (1 - f)∘tanh(W_c x + U_c h + b_c)
    h' = o∘tanh(c')

peepholes: true adds p_f∘c to the first and p_o∘c' to the second gate, as the paper's
have them.
)";
  struct State {
    Var h, c;
  };
  bool peepholes = false;
  Param W_f, U_f, b_f, W_c, U_c, b_c, W_o, U_o, b_o, p_f, p_o;

  void settings(Settings& s) { s("peepholes", peepholes, "whether gates see the cell state"); }
  void declare(Declaration<State>& d) {
    d.state("h", &State::h).state("c", &State::c);
    d.input("W_f", W_f).recurrent("U_f", U_f).bias("b_f", b_f).keeps();
    d.input("W_c", W_c).recurrent("U_c", U_c).bias("b_c", b_c);
    d.input("W_o", W_o).recurrent("U_o", U_o).bias("b_o", b_o);
    if (peepholes) d.diagonal("p_f", p_f).diagonal("p_o", p_o);
  }
  Step<State> step(const Var& x, const State& s) const {
    const auto seen = [](const Var& a, const Param& p, const Var& c) { return p ? a + p * c : a; };
    const Var f =
        observe("forget", sigmoid(seen(linear(x, W_f, b_f) + linear(s.h, U_f), p_f, s.c)));
    const Var candidate = tanh(linear(x, W_c, b_c) + linear(s.h, U_c));
    const Var c = f * s.c + (1.0 - f) * candidate;
    const Var o = observe("output", sigmoid(seen(linear(x, W_o, b_o) + linear(s.h, U_o), p_o, c)));
    const Var h = o * tanh(c);
    return {h, {h, c}};
  }
};

}  // namespace carousel::cells
