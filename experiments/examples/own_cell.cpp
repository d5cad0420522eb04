// A program with a cell of one's own: write the struct, name it in the registry. It then takes part
// in every experiment, beside those of the library:
//
//     own_cell run experiments/configs/quickstart.yaml --set "cells=[gru, my_mgu]" --verify

// region: mgu
#include <cells/cell.hpp>
#include <experiments/program.hpp>

using namespace carousel;
using namespace carousel::cells;

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
    d.input("W_f", W_f).recurrent("U_f", U_f).bias("b_f", b_f);
    d.input("W_h", W_h).recurrent("U_h", U_h).bias("b_h", b_h);
  }

  Step<State> step(const Var& x, const State& s) const {
    const Var f = sigmoid(linear(x, W_f) + linear(s.h, U_f) + b_f);
    const Var candidate = tanh(linear(x, W_h) + linear(f * s.h, U_h) + b_h);
    const Var h = (1 - f) * s.h + f * candidate;
    return {h, {h}};
  }
};

int main(int argc, char** argv) {
  return run(builtin().cell<Mgu>("my_mgu", "minimal gated unit (Zhou et al. 2016)"), argc, argv);
}
// end region: mgu
