#pragma once
#include <autograd/ops.hpp>
#include <cells/cell.hpp>

namespace carousel::testing {

/// A cell whose step is drawn from a seed: some ops on x, the states and parameters, in the ways
/// that people write gates and in others. One to four states, some of them handed on as received or
/// as parts of something; some draw numbers of their own at every step. Values stay bounded.
struct RandomStep {
  struct State {
    Var a, b, c, d;
  };
  std::uint64_t seed = 0;
  Param W, V, U, R, p, q;

  Index count() const { return 1 + static_cast<Index>(Random(seed, "states").below(4)); }
  void declare(cells::Declaration<State>& d);
  cells::Step<State> step(const Var& x, const State& s, const cells::Context& context) const;
};

}  // namespace carousel::testing
