#pragma once
#include <autograd/tape.hpp>
#include <cells/cell.hpp>
#include <cells/start.hpp>

namespace carousel::cells {

/// An LSTM whose pre-activations are normalised.
struct LayerNormLstm {
  static constexpr const char* about = R"(
LSTM with layer normalisation (Ba, Kiros and Hinton 2016), gate by gate, k = i, f,
g, o:

    a_k = γ_k∘N(W_k x) + δ_k∘N(U_k h) + b_k
    c'  = σ(a_f)∘c + σ(a_i)∘tanh(a_g)        h' = σ(a_o)∘tanh(γ_c∘N(c') + b_c)

N(v) = (v - mean) / √(variance + ε) over the units of one gate. The two N of a gate
share a bias. The gates stand below each other in one matrix, in the order i, f, g,
o.
)";
  struct State {
    Var h, c;
  };
  double epsilon = 1e-5;
  Param W, U, gamma, delta, b, gamma_c, b_c;

  void settings(Settings& s) { s("epsilon", epsilon, "ε, beside the variance", above(0)); }
  void declare(Declaration<State>& d) {
    const Gates gates{"i", "f", "g", "o"};
    const Index units = d.sizes().hidden_size;
    d.state("h", &State::h).state("c", &State::c);
    d.input("W", W, gates).recurrent("U", U, gates);
    d.parameter("gamma", gamma, {4 * units}, Role::diagonal, gates).starts(start::constant(1));
    d.parameter("delta", delta, {4 * units}, Role::diagonal, gates).starts(start::constant(1));
    d.bias("b", b, gates).starts(start::constant(0)).keeps("f").admits("i");
    d.diagonal("gamma_c", gamma_c).starts(start::constant(1));
    d.bias("b_c", b_c).starts(start::constant(0));
  }
  Step<State> step(const Var& x, const State& s) const {
    const auto from_x = split<4>(linear(x, W)), from_h = split<4>(linear(s.h, U));
    const auto gain_x = split<4>(x.tape().use(gamma)), gain_h = split<4>(x.tape().use(delta));
    const auto bias = split<4>(x.tape().use(b));
    const auto a = [&](std::size_t k) {
      return normalize(from_x[k], epsilon) * gain_x[k] + normalize(from_h[k], epsilon) * gain_h[k] +
             bias[k];
    };
    const Var i = observe("input", sigmoid(a(0))), f = observe("forget", sigmoid(a(1)));
    const Var g = observe("candidate", tanh(a(2))), o = observe("output", sigmoid(a(3)));
    const Var c = f * s.c + i * g;
    const Var h = o * tanh(normalize(c, epsilon) * gamma_c + b_c);
    return {h, {h, c}};
  }
};

}  // namespace carousel::cells
