#include <algorithm>
#include <autograd/support/error.hpp>
#include <cmath>
#include <cstring>
#include <experiments/runner/model.hpp>

namespace carousel {
namespace {

/// Extents and bytes of what one (time, batch) place holds in a [time, batch, ...] tensor.
std::size_t place_bytes(const Tensor& tensor) {
  const Index places = tensor.shape()[0] * tensor.shape()[1];
  return places == 0 ? 0 : tensor.bytes() / static_cast<std::size_t>(places);
}

/// Sequences begin..end-1 of a [time, batch, ...] tensor.
Tensor columns_of(const Tensor& tensor, Index begin, Index end) {
  const Index time = tensor.shape()[0], batch = tensor.shape()[1];
  Tensor part(tensor.dtype(), tensor.shape().with(1, end - begin));
  const std::size_t bytes = place_bytes(tensor),
                    run = bytes * static_cast<std::size_t>(end - begin);
  for (Index t = 0; t < time; ++t) {
    std::memcpy(static_cast<std::byte*>(part.raw()) + static_cast<std::size_t>(t) * run,
                static_cast<const std::byte*>(tensor.raw()) +
                    static_cast<std::size_t>(t * batch + begin) * bytes,
                run);
  }
  return part;
}

/// The given steps of a [time, batch, ...] tensor as rows [steps · batch, ...].
Tensor rows_at(const Tensor& tensor, const std::vector<Index>& steps) {
  const Index batch = tensor.shape()[1];
  Shape shape = tensor.shape().without(0).with(0, batch * static_cast<Index>(steps.size()));
  Tensor rows(tensor.dtype(), shape);
  const std::size_t run = place_bytes(tensor) * static_cast<std::size_t>(batch);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    std::memcpy(
        static_cast<std::byte*>(rows.raw()) + i * run,
        static_cast<const std::byte*>(tensor.raw()) + static_cast<std::size_t>(steps[i]) * run,
        run);
  }
  return rows;
}

Role role_of(const std::string& text) {
  for (const Role role : {Role::input, Role::recurrent, Role::diagonal}) {
    if (text == name(role)) return role;
  }
  return Role::bias;
}

}  // namespace

ScoredRows scored_rows(const tasks::Batch& batch) {
  ScoredRows rows;
  const Index time = batch.weight.shape()[0], size = batch.weight.shape()[1];
  for (Index t = 0; t < time; ++t) {
    for (Index b = 0; b < size; ++b) {
      if (batch.weight.at(t * size + b) == 0) continue;
      rows.steps.push_back(t);
      break;
    }
  }
  rows.target = rows_at(batch.target, rows.steps);
  rows.weight = rows_at(batch.weight, rows.steps);
  return rows;
}

std::vector<Var> losses_by_step(const Outcome& outcome, Index time, double normaliser) {
  std::vector<Var> losses(static_cast<std::size_t>(time));
  const auto& steps = outcome.rows.steps;
  const Index batch = outcome.terms.shape()[0] / static_cast<Index>(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Index begin = static_cast<Index>(i) * batch;
    const Var of_step = sum(slice(outcome.terms, 0, begin, begin + batch));
    losses[static_cast<std::size_t>(steps[i])] = of_step / normaliser;
  }
  return losses;
}

double total_weight(const tasks::Batch& batch) {
  double total = 0;
  for (Index i = 0; i < batch.weight.size(); ++i) total += batch.weight.at(i);
  return total;
}

tasks::Batch part_of(const tasks::Batch& batch, Index begin, Index end) {
  return {columns_of(batch.x, begin, end),
          columns_of(batch.target, begin, end),
          {batch.lengths.begin() + begin, batch.lengths.begin() + end},
          columns_of(batch.weight, begin, end),
          batch.continues,
          batch.afresh.empty()
              ? batch.afresh
              : std::vector<bool>(batch.afresh.begin() + begin, batch.afresh.begin() + end)};
}

Model::Model(const Registry& registry, const CellEntry& entry, const tasks::Task& task, DType dtype)
    : task_(task),
      stack_([&] { return entry.cell.make(registry.cells); }, entry.label,
             {task.input_size(), entry.hidden_size}, dtype, entry.modifiers),
      regularizer_(entry.regularizer) {
  const auto table = cells::initializers();
  for (const auto& [role, spec] : entry.init) initialization_[role_of(role)] = spec.make(table);
  const Index outputs = task.output_size();
  readout_weight_ = Param("readout.weight", dtype, {outputs, stack_.output_size()}, Role::readout);
  readout_bias_ = Param("readout.bias", dtype, {outputs}, Role::readout);
  regularizer_.check(params(), "cell '" + entry.label + "'");
}

void Model::initialise(std::uint64_t seed) {
  stack_.initialise(initialization_, seed);
  // U(±1/sqrt(fan_in)) for both, as PyTorch's linear layer.
  Random random(seed, "readout");
  const double bound = 1 / std::sqrt(static_cast<double>(stack_.output_size()));
  for (Param param : {readout_weight_, readout_bias_}) {
    Tensor& values = param.mutable_value();
    for (Index i = 0; i < values.size(); ++i) values.set(i, random.uniform(-bound, bound));
  }
}

std::vector<Param> Model::params() const {
  std::vector<Param> all = stack_.params();
  all.push_back(readout_weight_);
  all.push_back(readout_bias_);
  return all;
}

Var Model::penalty(Tape& tape) const {
  return regularizer_.acts() ? regularizer_.penalty(tape, params()) : Var();
}

double Model::lr_factor(const Param& param) const {
  for (const cells::AnyCell* cell : stack_.cells()) {
    const auto& params = cell->params();
    const auto found = std::find(params.begin(), params.end(), param);
    if (found == params.end()) continue;
    return cell->declared().rates[static_cast<std::size_t>(found - params.begin())];
  }
  return 1;
}

Var Model::readout(const Var& outputs) const {
  return linear(outputs, readout_weight_, readout_bias_);
}

Outcome Model::run(Tape& tape, const tasks::Batch& batch, double normaliser,
                   cells::UnrollOptions options, const cells::Carried& carried) const {
  options.lengths = batch.lengths;
  return score(tape, batch, normaliser, stack_.run(tape.input(batch.x), options, carried));
}

Outcome Model::score(Tape& tape, const tasks::Batch& batch, double normaliser,
                     cells::StackRun run) const {
  Outcome outcome;
  outcome.run = std::move(run);
  outcome.rows = scored_rows(batch);
  if (outcome.rows.steps.empty()) {
    throw Error(ErrorKind::argument, "batch", "a step with weight", "weights that are all 0",
                "The task scores nothing there.");
  }
  outcome.prediction = readout(outcome.run.outputs_at(outcome.rows.steps));
  const Var losses = task_.objective().loss(outcome.prediction, tape.input(outcome.rows.target));
  outcome.terms = losses * tape.input(outcome.rows.weight);
  outcome.loss = sum(outcome.terms) / normaliser;
  return outcome;
}

}  // namespace carousel
