#include <cells/cell.hpp>
#include <cstdlib>
#include <experiments/plugin.hpp>
#include <stdexcept>

// Cells that fail where a program would rather go on, each in its way.

using namespace carousel;
using namespace carousel::cells;

template <class Fault> struct Broken {
  struct State {
    Var h;
  };
  Param W, U;
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W", W).recurrent("U", U);
  }
  Step<State> step(const Var& x, const State& s, const Context& c) const {
    const Var h = tanh(linear(x, W) + linear(s.h, U));
    return {Fault::of(h, c), {h}};
  }
};

struct Throws {
  static Var of(const Var&, const Context&) { throw std::runtime_error("no more of this"); }
};
struct ThrowsAnything {
  static Var of(const Var&, const Context&) { throw 42; }
};
struct Crashes {
  static Var of(const Var&, const Context&) { std::abort(); }
};
struct WrongShape {
  static Var of(const Var& h, const Context&) { return concat({h, h}, 1); }
};
/// Works at first.
struct CrashesLater {
  static Var of(const Var& h, const Context& c) {
    if (c.training_step == 5) std::abort();
    return h;
  }
};

extern "C" Plugin carousel_plugin() {
  return plugin([](Registry& r) {
    r.cell<Broken<Throws>>("throws").cell<Broken<ThrowsAnything>>("throws_anything");
    r.cell<Broken<Crashes>>("crashes").cell<Broken<WrongShape>>("wrong_shape");
    r.cell<Broken<CrashesLater>>("crashes_later");
  });
}
