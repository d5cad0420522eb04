// A cell with settings and with parameters of other shapes, used without any configuration file:
// the program runs it over random numbers and checks its gradients.

#include <autograd/verify.hpp>
#include <cells/cell.hpp>
#include <cells/init.hpp>
#include <cells/unroll.hpp>
#include <cstdio>

using namespace carousel;
using namespace carousel::cells;

// region: low_rank
/// Leaky integrators (Lukoševičius 2012) whose recurrent matrix has a low rank,
/// U = A B with A [hidden, rank] and B [rank, hidden] (Mastrogiuseppe and Ostojic 2018).
///
///     h' = (1 - leak) h + leak tanh(W x + A (B h) + b)
struct LowRank {
  struct State {
    Var h;
  };
  double leak = 0.5;
  Index rank = 2;
  Param W, A, B, b;

  void settings(Settings& s) {
    s("leak", leak, "share of the state that a step replaces", between(0, 1));
    s("rank", rank, "rank of the recurrent matrix", at_least(1));
  }

  void declare(Declaration<State>& d) {
    const Index hidden = d.sizes().hidden_size;
    d.state("h", &State::h);
    d.input("W", W);
    d.parameter("A", A, {hidden, rank}, Role::recurrent);
    d.parameter("B", B, {rank, hidden}, Role::recurrent);
    d.bias("b", b);
  }

  Step<State> step(const Var& x, const State& s) const {
    const Var target = tanh(linear(x, W) + linear(linear(s.h, B), A) + b);
    const Var h = (1 - leak) * s.h + leak * target;
    return {h, {h}};
  }
};
// end region: low_rank

int main() {
  LowRank chosen;
  chosen.rank = 3;
  const auto cell = erase(chosen);
  cell->build({2, 8}, DType::float64);
  initialise(*cell, {}, 1);

  Tensor xs(DType::float64, {5, 4, 2});  // [time, batch, features]
  Random random(1, "inputs");
  for (Index i = 0; i < xs.size(); ++i) xs.data<double>()[i] = random.uniform();

  Tape tape(DType::float64);
  unroll(*cell, tape.input(xs));
  const Verification check = verify(tape);
  for (const SettingDoc& row : document(*cell)) {
    std::printf("%s = %s: %s\n", row.key.c_str(), row.value.c_str(), row.doc.c_str());
  }
  std::printf("%td parameters; %s\n", count(cell->params()), check.text().c_str());
  return check.passed() ? 0 : 1;
}
