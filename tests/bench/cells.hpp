#pragma once
#include <autograd/ops.hpp>
#include <cells/cell.hpp>

/// Cells as one writes them down: a matrix for each gate, nothing packed.
namespace carousel::bench {

///     i = σ(W_i x + U_i h + b_i)        f = σ(W_f x + U_f h + b_f)
///     g = tanh(W_g x + U_g h + b_g)     o = σ(W_o x + U_o h + b_o)
///     c' = f∘c + i∘g                    h' = o∘tanh(c')
struct Lstm {
  struct State {
    Var h, c;
  };
  Param W_i, W_f, W_g, W_o, U_i, U_f, U_g, U_o, b_i, b_f, b_g, b_o;

  void declare(cells::Declaration<State>& d) {
    d.state("h", &State::h).state("c", &State::c);
    d.input("W_i", W_i).input("W_f", W_f).input("W_g", W_g).input("W_o", W_o);
    d.recurrent("U_i", U_i).recurrent("U_f", U_f).recurrent("U_g", U_g).recurrent("U_o", U_o);
    d.bias("b_i", b_i).bias("b_f", b_f).bias("b_g", b_g).bias("b_o", b_o);
  }
  cells::Step<State> step(const Var& x, const State& s) const {
    const Var i = sigmoid(linear(x, W_i) + linear(s.h, U_i) + b_i);
    const Var f = sigmoid(linear(x, W_f) + linear(s.h, U_f) + b_f);
    const Var g = tanh(linear(x, W_g) + linear(s.h, U_g) + b_g);
    const Var o = sigmoid(linear(x, W_o) + linear(s.h, U_o) + b_o);
    const Var c = f * s.c + i * g;
    const Var h = o * tanh(c);
    return {h, {h, c}};
  }
};

///     r = σ(W_r x + U_r h + b_r)        z = σ(W_z x + U_z h + b_z)
///     n = tanh(W_n x + b_n + r∘(U_n h + b_m))
///     h' = (1 - z)∘n + z∘h              (PyTorch's; oneDNN calls it linear before reset)
struct Gru {
  struct State {
    Var h;
  };
  Param W_r, W_z, W_n, U_r, U_z, U_n, b_r, b_z, b_n, b_m;

  void declare(cells::Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W_r", W_r).input("W_z", W_z).input("W_n", W_n);
    d.recurrent("U_r", U_r).recurrent("U_z", U_z).recurrent("U_n", U_n);
    d.bias("b_r", b_r).bias("b_z", b_z).bias("b_n", b_n).bias("b_m", b_m);
  }
  cells::Step<State> step(const Var& x, const State& s) const {
    const Var r = sigmoid(linear(x, W_r) + linear(s.h, U_r) + b_r);
    const Var z = sigmoid(linear(x, W_z) + linear(s.h, U_z) + b_z);
    const Var n = tanh(linear(x, W_n) + b_n + r * (linear(s.h, U_n) + b_m));
    const Var h = (1 - z) * n + z * s.h;
    return {h, {h}};
  }
};

///     h' = φ(W_h x + U_h h + b_h)       φ: tanh or relu
template <Var (*activation)(const Var&)> struct Vanilla {
  struct State {
    Var h;
  };
  Param W_h, U_h, b_h;

  void declare(cells::Declaration<State>& d) {
    d.state("h", &State::h).input("W_h", W_h).recurrent("U_h", U_h).bias("b_h", b_h);
  }
  cells::Step<State> step(const Var& x, const State& s) const {
    const Var h = activation(linear(x, W_h) + linear(s.h, U_h) + b_h);
    return {h, {h}};
  }
};

/// A cell of nobody's: a GRU that keeps and writes by gates of their own.
///
///     f = σ(W_f x + U_f h + b_f)    i = σ(W_i x + U_i h + b_i)    r = σ(W_r x + U_r h + b_r)
///     n = tanh(W_n x + r∘(U_n h) + b_n)
///     h' = f∘h + i∘n
struct ThreeGates {
  struct State {
    Var h;
  };
  Param W_f, W_i, W_r, W_n, U_f, U_i, U_r, U_n, b_f, b_i, b_r, b_n;

  void declare(cells::Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W_f", W_f).input("W_i", W_i).input("W_r", W_r).input("W_n", W_n);
    d.recurrent("U_f", U_f).recurrent("U_i", U_i).recurrent("U_r", U_r).recurrent("U_n", U_n);
    d.bias("b_f", b_f).bias("b_i", b_i).bias("b_r", b_r).bias("b_n", b_n);
  }
  cells::Step<State> step(const Var& x, const State& s) const {
    const Var f = sigmoid(linear(x, W_f) + linear(s.h, U_f) + b_f);
    const Var i = sigmoid(linear(x, W_i) + linear(s.h, U_i) + b_i);
    const Var r = sigmoid(linear(x, W_r) + linear(s.h, U_r) + b_r);
    const Var n = tanh(linear(x, W_n) + r * linear(s.h, U_n) + b_n);
    const Var h = f * s.h + i * n;
    return {h, {h}};
  }
};

}  // namespace carousel::bench
