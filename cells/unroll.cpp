#include <algorithm>
#include <autograd/ops.hpp>
#include <autograd/support/error.hpp>
#include <cells/unroll.hpp>

namespace carousel::cells {
namespace {

/// bool [time, batch]: t < lengths[b]; nullopt where every step counts.
std::optional<Tensor> mask_of(const AnyCell& cell, const Shape& xs, const UnrollOptions& options) {
  const Index time = xs[0], batch = xs[1];
  const std::string where = "unroll of cell '" + cell.name() + "'";
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

/// Whether some sequence does not count at step t.
bool masks_some(const std::optional<Tensor>& mask, Index t) {
  if (!mask) return false;
  const Index batch = mask->shape()[1];
  const bool* row = mask->data<bool>() + t * batch;
  return !std::all_of(row, row + batch, [](bool counts) { return counts; });
}

std::vector<Var> initial_state(const AnyCell& cell, Tape& tape, Index batch,
                               const UnrollOptions& options) {
  if (!options.initial.empty()) {
    const std::string where = "unroll of cell '" + cell.name() + "', initial state";
    if (options.initial.size() != cell.states().size()) {
      throw Error(ErrorKind::argument, where, std::to_string(cell.states().size()) + " values",
                  std::to_string(options.initial.size()));
    }
    for (std::size_t k = 0; k < options.initial.size(); ++k) {
      const Shape expected{batch, cell.states()[k].size}, got = options.initial[k].shape();
      if (got == expected) continue;
      throw Error(ErrorKind::argument, where + " '" + cell.states()[k].name + "'",
                  with_axes(expected), with_axes(got));
    }
    return options.initial;
  }
  std::vector<Var> state;
  for (const auto& spec : cell.states()) {
    // Leaves whose gradient can be asked for: dL/ds_0 is part of the gradient flow.
    state.push_back(tape.zeros({batch, spec.size}, /*requires_grad=*/true));
  }
  return state;
}

/// Ends the tape's time step, also when a step throws.
class OutsideAgain {
 public:
  explicit OutsideAgain(Tape& tape) : tape_(tape) {}
  ~OutsideAgain() { tape_.set_step(-1); }
  OutsideAgain(const OutsideAgain&) = delete;
  OutsideAgain& operator=(const OutsideAgain&) = delete;

 private:
  Tape& tape_;
};

}  // namespace

std::size_t Unrolled::position(const std::string& state) const {
  std::vector<std::string> names;
  for (std::size_t k = 0; k < specs.size(); ++k) {
    if (specs[k].name == state) return k;
    names.push_back(specs[k].name);
  }
  throw unknown_name(ErrorKind::argument, "Unrolled", "state", state, names);
}

std::vector<Var> Unrolled::all_states() const {
  std::vector<Var> all;
  for (const auto& over_time : states) all.insert(all.end(), over_time.begin(), over_time.end());
  for (const auto& [t, state] : computed) all.insert(all.end(), state.begin(), state.end());
  return all;
}

View Unrolled::adjoint_row(const Adjoints& adjoints, std::size_t state, std::size_t t,
                           Index b) const {
  const auto step = computed.find(t);
  const bool counts = step != computed.end() &&
                      mask->data<bool>()[static_cast<Index>(t - 1) * mask->shape()[1] + b];
  const View& whole = adjoints.view(counts ? step->second[state] : states[state][t]);
  View row = whole;
  row.shape = {whole.columns()};
  row.data = static_cast<std::byte*>(whole.data) +
             b * whole.stride * static_cast<Index>(size_of(whole.dtype));
  return row;
}

Tensor Unrolled::adjoint(const Adjoints& adjoints, const std::string& state) const {
  const std::size_t k = position(state);
  const View first = adjoints.view(states[k].front());
  const auto steps = static_cast<Index>(states[k].size());
  Tensor result(first.dtype, first.shape.inserted(0, steps));
  auto* to = static_cast<std::byte*>(result.raw());
  for (Index t = 0; t < steps; ++t) {
    for (Index b = 0; b < first.rows(); ++b) {
      const View row = adjoint_row(adjoints, k, static_cast<std::size_t>(t), b);
      copy(row, dense(to, row.shape, row.dtype));
      to += static_cast<std::size_t>(row.columns()) * size_of(row.dtype);
    }
  }
  return result;
}

Unrolled unroll(const AnyCell& cell, const Var& xs, const UnrollOptions& options) {
  if (xs.shape().rank() != 3 || xs.shape()[2] != cell.sizes().input_size) {
    throw Error(ErrorKind::argument, "unroll of cell '" + cell.name() + "'",
                "xs [time, batch, features=" + std::to_string(cell.sizes().input_size) + "]",
                to_string(xs.shape(), {"time", "batch", "features"}));
  }
  Tape& tape = xs.tape();
  const Index time = xs.shape()[0], batch = xs.shape()[1];
  const auto prepared = cell.prepare(tape);

  Unrolled result;
  result.mask = mask_of(cell, xs.shape(), options);
  const Var all_counts = result.mask ? tape.input(*result.mask) : Var();
  result.specs = cell.states();
  result.states.resize(cell.states().size());
  std::vector<Var> state = initial_state(cell, tape, batch, options);
  const auto keep = [&result](const std::vector<Var>& s) {
    for (std::size_t k = 0; k < s.size(); ++k) result.states[k].push_back(s[k]);
  };
  keep(state);
  const OutsideAgain outside_again(tape);
  Context context{0, options.training, options.seed, options.training_step, options.first_row};
  for (Index t = 0; t < time; ++t) {
    context.t = options.first_step + t;
    tape.set_step(context.t);
    Var x = at(xs, 0, t);
    if (!masks_some(result.mask, t)) {
      result.outputs.push_back(cell.step(x, state, prepared.get(), context));
    } else {
      const Var counts = at(all_counts, 0, t);
      x = where(counts, x, tape.zeros(x.shape()));
      const std::vector<Var> before = state;
      const Var output = cell.step(x, state, prepared.get(), context);
      result.computed[static_cast<std::size_t>(t) + 1] = state;
      for (std::size_t k = 0; k < state.size(); ++k) {
        state[k] = where(counts, state[k], before[k]);
      }
      const Var last = t > 0 ? result.outputs.back() : tape.zeros(output.shape());
      result.outputs.push_back(where(counts, output, last));
    }
    keep(state);
  }
  return result;
}

}  // namespace carousel::cells
