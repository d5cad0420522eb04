#include <cells/cell.hpp>
#include <experiments/plugin.hpp>

using namespace carousel;
using namespace carousel::cells;

// region: three_states
/// A leaky integrator with a slow and a fast trace of its output.
struct Traces {
  struct State {
    Var h, slow, fast;
  };
  Param W, U, V, b;
  void declare(Declaration<State>& d) {
    d.state("h", &State::h).state("slow", &State::slow).state("fast", &State::fast);
    d.input("W", W).recurrent("U", U).recurrent("V", V).bias("b", b);
  }
  Step<State> step(const Var& x, const State& s) const {
    const Var h = tanh(linear(x, W) + linear(s.fast, U) + linear(s.slow, V) + b);
    return {h, {h, 0.95 * s.slow + 0.05 * h, 0.5 * s.fast + 0.5 * h}};
  }
};

extern "C" Plugin carousel_plugin() {
  return plugin([](Registry& r) { r.cell<Traces>("traces", "two traces of its output"); });
}
// end region: three_states
