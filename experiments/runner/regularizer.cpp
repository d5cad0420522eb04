#include <algorithm>
#include <autograd/ops.hpp>
#include <autograd/support/error.hpp>
#include <autograd/tape.hpp>
#include <experiments/runner/regularizer.hpp>

namespace carousel {
namespace {

bool is_weight(const Param& param) {
  return param.role() == Role::input || param.role() == Role::recurrent ||
         param.role() == Role::diagonal || param.role() == Role::readout;
}

/// Square blocks of a recurrent matrix, one a gate; 0 where they are not square.
Index square_blocks(const Param& param) {
  if (param.role() != Role::recurrent || param.shape().rank() != 2) return 0;
  const Index gates = std::max<Index>(1, static_cast<Index>(param.gates().size()));
  return param.shape()[0] == gates * param.shape()[1] ? gates : 0;
}

}  // namespace

void Regularizer::settings(Settings& s) {
  s("l1", l1, "times the sum of the sizes of weights, added to the loss", at_least(0));
  s("l2", l2, "times the sum of their squares", at_least(0));
  s("orthogonal", orthogonal, "times |U U' - I|² of recurrent matrices, gate by gate", at_least(0));
}

void Regularizer::check(const std::vector<Param>& params, const std::string& where) const {
  const bool squares = std::any_of(params.begin(), params.end(),
                                   [](const Param& p) { return square_blocks(p) > 0; });
  if (orthogonal == 0 || squares) return;
  throw Error(ErrorKind::config, where + ", regularizer.orthogonal",
              "a cell with square recurrent matrices", "one without");
}

Var Regularizer::penalty(Tape& tape, const std::vector<Param>& params) const {
  Var total;
  const auto add = [&total](const Var& term) { total = total ? total + term : term; };
  for (const Param& param : params) {
    const Var w = tape.use(param);
    // The readout's bias is a vector of its role.
    const bool weighs =
        is_weight(param) && (param.role() != Role::readout || param.shape().rank() == 2);
    if (weighs && l1 > 0) add(sum(abs(w)) * l1);
    if (weighs && l2 > 0) add(sum(square(w)) * l2);
    const Index blocks = orthogonal > 0 ? square_blocks(param) : 0, size = param.shape()[0];
    for (Index b = 0; b < blocks; ++b) {
      const Var U = slice(w, 0, b * size / blocks, (b + 1) * size / blocks);
      Tensor identity(tape.dtype(), U.shape());
      for (Index i = 0; i < U.shape()[0]; ++i) identity.set(i * U.shape()[0] + i, 1);
      add(sum(square(linear(U, U) - tape.input(identity))) * orthogonal);
    }
  }
  return total;
}

}  // namespace carousel
