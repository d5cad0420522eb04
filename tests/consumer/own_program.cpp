#include <cells/cell.hpp>
#include <experiments/program.hpp>

/// h' = h + rate·(tanh(W x + U h + b) - h), a leaky integrator (Jaeger et al. 2007).
struct Leaky {
  struct State {
    carousel::Var h;
  };
  double rate = 0.5;
  carousel::Param W, U, b;

  void settings(carousel::Settings& s) { s("rate", rate, "share of the new value"); }
  void declare(carousel::cells::Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W", W);
    d.recurrent("U", U);
    d.bias("b", b);
  }
  carousel::cells::Step<State> step(const carousel::Var& x, const State& s) const {
    const carousel::Var h = s.h + rate * (tanh(linear(x, W) + linear(s.h, U) + b) - s.h);
    return {h, {h}};
  }
};

int main(int argc, char** argv) {
  return carousel::run(carousel::builtin().cell<Leaky>("leaky", "leaky integrator"), argc, argv);
}
