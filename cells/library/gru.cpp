#include <autograd/tape.hpp>
#include <cells/library/bias.hpp>
#include <cells/library/gru.hpp>

namespace carousel::cells {

void Gru::settings(Settings& s) {
  s("reset", reset, "reset gate: after the recurrent product (PyTorch) or before it (the paper)",
    {"after", "before"});
  s("bias", bias, bias_doc, bias_kinds());
}

void Gru::declare(Declaration<State>& d) {
  const Gates gates{"r", "z", "n"};
  checked_word("reset", reset, {"after", "before"});
  d.state("h", &State::h);
  d.input("weight_ih", weight_ih, gates);
  d.recurrent("weight_hh", weight_hh, gates);
  d.bias("bias_ih", bias_ih, gates).keeps("z");
  if (has_recurrent_bias(bias)) d.bias("bias_hh", bias_hh, gates);
}

namespace {

/// (1 - z)∘n + z∘h, with one product less.
Var interpolate(const Var& z, const Var& n, const Var& h) { return n + z * (h - n); }

}  // namespace

Var Gru::reset_after(const Var& x, const Var& h) const {
  const auto [ir, iz, in] = split<3>(linear(x, weight_ih, bias_ih));
  const auto [hr, hz, hn] = split<3>(linear_with(h, weight_hh, bias_hh));
  const Var r = observe("reset", sigmoid(ir + hr));
  const Var z = observe("update", sigmoid(iz + hz));
  const Var n = observe("candidate", tanh(in + r * hn));
  return interpolate(z, n, h);
}

Var Gru::reset_before(const Var& x, const Var& h) const {
  const Index hidden = h.shape()[1];
  const Var W = x.tape().use(weight_hh);
  const auto [ir, iz, in] = split<3>(linear(x, weight_ih, bias_ih));
  const auto [hr, hz] = split<2>(linear(h, slice(W, 0, 0, 2 * hidden)));
  Var ar = ir + hr, az = iz + hz, an = in;
  if (bias_hh) {
    const auto [br, bz, bn] = split<3>(x.tape().use(bias_hh));
    ar = ar + br;
    az = az + bz;
    an = an + bn;
  }
  const Var r = observe("reset", sigmoid(ar));
  const Var z = observe("update", sigmoid(az));
  const Var n = observe("candidate", tanh(an + linear(r * h, slice(W, 0, 2 * hidden, 3 * hidden))));
  return interpolate(z, n, h);
}

Step<Gru::State> Gru::step(const Var& x, const State& s) const {
  const Var h = reset == "after" ? reset_after(x, s.h) : reset_before(x, s.h);
  return {h, {h}};
}

}  // namespace carousel::cells
