#pragma once
#include <cells/cell.hpp>

namespace carousel::cells {

/// An LSTM whose gates see the cell state.
struct PeepholeLstm {
  static constexpr const char* about = R"(
LSTM with peepholes (Gers, Schraudolph and Schmidhuber 2002): the gates see the cell
state, each unit its own (some give the output gate a full matrix of c); the output
gate the new one:

    i  = σ(W_i x + U_i h + p_i∘c + b_i)
    f  = σ(W_f x + U_f h + p_f∘c + b_f)
    c' = f∘c + i∘tanh(W_c x + U_c h + b_c)
    o  = σ(W_o x + U_o h + p_o∘c' + b_o)
    h' = o∘tanh(c')
)";
  struct State {
    Var h, c;
  };
  Param W_i, U_i, p_i, b_i, W_f, U_f, p_f, b_f, W_c, U_c, b_c, W_o, U_o, p_o, b_o;

  void declare(Declaration<State>& d) {
    d.state("h", &State::h).state("c", &State::c);
    d.input("W_f", W_f).recurrent("U_f", U_f).diagonal("p_f", p_f).bias("b_f", b_f).keeps();
    d.input("W_i", W_i).recurrent("U_i", U_i).diagonal("p_i", p_i).bias("b_i", b_i).admits();
    d.input("W_c", W_c).recurrent("U_c", U_c).bias("b_c", b_c);
    d.input("W_o", W_o).recurrent("U_o", U_o).diagonal("p_o", p_o).bias("b_o", b_o);
  }
  Step<State> step(const Var& x, const State& s) const {
    const Var i = sigmoid(linear(x, W_i, b_i) + linear(s.h, U_i) + p_i * s.c);
    const Var f = sigmoid(linear(x, W_f, b_f) + linear(s.h, U_f) + p_f * s.c);
    const Var candidate = tanh(linear(x, W_c, b_c) + linear(s.h, U_c));
    const Var c = observe("forget", f) * s.c + observe("input", i) * candidate;
    const Var o = sigmoid(linear(x, W_o, b_o) + linear(s.h, U_o) + p_o * c);
    const Var h = observe("output", o) * tanh(c);
    return {h, {h, c}};
  }
};

}  // namespace carousel::cells
