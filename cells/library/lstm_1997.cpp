#include <autograd/support/error.hpp>
#include <cells/library/lstm_1997.hpp>
#include <cells/start.hpp>

namespace carousel::cells {

void Lstm1997::settings(Settings& s) {
  s("block_size", block_size, "cells that share an input and an output gate", at_least(1));
  s("gate_bias", gate_bias, "whether gates have a bias");
  s("cell_bias", cell_bias, "whether cells have a bias");
  s("truncated_gradient", truncated_gradient, "no error flows back through what feeds the units");
  s("bound", bound, "weights start in U(-bound, bound)", above(0));
  const Range range = between(-100, 100);
  s("input_start", input_start, "bias of the first input gate at the start", range);
  s("input_step", input_step, "what each next one has more", range);
  s("output_start", output_start, "bias of the first output gate at the start", range);
  s("output_step", output_step, "what each next one has more", range);
}

void Lstm1997::declare(Declaration<State>& d) {
  const Index in = d.sizes().input_size, cells = d.sizes().hidden_size;
  if (cells % block_size != 0) {
    throw Error(ErrorKind::config, "cell 'lstm_1997', block_size",
                "one that divides hidden_size " + std::to_string(cells),
                std::to_string(block_size));
  }
  const Index blocks = cells / block_size, all = cells + 2 * blocks;
  d.state("h", &State::h).state("c", &State::c);
  d.state("i", &State::i, blocks).state("o", &State::o, blocks);
  const auto weights = start::uniform(-bound, bound);
  const auto unit = [&](Param& W, Param& U, Param& b, const std::string& name, Index rows,
                        bool has_bias, const start::Initial& bias) {
    d.parameter(("W_" + name).c_str(), W, {rows, in}, Role::input).starts(weights);
    d.parameter(("U_" + name).c_str(), U, {rows, all}, Role::recurrent).starts(weights);
    if (has_bias) d.parameter(("b_" + name).c_str(), b, {rows}, Role::bias).starts(bias);
  };
  unit(W_i, U_i, b_i, "i", blocks, gate_bias, start::counting(input_start, input_step));
  unit(W_o, U_o, b_o, "o", blocks, gate_bias, start::counting(output_start, output_step));
  unit(W_c, U_c, b_c, "c", cells, cell_bias, start::constant(0));
}

Step<Lstm1997::State> Lstm1997::step(const Var& x, const State& s) const {
  const Var fed = concat({s.h, s.i, s.o}, -1);
  const Var a = truncated_gradient ? detach(fed) : fed;
  const auto net = [&](const Param& W, const Param& U, const Param& b) {
    const Var sum = linear(x, W) + linear(a, U);
    return b ? sum + b : sum;
  };
  const Var i = observe("input", sigmoid(net(W_i, U_i, b_i)));
  const Var o = observe("output", sigmoid(net(W_o, U_o, b_o)));
  const auto of_cells = [&](const Var& gate) {  // each gate for all cells of its block
    if (block_size == 1) return gate;
    const Index batch = gate.shape()[0], blocks = gate.shape()[1];
    return reshape(repeat(reshape(gate, {batch, blocks, 1}), 2, block_size),
                   {batch, blocks * block_size});
  };
  const Var g = 4.0 * sigmoid(net(W_c, U_c, b_c)) - 2.0;
  const Var c = s.c + of_cells(i) * g;
  const Var h = of_cells(o) * (2.0 * sigmoid(c) - 1.0);
  return {h, {h, c, i, o}};
}

}  // namespace carousel::cells
