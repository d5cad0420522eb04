#include <cells/library/bias.hpp>
#include <cells/library/gates.hpp>
#include <cells/library/lstm.hpp>

namespace carousel::cells {

void Lstm::settings(Settings& s) {
  s("bias", bias, bias_doc, bias_kinds());
  s("forget_bias", forget_bias,
    "initial bias of the forget gate: in bias_ih, with that part of bias_hh zero; none: as the "
    "initialiser has it");
}

void Lstm::declare(Declaration<State>& d) {
  const Gates gates{"i", "f", "g", "o"};
  d.state("h", &State::h);
  d.state("c", &State::c);
  d.input("weight_ih", weight_ih, gates);
  d.recurrent("weight_hh", weight_hh, gates);
  d.bias("bias_ih", bias_ih, gates).keeps("f").admits("i");
  if (has_recurrent_bias(bias)) d.bias("bias_hh", bias_hh, gates);
}

void Lstm::after_initialise() {
  if (!forget_bias) return;
  fill_gate(bias_ih, "f", *forget_bias);
  if (bias_hh) fill_gate(bias_hh, "f", 0);  // once, not once in each
}

Step<Lstm::State> Lstm::step(const Var& x, const State& s) const {
  const auto [i, f, g, o] =
      split<4>(linear(x, weight_ih, bias_ih) + linear_with(s.h, weight_hh, bias_hh));
  const Var input = observe("input", sigmoid(i)), forget = observe("forget", sigmoid(f));
  const Var candidate = observe("candidate", tanh(g)), output = observe("output", sigmoid(o));
  const Var c = forget * s.c + input * candidate;
  const Var h = output * tanh(c);
  return {h, {h, c}};
}

}  // namespace carousel::cells
