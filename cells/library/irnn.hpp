#pragma once
#include <cells/cell.hpp>
#include <cells/start.hpp>

namespace carousel::cells {

/// A rectifier with an identity at the start.
struct Irnn {
  static constexpr const char* about = R"(
IRNN (Le, Jaitly and Hinton 2015): a rectifier whose recurrent matrix starts as the
identity, so that at first the state is kept:

    h' = relu(W x + U h + b),      U = scale I, b = 0, W ~ N(0, 0.001²) at the start

The paper uses scale: 0.01 where long memory hurts (speech).
)";
  struct State {
    Var h;
  };
  double scale = 1, deviation = 0.001;
  Param W, U, b;

  void settings(Settings& s) {
    s("scale", scale, "the diagonal of U at the start", between(0, 10));
    s("deviation", deviation, "standard deviation of W at the start", above(0));
  }
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W", W).starts(start::normal(deviation));
    d.recurrent("U", U).starts(start::identity(scale));
    d.bias("b", b).starts(start::constant(0));
  }
  Step<State> step(const Var& x, const State& s) const {
    const Var h = relu(linear(x, W, b) + linear(s.h, U));
    return {h, {h}};
  }
};

}  // namespace carousel::cells
