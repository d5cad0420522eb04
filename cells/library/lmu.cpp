#include <autograd/linear_algebra.hpp>
#include <autograd/tape.hpp>
#include <cells/library/lmu.hpp>
#include <cells/start.hpp>
#include <cmath>

namespace carousel::cells {

void Lmu::settings(Settings& s) {
  s("order", order, "d, Legendre polynomials of the memory", at_least(1));
  s("theta", theta, "θ, steps that the memory reaches back", above(0));
}

// The exponential of [A B; 0 0] is [Ā B̄; 0 1], whether or not A can be inverted.
std::pair<Tensor, Tensor> Lmu::memory(Index order, double theta) {
  const Index n = order + 1;
  Tensor both(DType::float64, {n, n});
  for (Index i = 0; i < order; ++i) {
    const double scale = static_cast<double>(2 * i + 1) / theta;
    for (Index j = 0; j < order; ++j) {
      both.set(i * n + j, scale * (i < j || (i - j) % 2 == 0 ? -1 : 1));
    }
    both.set(i * n + order, scale * (i % 2 == 0 ? 1 : -1));
  }
  Tape tape(DType::float64);
  const Tensor exponential = matrix_exponential(tape.input(both)).value();
  std::pair<Tensor, Tensor> result{Tensor(DType::float64, {order, order}),
                                   Tensor(DType::float64, {order, 1})};
  for (Index i = 0; i < order; ++i) {
    for (Index j = 0; j < order; ++j) result.first.set(i * order + j, exponential.at(i * n + j));
    result.second.set(i, exponential.at(i * n + order));
  }
  return result;
}

void Lmu::declare(Declaration<State>& d) {
  const Index in = d.sizes().input_size, hidden = d.sizes().hidden_size;
  const auto lecun = [](Index fan_in) {
    const double bound = std::sqrt(3.0 / static_cast<double>(fan_in));
    return start::uniform(-bound, bound);
  };
  d.state("h", &State::h).state("m", &State::m, order);
  d.parameter("e_x", e_x, {1, in}, Role::input).starts(lecun(in));
  d.parameter("e_h", e_h, {1, hidden}, Role::recurrent).starts(lecun(hidden));
  d.parameter("e_m", e_m, {1, order}, Role::recurrent).starts(start::constant(0));
  d.input("W_x", W_x).starts(start::xavier());
  d.recurrent("W_h", W_h).starts(start::xavier());
  d.parameter("W_m", W_m, {hidden, order}, Role::recurrent).starts(start::xavier());
  std::tie(A_, B_) = memory(order, theta);
}

Lmu::Prepared Lmu::prepare(Tape& tape) const {
  return {tape.input(A_.to(tape.dtype())), tape.input(B_.to(tape.dtype()))};
}

Step<Lmu::State> Lmu::step(const Var& x, const State& s, const Prepared& p) const {
  const Var u = linear(x, e_x) + linear(s.h, e_h) + linear(s.m, e_m);
  const Var m = linear(s.m, p.A) + linear(u, p.B);
  const Var h = tanh(linear(x, W_x) + linear(s.h, W_h) + linear(m, W_m));
  return {h, {h, m}};
}

}  // namespace carousel::cells
