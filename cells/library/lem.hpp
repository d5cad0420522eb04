#pragma once
#include <cells/cell.hpp>

namespace carousel::cells {

/// Two states with step sizes of their own, learned.
struct Lem {
  static constexpr const char* about = R"(
Long expressive memory (Rusch et al. 2022): two states, whose step sizes are gates,

    d1 = dt σ(W_1 x + U_1 y + b_1)       d2 = dt σ(W_2 x + U_2 y + b_2)
    z' = (1 - d2)∘z + d2∘tanh(W_z x + U_z y + b_z)
    y' = (1 - d1)∘y + d1∘tanh(W_y x + U_y z' + b_y)

The output is y, which is made of the new z. step_sizes: one takes d1 for both, as
some describe it; the authors' code has two. All parameters start in
U(-1/√hidden, 1/√hidden).
)";
  struct State {
    Var y, z;
  };
  double dt = 1;
  std::string step_sizes = "two";
  Param W_1, U_1, b_1, W_2, U_2, b_2, W_z, U_z, b_z, W_y, U_y, b_y;

  void settings(Settings& s) {
    s("dt", dt, "the largest step size", above(0));
    s("step_sizes", step_sizes, "whether z has one of its own", {"two", "one"});
  }
  void declare(Declaration<State>& d) {
    d.state("y", &State::y).state("z", &State::z);
    d.input("W_1", W_1).recurrent("U_1", U_1).bias("b_1", b_1).replaces();
    if (step_sizes == "two") {
      d.input("W_2", W_2).recurrent("U_2", U_2).bias("b_2", b_2).replaces();
    }
    d.input("W_z", W_z).recurrent("U_z", U_z).bias("b_z", b_z);
    d.input("W_y", W_y).recurrent("U_y", U_y).bias("b_y", b_y);
  }
  Step<State> step(const Var& x, const State& s) const {
    const Var d1 = observe("d1", dt * sigmoid(linear(x, W_1, b_1) + linear(s.y, U_1)));
    const Var d2 = W_2 ? observe("d2", dt * sigmoid(linear(x, W_2, b_2) + linear(s.y, U_2))) : d1;
    const Var z = s.z + d2 * (tanh(linear(x, W_z, b_z) + linear(s.y, U_z)) - s.z);
    const Var y = s.y + d1 * (tanh(linear(x, W_y, b_y) + linear(z, U_y)) - s.y);
    return {y, {y, z}};
  }
};

}  // namespace carousel::cells
