#include <algorithm>
#include <autograd/support/error.hpp>
#include <cells/sequence.hpp>

namespace carousel::cells::detail {
namespace {

std::string where_of(const AnyCell& cell) { return "unroll of cell '" + cell.name() + "'"; }

std::vector<Var> initial_state(const AnyCell& cell, Tape& tape, Index batch,
                               const std::vector<Var>& given) {
  if (given.empty()) {
    std::vector<Var> state;
    for (const auto& spec : cell.states()) {
      // Leaves whose gradient can be asked for: dL/ds_0 is part of the gradient flow.
      state.push_back(tape.zeros({batch, spec.size}, /*requires_grad=*/true));
    }
    return state;
  }
  const std::string where = where_of(cell) + ", initial state";
  std::vector<Var> initial;
  if (given.size() != cell.states().size()) {
    throw Error(ErrorKind::argument, where, std::to_string(cell.states().size()) + " values",
                std::to_string(given.size()));
  }
  for (std::size_t k = 0; k < given.size(); ++k) {
    const Shape expected{batch, cell.states()[k].size}, got = given[k].shape();
    if (got != expected) {
      throw Error(ErrorKind::argument, where + " '" + cell.states()[k].name + "'",
                  with_axes(expected), with_axes(got));
    }
    initial.push_back(given[k].unbound() ? tape.use(given[k].unbound()) : given[k]);
  }
  return initial;
}

// A state that a step hands on as it received it becomes a value of its own: dL/ds_t and
// dL/ds_(t+1) are two things.
void separate(Position& position) {
  for (Var& state : position.state) {
    const auto& received = position.received;
    if (std::find(received.begin(), received.end(), state.id()) != received.end()) {
      state = reshape(state, state.shape());
    }
  }
}

}  // namespace

std::optional<Tensor> mask_of(const AnyCell& cell, Index time, Index batch,
                              const UnrollOptions& options) {
  const std::string where = where_of(cell);
  if (options.mask) {
    if (!options.lengths.empty()) {
      throw Error(ErrorKind::argument, where, "lengths or a mask", "both");
    }
    if (options.mask->dtype() != DType::boolean || options.mask->shape() != Shape{time, batch}) {
      throw Error(ErrorKind::argument, where,
                  "a bool mask " + to_string({time, batch}, {"time", "batch"}),
                  std::string(name(options.mask->dtype())) + " " +
                      to_string(options.mask->shape(), {"time", "batch"}));
    }
    return options.mask;
  }
  if (options.lengths.empty()) return std::nullopt;
  if (static_cast<Index>(options.lengths.size()) != batch) {
    throw Error(ErrorKind::argument, where, std::to_string(batch) + " lengths, one a sequence",
                std::to_string(options.lengths.size()));
  }
  bool all = true;
  Tensor mask(DType::boolean, {time, batch});
  for (Index b = 0; b < batch; ++b) {
    const Index length = options.lengths[static_cast<std::size_t>(b)];
    if (length < 0 || length > time) {
      throw Error(ErrorKind::argument, where, "lengths in 0.." + std::to_string(time),
                  std::to_string(length) + " for sequence " + std::to_string(b));
    }
    all = all && length == time;
    for (Index t = 0; t < length; ++t) mask.data<bool>()[t * batch + b] = true;
  }
  if (all) return std::nullopt;
  return mask;
}

Sequence::Sequence(const AnyCell& of, const Var& values, const UnrollOptions& options)
    : cell(&of), xs(values) {
  const Shape shape = xs.shape();
  if (shape.rank() != 3 || shape[2] != of.sizes().input_size) {
    throw Error(ErrorKind::argument, where_of(of),
                "xs [time, batch, features=" + std::to_string(of.sizes().input_size) + "]",
                to_string(shape, {"time", "batch", "features"}));
  }
  time = shape[0];
  batch = shape[1];
  if (time == 0) {
    throw Error(ErrorKind::argument, where_of(of), "at least one time step",
                to_string(shape, {"time", "batch", "features"}));
  }
  Tape& tape = xs.tape();
  mask = mask_of(of, time, batch, options);
  if (mask) counts = tape.input(*mask);
  initial = initial_state(of, tape, batch, options.initial);
  first_step = options.first_step;
  context = {first_step, options.training, options.seed, options.training_step, options.first_row};
  prepared = of.prepare(tape, batch, context);
}

bool Sequence::masks_some(Index t) const {
  if (!mask) return false;
  const bool* row = mask->data<bool>() + t * batch;
  return !std::all_of(row, row + batch, [](bool counts) { return counts; });
}

void advance(const Sequence& sequence, Index t, Tape& tape, Position& position) {
  Context context = sequence.context;
  context.t = sequence.first_step + t;
  tape.set_step(context.t);
  const AnyCell& cell = *sequence.cell;
  const void* prepared = sequence.prepared.get();
  std::vector<Var>& state = position.state;
  position.computed.clear();
  position.received.clear();
  for (const Var& s : state) position.received.push_back(s.id());
  Var x = at(sequence.xs, 0, t);
  if (!sequence.masks_some(t)) {
    position.output = cell.step(x, state, prepared, context);
    separate(position);
    return;
  }
  const Var counts = at(sequence.counts, 0, t);
  x = where(counts, x, tape.zeros(x.shape()));
  const std::vector<Var> before = state;
  const Var output = cell.step(x, state, prepared, context);
  separate(position);
  position.computed = state;
  for (std::size_t k = 0; k < state.size(); ++k) state[k] = where(counts, state[k], before[k]);
  const Var last = position.output ? position.output : tape.zeros(output.shape());
  position.output = where(counts, output, last);
}

}  // namespace carousel::cells::detail
