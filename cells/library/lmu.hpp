#pragma once
#include <cells/cell.hpp>

namespace carousel::cells {

/// A memory that keeps a window of its input as Legendre polynomials, and a net that reads it.
struct Lmu {
  static constexpr const char* about = R"(
Legendre memory unit (Voelker, Kajić and Eliasmith 2019): m holds the last θ steps
of a signal u as coefficients of the first d = order Legendre polynomials,

    u  = e_x x + e_h h + e_m m
    m' = Ā m + B̄ u
    h' = tanh(W_x x + W_h h + W_m m')

Ā and B̄ are fixed: A_ij = (2i+1)/θ · (-1 if i < j, else (-1)^(i-j+1)) and B_i =
(2i+1)(-1)^i/θ, discretised for steps of 1 with u held in between. Who counts a
step's input as of its middle takes θ - 1/2 for theta.
)";
  struct State {
    Var h, m;
  };
  struct Prepared {
    Var A, B;
  };
  Index order = 64;
  double theta = 100;
  Param e_x, e_h, e_m, W_x, W_h, W_m;

  void settings(Settings& s);
  void declare(Declaration<State>& d);
  Prepared prepare(Tape& tape) const;
  Step<State> step(const Var& x, const State& s, const Prepared& p) const;

  /// Ā [order, order] and B̄ [order, 1], float64.
  static std::pair<Tensor, Tensor> memory(Index order, double theta);

 private:
  Tensor A_, B_;
};

}  // namespace carousel::cells
