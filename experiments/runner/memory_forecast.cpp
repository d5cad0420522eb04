#include <algorithm>
#include <autograd/support/error.hpp>
#include <experiments/runner/memory_forecast.hpp>

namespace carousel {
namespace {

Index masked_steps(const tasks::Batch& batch) {
  const auto shortest = std::min_element(batch.lengths.begin(), batch.lengths.end());
  return shortest == batch.lengths.end() ? 0 : batch.x.shape()[0] - *shortest;
}

/// Bytes of the ops between the outputs and the loss. The outputs and their gradient are counted
/// with the recurrence.
std::size_t rest_of_step(const Model& model, const tasks::Batch& batch, bool packed) {
  Tape tape(model.cell().dtype());
  const Shape shape{batch.x.shape()[0], batch.x.shape()[1], model.cell().output_size()};
  cells::Unrolled run;
  run.time = shape[0];
  const Var outputs = tape.variable(Tensor(tape.dtype(), shape));
  if (packed) {
    run.packed_outputs = outputs;
  } else {
    for (Index t = 0; t < run.time; ++t) run.outputs.push_back(at(outputs, 0, t));
  }
  const Outcome outcome = model.score(tape, batch, total_weight(batch), run);
  tape.backward(outcome.loss, {outputs});
  const std::size_t counted = 2 * static_cast<std::size_t>(shape.size()) * size_of(tape.dtype());
  return tape.peak_bytes() - std::min(tape.peak_bytes(), counted);
}

MemoryForecast forecast(const Model& model, const tasks::Batch& batch, const cells::Memory& memory,
                        bool compile, bool flow, bool or_least) {
  cells::Workload workload;
  workload.or_least = or_least;
  workload.time = batch.x.shape()[0];
  workload.batch = batch.x.shape()[1];
  workload.masked = masked_steps(batch);
  workload.flow = flow;
  workload.compile = compile;
  workload.outputs = static_cast<Index>(scored_rows(batch).steps.size());
  MemoryForecast result;
  const auto plan = [&](std::size_t rest) {
    cells::Memory own = memory;
    if (memory.is_budget()) {
      if (memory.bytes() <= rest && !or_least) {
        throw Error(ErrorKind::memory, "memory of cell '" + model.cell().name() + "'",
                    "more than the " + cells::size_text(rest) + " of readout and loss",
                    memory.text(), "Choose a smaller batch or shorter sequences.");
      }
      own = cells::Memory::budget(memory.bytes() > rest ? memory.bytes() - rest : 1);
    }
    try {
      result.recurrence = cells::plan_memory(model.cell(), workload, own);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::memory || !memory.is_budget()) throw;
      throw Error(error.kind(), error.where(),
                  error.expected() + ", and " + cells::size_text(rest) + " for readout and loss",
                  memory.text(), error.fix());
    }
    result.bytes = result.recurrence.peak + rest;
  };
  // Outputs that stand one by one, and not in one sequence, are put together for the loss.
  const auto apart = [&] { return result.recurrence.segment == 0 && !result.recurrence.compiled; };
  plan(rest_of_step(model, batch, compile || !memory.is_full()));
  if (apart() && (compile || !memory.is_full())) plan(rest_of_step(model, batch, false));
  return result;
}

}  // namespace

MemoryForecast forecast(const Model& model, const tasks::Batch& batch, const cells::Memory& memory,
                        bool compile, bool flow) {
  return forecast(model, batch, memory, compile, flow, /*or_least=*/false);
}

MemoryForecast forecast_within(const Model& model, const tasks::Batch& batch,
                               const cells::Memory& memory, bool compile, bool flow) {
  return forecast(model, batch, memory, compile, flow, /*or_least=*/true);
}

cells::Memory share_of(const cells::Memory& memory, Index threads) {
  if (!memory.is_budget()) return memory;
  return cells::Memory::budget(memory.bytes() / static_cast<std::size_t>(threads));
}

std::string text_of(const MemoryForecast& forecast, Index threads) {
  std::string text =
      cells::size_text(forecast.bytes * static_cast<std::size_t>(std::max<Index>(1, threads)));
  const cells::MemoryPlan& plan = forecast.recurrence;
  if (plan.segment > 0) text += ", segments of " + std::to_string(plan.segment) + " steps";
  if (!plan.recorded_because.empty()) text += ", not compiled: " + plan.recorded_because;
  return text;
}

}  // namespace carousel
