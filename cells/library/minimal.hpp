#pragma once
#include <cells/cell.hpp>

namespace carousel::cells {

// Cells whose gates do not see the state: what they compute could be computed for all steps at
// once.

constexpr const char* positive_doc = "candidates above 0, as in the form of logarithms";

inline Var candidate(const Var& v, bool positive) {
  return positive ? where(greater_equal(v, 0.0), v + 0.5, sigmoid(v)) : v;
}

/// A GRU without U.
struct MinGru {
  static constexpr const char* about = R"(
minGRU (Feng et al. 2024): a gate and a candidate of x alone,

    z  = σ(W_z x + b_z)
    h' = (1 - z)∘h + z∘(W_h x + b_h)

positive: true is what the paper computes in logarithms, another function: the
candidate is g(W_h x + b_h) with g(v) = v + 1/2 where v ≥ 0, and else σ(v).
)";
  struct State {
    Var h;
  };
  bool positive = false;
  Param W_z, b_z, W_h, b_h;

  void settings(Settings& s) { s("positive", positive, positive_doc); }
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W_z", W_z).bias("b_z", b_z).replaces().input("W_h", W_h).bias("b_h", b_h);
  }
  Step<State> step(const Var& x, const State& s) const {
    const Var z = observe("update", sigmoid(linear(x, W_z, b_z)));
    const Var h = s.h + z * (candidate(linear(x, W_h, b_h), positive) - s.h);
    return {h, {h}};
  }
};

/// An LSTM without U, and with shares for gates.
struct MinLstm {
  static constexpr const char* about = R"(
minLSTM (Feng et al. 2024): gates of x alone, which share one:

    f  = σ(W_f x + b_f)                  i = σ(W_i x + b_i)
    h' = f/(f + i)∘h + i/(f + i)∘(W_h x + b_h)

positive: true as for the minGRU.
)";
  struct State {
    Var h;
  };
  bool positive = false;
  Param W_f, b_f, W_i, b_i, W_h, b_h;

  void settings(Settings& s) { s("positive", positive, positive_doc); }
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W_f", W_f).bias("b_f", b_f).keeps();
    d.input("W_i", W_i).bias("b_i", b_i).admits();
    d.input("W_h", W_h).bias("b_h", b_h);
  }
  Step<State> step(const Var& x, const State& s) const {
    const Var f = sigmoid(linear(x, W_f, b_f)), i = sigmoid(linear(x, W_i, b_i));
    const Var share = observe("forget", f / (f + i));
    const Var v = candidate(linear(x, W_h, b_h), positive);
    const Var h = v + share * (s.h - v);
    return {h, {h}};
  }
};

}  // namespace carousel::cells
