#pragma once
#include <cells/cell.hpp>
#include <cells/start.hpp>

namespace carousel::cells {

/// An LSTM with nothing but the forget gate.
struct Janet {
  static constexpr const char* about = R"(
JANET, just another network (van der Westhuizen and Lasenby 2018): the forget gate
alone,

    s  = W_f x + U_f h + b_f
    h' = σ(s)∘h + (1 - σ(s - β))∘tanh(W_c x + U_c h + b_c)

with β = 1, which lets a little more in than is forgotten. b_f starts by chrono
initialisation, ln U[1, longest - 1], as the paper has it always: set longest to the
length of the sequences. b_c starts at 0.
)";
  struct State {
    Var h;
  };
  double beta = 1;
  Index longest = 100;
  Param W_f, U_f, b_f, W_c, U_c, b_c;

  void settings(Settings& s) {
    s("beta", beta, "β, of the input part", between(-100, 100));
    s("longest", longest, "steps that dependencies go over at most", at_least(3));
  }
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W_f", W_f)
        .recurrent("U_f", U_f)
        .bias("b_f", b_f)
        .keeps()
        .starts(start::chrono(longest));
    d.input("W_c", W_c).recurrent("U_c", U_c).bias("b_c", b_c).starts(start::constant(0));
  }
  Step<State> step(const Var& x, const State& s) const {
    const Var a = linear(x, W_f, b_f) + linear(s.h, U_f);
    const Var forget = observe("forget", sigmoid(a));
    const Var input = observe("input", 1.0 - sigmoid(a - beta));
    const Var candidate = tanh(linear(x, W_c, b_c) + linear(s.h, U_c));
    const Var h = forget * s.h + input * candidate;
    return {h, {h}};
  }
};

}  // namespace carousel::cells
