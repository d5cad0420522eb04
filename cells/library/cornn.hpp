#pragma once
#include <cells/cell.hpp>

namespace carousel::cells {

/// Coupled oscillators.
struct CoRnn {
  static constexpr const char* about = R"(
Coupled oscillatory network (Rusch and Mishra 2021): y'' = tanh(...) - γ y - ε y',
in steps of dt,

    z' = z + dt (tanh(W x + U_z z + U_y y + b) - γ y - ε z)
    y' = y + dt z'

with the damping of the old z, as the authors' code has it; damping: implicit is that
of the new one, (1 + dt ε) z' = z + dt (tanh(...) - γ y). The output is y. Their
values: dt 0.042, γ 2.7, ε 4.7 for images pixel by pixel; 0.016, 94.5, 9.5 for
adding 5,000 steps.
)";
  struct State {
    Var y, z;
  };
  double dt = 0.042, gamma = 2.7, epsilon = 4.7;
  std::string damping = "explicit";
  Param W, U_z, U_y, b;

  void settings(Settings& s) {
    s("dt", dt, "step size", above(0));
    s("gamma", gamma, "γ, the squared frequency", at_least(0.0));
    s("epsilon", epsilon, "ε, the damping", at_least(0.0));
    s("damping", damping, "of the old z or of the new one", {"explicit", "implicit"});
  }
  void declare(Declaration<State>& d) {
    d.state("y", &State::y).state("z", &State::z);
    d.input("W", W).recurrent("U_z", U_z).recurrent("U_y", U_y).bias("b", b);
  }
  Step<State> step(const Var& x, const State& s) const {
    const Var force = tanh(linear(x, W, b) + linear(s.z, U_z) + linear(s.y, U_y));
    const Var z = damping == "implicit" ? (s.z + dt * (force - gamma * s.y)) / (1 + dt * epsilon)
                                        : s.z + dt * (force - gamma * s.y - epsilon * s.z);
    const Var y = s.y + dt * z;
    return {y, {y, z}};
  }
};

}  // namespace carousel::cells
