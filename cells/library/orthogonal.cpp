#include <autograd/linear_algebra.hpp>
#include <autograd/support/error.hpp>
#include <autograd/tape.hpp>
#include <cells/init.hpp>
#include <cells/library/orthogonal.hpp>
#include <cells/library/words.hpp>
#include <cells/start.hpp>
#include <cmath>

namespace carousel::cells {
namespace {

constexpr double pi = 3.14159265358979323846;

/// Blocks of two units that rotate into each other: A - Aᵀ has ±s beside its diagonal.
struct Rotations final : Initializer {
  bool cayley;
  explicit Rotations(bool cayley) : cayley(cayley) {}
  void settings(Settings&) override {}
  void fill(Tensor& block, const Sizes& sizes, Random& random) const override {
    block.fill(0);
    const Index n = sizes.hidden_size;
    for (Index i = 0; i + 1 < n; i += 2) {
      double s = 0;
      if (cayley) {
        const double angle = std::cos(random.uniform(0, pi / 2));
        s = -std::sqrt((1 - angle) / (1 + angle));
      } else {
        s = random.uniform(-pi, pi);
      }
      block.set(i * n + i + 1, s);
    }
  }
};

template <class State>
void declare_orthogonal(Declaration<State>& d, Param& W, Param& A, Param& b, bool cayley) {
  d.state("h", &State::h);
  d.input("W", W).starts(start::xavier());
  d.recurrent("A", A).starts(std::make_shared<Rotations>(cayley)).learning_rate(0.1);
  d.bias("b", b).starts(start::uniform(-0.01, 0.01));
}

Var skew(const Var& A) { return A - transpose(A); }

Var modrelu(const Var& v, const Param& b) { return sign(v) * relu(abs(v) + b); }

Var next(const Var& x, const Var& h, const Param& W, const Var& Q, const Param& b) {
  return modrelu(linear(x, W) + linear(h, Q), b);
}

}  // namespace

void ExpRnn::settings(Settings& s) { s("start", start, "how A starts", {"cayley", "henaff"}); }
void ExpRnn::declare(Declaration<State>& d) {
  checked_word("start", start, {"cayley", "henaff"});
  declare_orthogonal(d, W, A, b, start == "cayley");
}
ExpRnn::Prepared ExpRnn::prepare(Tape& tape) const {
  return {matrix_exponential(skew(tape.use(A)))};
}
Step<ExpRnn::State> ExpRnn::step(const Var& x, const State& s, const Prepared& p) const {
  const Var h = next(x, s.h, W, p.Q, b);
  return {h, {h}};
}

void ScoRnn::settings(Settings& s) { s("negative", negative, "share of -1 in D", between(0, 1)); }
void ScoRnn::declare(Declaration<State>& d) { declare_orthogonal(d, W, A, b, /*cayley=*/true); }
ScoRnn::Prepared ScoRnn::prepare(Tape& tape) const {
  const Index n = A.shape()[0];
  Tensor ones(tape.dtype(), {n}), D(tape.dtype(), {n});  // the diagonals
  ones.fill(1);
  const double last = std::round(negative * static_cast<double>(n));
  for (Index j = 0; j < n; ++j) D.set(j, static_cast<double>(j) < last ? -1 : 1);
  const Var S = skew(tape.use(A)), I = diagonal_matrix(tape.input(ones));
  return {solve(I + S, I - S) * tape.input(D)};
}
Step<ScoRnn::State> ScoRnn::step(const Var& x, const State& s, const Prepared& p) const {
  const Var h = next(x, s.h, W, p.Q, b);
  return {h, {h}};
}

}  // namespace carousel::cells
