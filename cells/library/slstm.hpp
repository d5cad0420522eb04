#pragma once
#include <autograd/support/error.hpp>
#include <autograd/tape.hpp>
#include <cells/cell.hpp>

namespace carousel::cells {

/// An LSTM with exponential gates.
struct Slstm {
  static constexpr const char* about = R"(
sLSTM (Beck et al. 2024): gates that are exponentials, a normaliser n, and m, by
which all are scaled so that nothing overflows:

    z~, i~, f~, o~ = W x + R h + b, one each         φ = ln σ(f~), or f~ with forget: exp
    m' = max(φ + m, i~)      i = exp(i~ - m')        f = exp(φ + m - m')
    c' = f∘c + i∘tanh(z~)    n' = f∘n + i            h' = σ(o~)∘c'/n'

R is block-diagonal: a head's units feed back to each other only.
)";
  struct State {
    Var h, c, n, m;
  };
  std::string forget = "sigmoid";
  Index heads = 1;
  Param W, R, b;

  void settings(Settings& s) {
    s("forget", forget, "forget gate", {"sigmoid", "exp"});
    s("heads", heads, "blocks of R", at_least(1));
  }
  void declare(Declaration<State>& d) {
    const Gates gates{"z", "i", "f", "o"};
    const Index units = d.sizes().hidden_size;
    if (units % heads != 0) {
      throw Error(ErrorKind::config, "cell 'slstm', heads",
                  "a number that divides hidden_size " + std::to_string(units),
                  std::to_string(heads));
    }
    d.state("h", &State::h).state("c", &State::c).state("n", &State::n).positive();
    d.state("m", &State::m);
    d.input("W", W, gates);
    d.parameter("R", R, {4 * units, units / heads}, Role::recurrent, gates);
    d.bias("b", b, gates);
  }
  Step<State> step(const Var& x, const State& s) const {
    const auto from_x = split<4>(linear(x, W, b));
    const Var blocks = x.tape().use(R);
    const auto a = [&](Index k) {
      const Index units = s.h.shape()[1];
      return from_x[static_cast<std::size_t>(k)] +
             fed_back(s.h, slice(blocks, 0, k * units, (k + 1) * units));
    };
    const Var z = tanh(a(0)), i = a(1), raw = a(2), o = sigmoid(a(3));
    const Var phi = forget == "exp" ? raw : log_sigmoid(raw);
    const Var m = maximum(phi + s.m, i);
    const Var input = observe("input", exp(i - m)), keep = observe("forget", exp(phi + s.m - m));
    const Var c = keep * s.c + input * z;
    const Var n = keep * s.n + input;
    const Var h = observe("output", o) * (c / n);
    return {h, {h, c, n, m}};
  }

 private:
  /// R h of one gate, head by head.
  Var fed_back(const Var& h, const Var& R) const {
    if (heads == 1) return linear(h, R);
    const Index width = R.shape()[1];
    std::vector<Var> parts;
    for (Index k = 0; k < heads; ++k) {
      parts.push_back(linear(slice(h, -1, k * width, (k + 1) * width),
                             slice(R, 0, k * width, (k + 1) * width)));
    }
    return concat(parts, -1);
  }
};

}  // namespace carousel::cells
