#pragma once
#include <cells/cell.hpp>

namespace carousel::cells {

// A skew matrix A has an orthogonal exponential, and an orthogonal Cayley transform: what is
// learned is a free matrix, of which A - Aᵀ is taken, once a sequence.

/// The orthogonal matrix as an exponential.
struct ExpRnn {
  static constexpr const char* about = R"(
expRNN (Lezcano-Casado and Martínez-Rubio 2019): the recurrent matrix is orthogonal,

    h' = modReLU(W x + exp(A - Aᵀ) h),      modReLU(v) = sign(v) relu(|v| + b)

A starts as rotations in planes: start: cayley by angles of U(0, π/2), through their
half-angle tangent, henaff by angles of U(-π, π). It learns at a tenth of the rate.
)";
  struct State {
    Var h;
  };
  struct Prepared {
    Var Q;
  };
  std::string start = "cayley";
  Param W, A, b;

  void settings(Settings& s);
  void declare(Declaration<State>& d);
  Prepared prepare(Tape& tape) const;
  Step<State> step(const Var& x, const State& s, const Prepared& p) const;
};

/// The orthogonal matrix as a scaled Cayley transform.
struct ScoRnn {
  static constexpr const char* about = R"(
scoRNN (Helfrich, Willmott and Ye 2018): the recurrent matrix is orthogonal,

    h' = modReLU(W x + Q h),      Q = (I + S)⁻¹ (I - S) D,   S = A - Aᵀ

modReLU(v) = sign(v) relu(|v| + b). D is diagonal, a share `negative` of it -1 and else
1, without which no matrix with an eigenvalue of -1 could be reached: half for adding
and copying, a tenth for images, in the authors' code. A starts as expRNN's with
start: cayley, and learns at a tenth of the rate.
)";
  struct State {
    Var h;
  };
  using Prepared = ExpRnn::Prepared;
  double negative = 0.5;
  Param W, A, b;

  void settings(Settings& s);
  void declare(Declaration<State>& d);
  Prepared prepare(Tape& tape) const;
  Step<State> step(const Var& x, const State& s, const Prepared& p) const;
};

}  // namespace carousel::cells
