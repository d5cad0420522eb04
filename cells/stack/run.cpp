#include <autograd/support/error.hpp>
#include <cells/sequence.hpp>
#include <cells/stack/masks.hpp>
#include <cells/stack/stack.hpp>

/// A stack over a sequence.
namespace carousel::cells {
namespace {

/// xs [time, batch, features] with the rows of other places, row r being that of rows[r].
Var rearranged(const Var& xs, const std::vector<Index>& rows) {
  const Shape shape = xs.shape();
  Tensor indices(DType::int64, {shape[0] * shape[1]});
  for (std::size_t r = 0; r < rows.size(); ++r) indices.set(static_cast<Index>(r), rows[r]);
  const Var flat = reshape(xs, {shape[0] * shape[1], shape[2]});
  return reshape(embedding(flat, xs.tape().input(indices)), shape);
}

std::vector<Index> backwards(Index time, Index batch) {
  std::vector<Index> rows;
  for (Index t = time; t-- > 0;) {
    for (Index b = 0; b < batch; ++b) rows.push_back(t * batch + b);
  }
  return rows;
}

/// At steps that do not count, the place of the last one that does; itself before the first.
std::vector<Index> last_counted(const Tensor& mask) {
  const Index time = mask.shape()[0], batch = mask.shape()[1];
  std::vector<Index> rows;
  for (Index r = 0; r < time * batch; ++r) {
    const bool counts = mask.data<bool>()[r];
    rows.push_back(counts || r < batch ? r : rows[static_cast<std::size_t>(r - batch)]);
  }
  return rows;
}

Tensor backwards(const Tensor& mask) {
  Tensor result(DType::boolean, mask.shape());
  const std::vector<Index> rows = backwards(mask.shape()[0], mask.shape()[1]);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    result.data<bool>()[r] = mask.data<bool>()[rows[r]];
  }
  return result;
}

/// xs times a mask [batch, features] at every step.
Var masked(const Var& xs, const Var& mask) { return xs * broadcast_to(mask, xs.shape()); }

/// The rows of some steps of [time, batch, features].
Var rows_at(const Var& sequence, const std::vector<Index>& steps) {
  if (steps.size() == 1) return at(sequence, 0, steps.front());
  const Index first = steps.front(), count = steps.back() - first + 1;
  if (count == static_cast<Index>(steps.size())) {  // without a copy
    const Var range = slice(sequence, 0, first, first + count);
    return reshape(range, {count * range.shape()[1], range.shape()[2]});
  }
  std::vector<Var> rows;
  for (const Index t : steps) rows.push_back(at(sequence, 0, t));
  return concat(rows, 0);
}

/// The same of a run's outputs, without putting a whole sequence together.
Var rows_at(const Unrolled& run, const std::vector<Index>& steps) {
  if (run.packed_outputs) return rows_at(run.sequence(), steps);
  if (steps.size() == 1) return run.output(steps.front());
  std::vector<Var> rows;
  for (const Index t : steps) rows.push_back(run.output(t));
  return concat(rows, 0);
}

}  // namespace

std::vector<Var> Stack::initial_of(Tape& tape, std::size_t layer, int direction, Index batch,
                                   const Carried& carried, std::size_t run) const {
  std::vector<Var> begins;
  for (const Param& param : layers_[layer].initial[direction]) {
    begins.push_back(broadcast_to(tape.use(param), {batch, param.shape()[0]}));
  }
  if (carried.states.empty() || !modifiers_.goes_on()) return begins;
  std::vector<Var> states = carried.states[run];
  if (carried.afresh.empty()) return states;
  Tensor afresh(DType::boolean, {batch});
  for (Index b = 0; b < batch; ++b) {
    afresh.data<bool>()[b] = carried.afresh[static_cast<std::size_t>(b)];
  }
  const Var begin = tape.input(afresh);
  for (std::size_t k = 0; k < states.size(); ++k) {
    const Var first = begins.empty() ? tape.zeros(states[k].shape()) : begins[k];
    states[k] = where(begin, first, states[k]);
  }
  return states;
}

