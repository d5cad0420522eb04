#include <cells/library/bias.hpp>
#include <cells/library/vanilla.hpp>

namespace carousel::cells {
namespace {

const Words& activations() {
  static const Words words{"tanh", "relu", "linear"};
  return words;
}

}  // namespace

void Vanilla::settings(Settings& s) {
  s("activation", activation, "nonlinearity of the hidden state", activations());
  s("bias", bias, bias_doc, bias_kinds());
}

void Vanilla::declare(Declaration<State>& d) {
  checked_word("activation", activation, activations());
  d.state("h", &State::h);
  d.input("weight_ih", weight_ih);
  d.recurrent("weight_hh", weight_hh);
  d.bias("bias_ih", bias_ih);
  if (has_recurrent_bias(bias)) d.bias("bias_hh", bias_hh);
}

Step<Vanilla::State> Vanilla::step(const Var& x, const State& s) const {
  const Var a = linear(x, weight_ih, bias_ih) + linear_with(s.h, weight_hh, bias_hh);
  const Var h = activation == "tanh" ? tanh(a) : activation == "relu" ? relu(a) : a;
  return {h, {h}};
}

}  // namespace carousel::cells
