#pragma once
#include <cells/cell.hpp>

namespace carousel::cells {

/// An LSTM whose gates see the cell state.
struct PeepholeLstm {
  static constexpr const char* about = R"(
LSTM with peepholes (Gers, Schraudolph and Schmidhuber 2002): the gates see the cell
state, each unit its own; the output gate the new one:

    i  = σ(W_i x + U_i h + p_i∘c + b_i)
    f  = σ(W_f x + U_f h + p_f∘c + b_f)
    c' = f∘c + i∘tanh(W_c x + U_c h + b_c)
    o  = σ(W_o x + U_o h + p_o∘c' + b_o)
    h' = o∘tanh(c')

output_peephole: matrix has V_o c', with a full matrix, in the place of p_o∘c', as the
code of Arjovsky et al. 2016 does.
)";
  struct State {
    Var h, c;
  };
  std::string output_peephole = "vector";
  Param W_i, U_i, p_i, b_i, W_f, U_f, p_f, b_f, W_c, U_c, b_c, W_o, U_o, p_o, V_o, b_o;

  void settings(Settings& s) {
    s("output_peephole", output_peephole, "how the output gate sees c", {"vector", "matrix"});
  }

  void declare(Declaration<State>& d) {
    d.state("h", &State::h).state("c", &State::c);
    d.input("W_f", W_f).recurrent("U_f", U_f).diagonal("p_f", p_f).bias("b_f", b_f).keeps();
    d.input("W_i", W_i).recurrent("U_i", U_i).diagonal("p_i", p_i).bias("b_i", b_i).admits();
    d.input("W_c", W_c).recurrent("U_c", U_c).bias("b_c", b_c);
    d.input("W_o", W_o).recurrent("U_o", U_o);
    if (output_peephole == "matrix") {
      d.recurrent("V_o", V_o);
    } else {
      d.diagonal("p_o", p_o);
    }
    d.bias("b_o", b_o);
  }
  Step<State> step(const Var& x, const State& s) const {
    const Var i = sigmoid(linear(x, W_i, b_i) + linear(s.h, U_i) + p_i * s.c);
    const Var f = sigmoid(linear(x, W_f, b_f) + linear(s.h, U_f) + p_f * s.c);
    const Var candidate = tanh(linear(x, W_c, b_c) + linear(s.h, U_c));
    const Var c = observe("forget", f) * s.c + observe("input", i) * candidate;
    const Var seen = V_o ? linear(c, V_o) : p_o * c;
    const Var o = sigmoid(linear(x, W_o, b_o) + linear(s.h, U_o) + seen);
    const Var h = observe("output", o) * tanh(c);
    return {h, {h, c}};
  }
};

}  // namespace carousel::cells
