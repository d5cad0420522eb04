// A program with a cell of one's own: write the struct, name it in the registry. It then takes part
// in every experiment, beside those of the library:
//
//     own_cell run experiments/configs/quickstart.yaml --set "cells=[gru, ugrnn]" --verify

// region: ugrnn
#include <cells/cell.hpp>
#include <experiments/program.hpp>

using namespace carousel;
using namespace carousel::cells;

/// One gate says how much of the state stays.
struct Ugrnn {
  static constexpr const char* about = R"(
Update-gate RNN (Collins, Sohl-Dickstein and Sussillo 2017):

    g  = σ(W_g x + U_g h + b_g)
    h~ = tanh(W_h x + U_h h + b_h)
    h' = g∘h + (1 - g)∘h~
)";
  struct State {
    Var h;
  };
  Param W_g, U_g, b_g, W_h, U_h, b_h;

  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W_g", W_g).recurrent("U_g", U_g).bias("b_g", b_g).keeps();
    d.input("W_h", W_h).recurrent("U_h", U_h).bias("b_h", b_h);
  }

  Step<State> step(const Var& x, const State& s) const {
    const Var g = sigmoid(linear(x, W_g) + linear(s.h, U_g) + b_g);
    const Var candidate = tanh(linear(x, W_h) + linear(s.h, U_h) + b_h);
    const Var h = g * s.h + (1 - g) * candidate;
    return {h, {h}};
  }
};

int main(int argc, char** argv) {
  return run(builtin().cell<Ugrnn>("ugrnn", "update-gate RNN (Collins et al. 2017)"), argc, argv);
}
// end region: ugrnn
