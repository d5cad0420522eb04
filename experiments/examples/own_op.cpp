// An operation of one's own, with its own pullback, beside a cell that uses it:
//
//     own_op verify --op squareplus        checks it as the library checks its own operations
//     own_op run CONFIG                    trains the cell

#include <autograd/op_check.hpp>
#include <autograd/sampler.hpp>
#include <cells/cell.hpp>
#include <cmath>
#include <experiments/program.hpp>

using namespace carousel;
using namespace carousel::cells;

// region: own_op
/// y = (x + √(x² + 4)) / 2 (Barron 2021): a rectifier that is smooth, and cheap.
Var squareplus(const Var& x);

const Op squareplus_op = [] {
  Op op{};
  op.name = "squareplus";
  op.doc = "(x + √(x² + 4)) / 2";
  op.arity = 1;
  op.reads = reads_x0;  // what the pullback needs besides dy
  op.shape = [](const Operands& x, const Attr&) { return x[0].shape; };
  op.forward = [](const Forward& k) {
    with_floating(k.y.dtype, [&](auto t) {
      using T = decltype(t);
      for (Index r = 0; r < k.y.rows(); ++r) {
        for (Index c = 0; c < k.y.columns(); ++c) {
          const T x = k.x[0].row<T>(r)[c];
          k.y.row<T>(r)[c] = (x + std::sqrt(x * x + 4)) / 2;
        }
      }
    });
  };
  op.pullback = [](const Pullback& k) {  // dx += dy (1 + x / √(x² + 4)) / 2
    with_floating(k.dy.dtype, [&](auto t) {
      using T = decltype(t);
      for (Index r = 0; r < k.dy.rows(); ++r) {
        for (Index c = 0; c < k.dy.columns(); ++c) {
          const T x = k.x[0].row<T>(r)[c];
          k.dx[0].view.row<T>(r)[c] += k.dy.row<T>(r)[c] * (1 + x / std::sqrt(x * x + 4)) / 2;
        }
      }
    });
  };
  op.graph =
      [](const GraphPullback& k) {  // the same on the tape, for second order; may be left out
        const Var& x = k.x[0];
        k.dx[0] = k.dy * (x / sqrt(square(x) + 4.0) + 1.0) / 2.0;
      };
  op.sample = [](Sampler& s) { squareplus(s.normal(s.shape())); };
  return op;
}();

Var squareplus(const Var& x) { return record(squareplus_op, {&x}); }
// end region: own_op

///     h' = squareplus(W x + U h + b) / 2
struct SmoothRectifier {
  struct State {
    Var h;
  };
  Param W, U, b;
  void declare(Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W", W).recurrent("U", U).bias("b", b);
  }
  Step<State> step(const Var& x, const State& s) const {
    const Var h = squareplus(linear(x, W) + linear(s.h, U) + b) / 2.0;
    return {h, {h}};
  }
};

int main(int argc, char** argv) {
  return run(builtin().op(squareplus_op).cell<SmoothRectifier>("smooth", "a smooth rectifier"),
             argc, argv);
}
