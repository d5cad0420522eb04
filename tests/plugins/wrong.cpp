#include <cells/cell.hpp>
#include <experiments/plugin.hpp>

using namespace carousel;
using namespace carousel::cells;

/// Two mistakes for `carousel check-cell`: the mean over the batch is taken away, and a detach()
/// from a trial was forgotten.
struct Wrong {
  struct State {
    Var h;
  };
  Param W, U, b;
  void declare(Declaration<State>& d) {
    d.state("h", &State::h).input("W", W).recurrent("U", U).bias("b", b);
  }
  Step<State> step(const Var& x, const State& s) const {
    const Var a = tanh(linear(x, W) + linear(s.h, U) + b) + 0.1 * detach(s.h);
    const Var h = a - broadcast_to(mean(a, {0}), a.shape());
    return {h, {h}};
  }
};

extern "C" Plugin carousel_plugin() {
  return plugin([](Registry& r) { r.cell<Wrong>("wrong", "two mistakes"); });
}
