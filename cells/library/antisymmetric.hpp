#pragma once
#include <autograd/tape.hpp>
#include <cells/cell.hpp>

namespace carousel::cells {

/// A discretised equation whose Jacobian has eigenvalues near the imaginary axis.
struct AntisymmetricRnn {
  static constexpr const char* about = R"(
AntisymmetricRNN (Chang et al. 2019): a step of size ε of a stable differential
equation,

    h' = h + ε tanh(W x + (U - Uᵀ - γ I) h + b)

U - Uᵀ has imaginary eigenvalues only: nothing grows and nothing is forgotten; γ
damps a little. gated: true multiplies the tanh by σ(W_z x + (U - Uᵀ - γ I) h +
b_z).
)";
  struct State {
    Var h;
  };
  struct Prepared {
    Var M;
  };
  double epsilon = 0.01, gamma = 0.01;
  bool gated = false;
  Param W, U, b, W_z, b_z;

  void settings(Settings& s) {
    s("epsilon", epsilon, "ε, the step size", above(0));
    s("gamma", gamma, "γ, the damping", at_least(0.0));
    s("gated", gated, "with a gate that shares U");
  }
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W", W).recurrent("U", U).bias("b", b);
    if (gated) d.input("W_z", W_z).bias("b_z", b_z);
  }
  Prepared prepare(Tape& tape) const {
    const Var U_now = tape.use(U);
    Tensor damping(U.dtype(), {U.shape()[0]});
    damping.fill(gamma);
    return {U_now - transpose(U_now) - diagonal_matrix(tape.input(damping))};
  }
  Step<State> step(const Var& x, const State& s, const Prepared& p) const {
    const Var fed_back = linear(s.h, p.M);
    Var change = tanh(linear(x, W, b) + fed_back);
    if (gated) change = change * observe("gate", sigmoid(linear(x, W_z, b_z) + fed_back));
    const Var h = s.h + epsilon * change;
    return {h, {h}};
  }
};

}  // namespace carousel::cells
