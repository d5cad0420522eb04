#pragma once
#include <cells/cell.hpp>
#include <cells/library/vanilla.hpp>

/// Cells that differ in what a boundary between two segments has to carry.
namespace carousel::testing {

/// One packed product of which both states, and the output, are parts.
struct Packed {
  struct State {
    Var h, m;
  };
  Param W, U, V;
  void declare(cells::Declaration<State>& d) {
    const Index hidden = d.sizes().hidden_size;
    d.state("h", &State::h);
    d.state("m", &State::m);
    d.input("W", W, {"h", "m"});
    d.parameter("U", U, {2 * hidden, hidden}, Role::recurrent);
    d.parameter("V", V, {2 * hidden, hidden}, Role::recurrent);
  }
  cells::Step<State> step(const Var& x, const State& s) const {
    const Var both = tanh(linear(x, W) + linear(s.h, U) + linear(s.m * s.h, V));
    const auto [h, m] = split<2>(both);
    return {h, {h, m}};
  }
};

/// Its output is a part of its state, and another part is only passed on.
struct OutputInState {
  struct State {
    Var s, constant;
  };
  Param W, U;
  void declare(cells::Declaration<State>& d) {
    const Index hidden = d.sizes().hidden_size;
    d.state("s", &State::s, 2 * hidden);
    d.state("constant", &State::constant);
    d.parameter("W", W, {2 * hidden, d.sizes().input_size}, Role::input);
    d.parameter("U", U, {2 * hidden, 2 * hidden}, Role::recurrent);
  }
  cells::Step<State> step(const Var& x, const State& s) const {
    const Var next = tanh(linear(x, W) + linear(s.s, U) + concat({s.constant, s.constant}, -1));
    return {slice(next, -1, 0, next.shape()[1] / 2), {next, s.constant}};
  }
};

/// Its output is the state that it received, and its two states change places.
struct Exchange {
  struct State {
    Var a, b;
  };
  Param W, U;
  void declare(cells::Declaration<State>& d) {
    d.state("a", &State::a);
    d.state("b", &State::b);
    d.input("W", W);
    d.recurrent("U", U);
  }
  cells::Step<State> step(const Var& x, const State& s) const {
    return {s.a, {s.b, tanh(linear(x, W) + linear(s.a, U))}};
  }
};

/// Dropout on the state: half of it is kept, another half in every step, sequence and update.
struct Dropout {
  struct State {
    Var h;
  };
  Param W, U;
  void declare(cells::Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W", W);
    d.recurrent("U", U);
  }
  cells::Step<State> step(const Var& x, const State& s, const cells::Context& context) const {
    const Shape shape = s.h.shape();
    Tensor kept(x.tape().dtype(), shape);
    for (Index b = 0; b < shape[0]; ++b) {
      Random random = context.random("dropout", b);
      for (Index i = 0; i < shape[1]; ++i) {
        kept.set(b * shape[1] + i, random.uniform(0, 1) < 0.5 ? 0 : 2);
      }
    }
    const Var h = tanh(linear(x, W) + linear(s.h * x.tape().input(kept), U));
    return {h, {h}};
  }
};

/// Uses what it prepares once a sequence: a matrix, and parts of it.
struct Prepares {
  struct State {
    Var h;
  };
  struct Once {
    Var whole, left;
  };
  Param U, b;
  void declare(cells::Declaration<State>& d) {
    d.state("h", &State::h);
    d.recurrent("U", U);
    d.bias("b", b);
  }
  Once prepare(Tape& tape) const {
    const Var whole = tanh(transpose(tape.use(U)));
    return {whole, slice(whole, 0, 0, 1)};
  }
  cells::Step<State> step(const Var& x, const State& s, const Once& once) const {
    const Var scale = sigmoid(sum(x, {-1}));
    const Var row = reshape(once.left, {once.left.shape()[1]});
    const Var h = tanh(matmul(s.h, once.whole) + b + row) *
                  broadcast_to(reshape(scale, {x.shape()[0], 1}), s.h.shape());
    return {h, {h}};
  }
};

/// A leaky integrator without a parameter, of which a part of the gradient is stopped.
struct Bare {
  struct State {
    Var h;
  };
  void declare(cells::Declaration<State>& d) { d.state("h", &State::h); }
  cells::Step<State> step(const Var& x, const State& s, const cells::Context& context) const {
    const Var drive = sum(x, {-1});
    const Var h = 0.9 * (context.t == 3 ? detach(s.h) : s.h) +
                  broadcast_to(reshape(drive, {x.shape()[0], 1}), s.h.shape());
    return {relu(h), {h}};
  }
};

}  // namespace carousel::testing