// Where a sequence is shorter, the run that goes back has its padding first and its outputs there
// are not of that sequence: they are replaced by the last ones that are.
Var Stack::join(const Unrolled& forward, const Unrolled& backward) const {
  const Var there = forward.sequence();
  const Shape shape = there.shape();
  const Var back = rearranged(backward.sequence(), backwards(shape[0], shape[1]));
  Var y;
  if (modifiers_.bidirectional == "concat") {
    y = concat({there, back}, 2);
  } else {
    y = there + back;
    if (modifiers_.bidirectional == "mean") y = y * 0.5;
  }
  return forward.mask ? rearranged(y, last_counted(*forward.mask)) : y;
}

Var Stack::finished(const Layer& layer, Var y, const Var& x, bool is_first) const {
  if (layer.projection) y = linear(y, layer.projection);
  if (layer.gain) y = layer_norm(y, layer.gain, layer.bias);
  return modifiers_.residual && !is_first ? y + x : y;
}

StackRun Stack::run(const Var& xs, const UnrollOptions& options, const Carried& carried) const {
  Tape& tape = xs.tape();
  StackRun result;
  result.stack = this;
  Var x = xs;
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    const Shape shape = x.shape();
    const AnyCell& cell = *layer.forward;
    const Context context{options.first_step, options.training, options.seed, options.training_step,
                          options.first_row};
    if (l > 0 && options.training && modifiers_.dropout > 0) {
      x = x * dropout_mask_over_time(tape, cell.prefix() + "dropout of inputs", shape,
                                     modifiers_.dropout, context);
    }
    result.below = x;
    if (options.training && modifiers_.dropout_input > 0) {
      x = masked(x, dropout_mask(tape, cell.prefix() + "dropout of x", shape.without(0),
                                 modifiers_.dropout_input, context));
    }
    UnrollOptions own = options;
    own.initial = initial_of(tape, l, 0, shape[1], carried, result.runs.size());
    result.runs.push_back(unroll(cell, x, own));
    if (layer.backward) {
      const std::optional<Tensor> mask = detail::mask_of(cell, shape[0], shape[1], options);
      own.lengths.clear();
      own.mask = mask ? std::optional(backwards(*mask)) : std::nullopt;
      own.initial = initial_of(tape, l, 1, shape[1], carried, result.runs.size());
      result.runs.push_back(
          unroll(*layer.backward, rearranged(x, backwards(shape[0], shape[1])), own));
      result.joined = join(result.runs[result.runs.size() - 2], result.runs.back());
    }
    if (l + 1 == layers_.size()) break;
    const Var y = layer.backward ? result.joined : result.runs.back().sequence();
    x = finished(layer, y, result.below, l == 0);
  }
  return result;
}

Var StackRun::outputs_at(const std::vector<Index>& steps) const {
  const Modifiers& modifiers = stack->modifiers();
  Var y = joined ? rows_at(joined, steps) : rows_at(runs.back(), steps);
  const bool is_first = stack->layers_.size() == 1;
  const Var x = modifiers.residual && !is_first ? rows_at(below, steps) : Var();
  y = stack->finished(stack->layers_.back(), y, x, is_first);
  const auto& mask = runs.front().mask;
  if (!mask || modifiers.masked_output == "repeat") return y;
  const Index batch = mask->shape()[1];
  Tensor counts(DType::boolean, {batch * static_cast<Index>(steps.size())});
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (Index b = 0; b < batch; ++b) {
      counts.data<bool>()[static_cast<Index>(i) * batch + b] =
          mask->data<bool>()[steps[i] * batch + b];
    }
  }
  return where(y.tape().input(counts), y, 0.0);
}

const std::string& StackRun::execution() const {
  for (const Unrolled& run : runs) {
    if (run.execution != "compiled") return run.execution;
  }
  return runs.front().execution;
}

}  // namespace carousel::cells
