#pragma once
#include <autograd/complex.hpp>
#include <autograd/linear_algebra.hpp>
#include <autograd/tape.hpp>
#include <cells/library/antisymmetric.hpp>
#include <cells/library/cornn.hpp>
#include <cells/library/coupled_lstm.hpp>
#include <cells/library/indrnn.hpp>
#include <cells/library/lem.hpp>
#include <cells/library/lstm_1997.hpp>
#include <cells/library/minimal.hpp>
#include <cells/library/peephole_lstm.hpp>
#include <cells/library/slstm.hpp>
#include <cells/start.hpp>
#include <cmath>

/// Cells of the library with other settings than their defaults, and two that the contract has to
/// have room for: a complex state, and matrices that change with t.
namespace carousel::testing {

/// Linear recurrent unit (Orvieto et al. 2023): a complex diagonal, inside the unit circle,
///
///     h' = Λ∘h + γ∘(B x),   Λ = exp(-exp ν + i exp θ),   γ = √(1 - |Λ|²),   y = Re(C h')
struct Lru {
  struct State {
    Var re, im;
  };
  struct Prepared {
    Complex Lambda, B, C;
    Var gamma;
  };
  Param nu, theta, B_re, B_im, C_re, C_im;

  void declare(cells::Declaration<State>& d) {
    d.state("re", &State::re).state("im", &State::im);
    d.diagonal("nu", nu).starts(cells::start::uniform(-2, 0));
    d.diagonal("theta", theta).starts(cells::start::uniform(-1, 1));
    d.input("B_re", B_re).input("B_im", B_im).recurrent("C_re", C_re).recurrent("C_im", C_im);
  }
  Prepared prepare(Tape& tape) const {
    const Var radius = exp(-exp(tape.use(nu)));
    return {polar(radius, exp(tape.use(theta))),
            {tape.use(B_re), tape.use(B_im)},
            {tape.use(C_re), tape.use(C_im)},
            sqrt(1.0 - square(radius))};
  }
  cells::Step<State> step(const Var& x, const State& s, const Prepared& p) const {
    const Complex from_x{linear(x, p.B.re), linear(x, p.B.im)};
    const Complex h = p.Lambda * Complex{s.re, s.im} + from_x * p.gamma;
    return {linear(h, p.C).re, {h.re, h.im}};
  }
};

/// A memory of all that was, by Legendre polynomials over 0..t (HiPPO-LegS, Gu et al. 2020): with
/// k = t + 1,
///
///     m' = (I - A/k)⁻¹ (m + B u/k),   u = W x,   y = tanh(V m')
///
/// A_nk = -√((2n+1)(2k+1)) where n > k, -(n+1) where n = k, else 0;   B_n = √(2n+1)
struct LegS {
  struct State {
    Var m;
  };
  Param W, V;

  void declare(cells::Declaration<State>& d) {
    d.state("m", &State::m);
    d.parameter("W", W, {1, d.sizes().input_size}, Role::input).recurrent("V", V);
  }
  cells::Step<State> step(const Var& x, const State& s, const cells::Context& context) const {
    const Index n = s.m.shape()[1];
    const double k = static_cast<double>(context.t + 1);
    const auto root = [](Index i) { return std::sqrt(static_cast<double>(2 * i + 1)); };
    Tensor less(DType::float64, {n, n}), B(DType::float64, {n, 1});  // I - A/k
    for (Index i = 0; i < n; ++i) {
      for (Index j = 0; j < i; ++j) less.set(i * n + j, root(i) * root(j) / k);
      less.set(i * n + i, 1 + static_cast<double>(i + 1) / k);
      B.set(i, root(i));
    }
    Tape& tape = x.tape();
    const Var fed = s.m + linear(linear(x, W), tape.input(B.to(tape.dtype()))) / k;
    const Var m = transpose(solve(tape.input(less.to(tape.dtype())), transpose(fed)));
    return {tanh(linear(m, V)), {m}};
  }
};

/// Of two units each, or as many as there are where that does not go.
struct SlstmHeads : cells::Slstm {
  void declare(cells::Declaration<State>& d) {
    const Index units = d.sizes().hidden_size;
    heads = units % 2 == 0 ? units / 2 : units;
    forget = "exp";
    Slstm::declare(d);
  }
};
struct Lstm1997Blocks : cells::Lstm1997 {
  void declare(cells::Declaration<State>& d) {
    const Index units = d.sizes().hidden_size;
    block_size = units % 2 == 0 ? 2 : units;
    Lstm1997::declare(d);
  }
};

/// Calls add(name, cell) for each.
template <class Add> void add_variants(const Add& add) {
  cells::AntisymmetricRnn gated;
  gated.gated = true;
  add("antisymmetric_gated", gated);
  cells::CoRnn implicit;
  implicit.damping = "implicit";
  add("cornn_implicit", implicit);
  cells::CoupledLstm peepholes;
  peepholes.peepholes = true;
  add("coupled_lstm_peepholes", peepholes);
  cells::IndRnn bounded;
  bounded.longest = 20;
  add("indrnn_bounded", bounded);
  cells::Lem one;
  one.step_sizes = "one";
  one.dt = 0.4;
  add("lem_of_one_step_size", one);
  add("lstm_1997_blocks", Lstm1997Blocks());
  cells::PeepholeLstm matrix;
  matrix.output_peephole = "matrix";
  add("peephole_lstm_matrix", matrix);
  cells::MinLstm positive;
  positive.positive = true;
  add("min_lstm_positive", positive);
  add("slstm_heads", SlstmHeads());
  add("lru", Lru());
  add("legs", LegS());
}

}  // namespace carousel::testing
