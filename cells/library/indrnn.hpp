#pragma once
#include <autograd/tape.hpp>
#include <cells/cell.hpp>
#include <cells/start.hpp>
#include <cmath>

namespace carousel::cells {

/// Units that feed back to themselves alone.
struct IndRnn {
  static constexpr const char* about = R"(
Independently recurrent network (Li et al. 2018): each unit feeds back to itself
only,

    h' = relu(W x + u∘h + b),      u ~ U[0, 1], b = 0 at the start

so dh_T/dh_t is at most |u|^(T-t), unit by unit. longest: T bounds |u| by 2^(1/T),
which keeps the state of T steps within twice its size; the paper clips u after each
update, here the step uses the clipped one, and a u beyond the bound gets no
gradient.
)";
  struct State {
    Var h;
  };
  struct Prepared {
    Var u;
  };
  Index longest = 0;
  double least = 0;
  Param W, u, b;

  void settings(Settings& s) {
    s("longest", longest, "steps over which a state may double; 0: u is not bounded", at_least(0));
    s("least", least,
      "u ~ U[least, 1] at the start; near 1 where a task is answered after the last step",
      between(0, 1));
  }
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W", W);
    d.diagonal("u", u).starts(start::uniform(least, 1));
    d.bias("b", b).starts(start::constant(0));
  }
  Prepared prepare(Tape& tape) const {
    if (longest == 0) return {tape.use(u)};
    const double bound = std::pow(2.0, 1.0 / static_cast<double>(longest));
    return {clamp(tape.use(u), -bound, bound)};
  }
  Step<State> step(const Var& x, const State& s, const Prepared& p) const {
    const Var h = relu(linear(x, W, b) + p.u * s.h);
    return {h, {h}};
  }
};

}  // namespace carousel::cells
