#include <algorithm>
#include <autograd/support/error.hpp>
#include <experiments/runner/memory_forecast.hpp>

namespace carousel {
namespace {

Index masked_steps(const tasks::Batch& batch) {
  const auto shortest = std::min_element(batch.lengths.begin(), batch.lengths.end());
  return shortest == batch.lengths.end() ? 0 : batch.x.shape()[0] - *shortest;
}

/// Bytes of the ops between the outputs of the last layer and the loss. The outputs and their
/// gradient are counted with the recurrence.
std::size_t rest_of_step(const Model& model, const tasks::Batch& batch, bool packed) {
  const cells::Stack& stack = model.stack();
  const cells::AnyCell& last = *stack.cells().back();
  Tape tape(stack.dtype());
  const Index time = batch.x.shape()[0], size = batch.x.shape()[1];
  const Shape shape{time, size, last.output_size()};
  cells::StackRun run;
  run.stack = &stack;
  run.runs.emplace_back();
  run.runs[0].time = time;
  run.below = tape.variable(Tensor(tape.dtype(), {time, size, last.sizes().input_size}));
  const Var outputs = tape.variable(Tensor(tape.dtype(), shape));
  if (stack.modifiers().both_directions()) {
    run.joined = stack.modifiers().bidirectional == "concat" ? concat({outputs, outputs}, 2)
                                                             : outputs + outputs;
  } else if (packed) {
    run.runs[0].packed_outputs = outputs;
  } else {
    for (Index t = 0; t < time; ++t) run.runs[0].outputs.push_back(at(outputs, 0, t));
  }
  const Outcome outcome = model.score(tape, batch, total_weight(batch), run);
  tape.backward(outcome.loss, {outputs});
  const std::size_t counted = 2 * static_cast<std::size_t>(shape.size()) * size_of(tape.dtype()) +
                              run.below.value().bytes();
  return tape.peak_bytes() - std::min(tape.peak_bytes(), counted);
}

/// Bytes of what stands between layers, beyond the outputs of the one below and the xs of the one
/// above, which are counted with those: negative where they are the same values.
std::int64_t between_layers(const cells::Stack& stack, const tasks::Batch& batch) {
  const cells::Modifiers& m = stack.modifiers();
  const Index places = batch.x.shape()[0] * batch.x.shape()[1];
  const auto bytes = [&](Index width) {
    return places * width * static_cast<Index>(size_of(stack.dtype()));
  };
  const Index layers = m.layers;
  std::int64_t total = 0;
  const Index width = stack.cells().front()->output_size();
  if (m.both_directions()) {
    total += layers * bytes((m.bidirectional == "concat" ? 6 : 4) * width);
  }
  if (m.dropout_input > 0) total += layers * bytes(2 * stack.output_size());
  if (layers == 1) return total;
  const int values = (m.projection > 0 ? 1 : 0) + (m.layer_norm ? 1 : 0) + (m.residual ? 1 : 0) +
                     (m.dropout > 0 ? 2 : 0);
  // Values are kept, the last one being the next xs; of gradients those of projection and norm are
  // there at once. Without any value the gradient of the next xs is that of the outputs, too.
  const int gradients = (m.projection > 0 ? 1 : 0) + (m.layer_norm ? 1 : 0);
  const Index more = values == 0 ? -2 : values - 1 + gradients;
  return total + (layers - 1) * more * bytes(stack.output_size());
}

/// All recurrences of a stack; each has a like share of a budget.
cells::MemoryPlan plan_of(const cells::Stack& stack, const cells::Workload& workload,
                          const cells::Memory& memory) {
  const auto runs = static_cast<Index>(stack.cells().size());
  const cells::Memory own = share_of(memory, runs);
  cells::MemoryPlan all;
  for (Index i = 0; i < runs; ++i) {
    cells::Workload of_run = workload;
    const bool below = i < runs - (stack.modifiers().both_directions() ? 2 : 1);
    if (below || stack.modifiers().both_directions()) of_run.outputs = 0;
    of_run.gradient_of_xs = i > 0;
    const auto plan = cells::plan_memory(*stack.cells()[static_cast<std::size_t>(i)], of_run, own);
    // They run in segments of one length: the shortest of all.
    const bool shorter = all.segment == 0 || (plan.segment > 0 && plan.segment < all.segment);
    if (i == 0 || shorter) all.segment = plan.segment;
    all.peak += plan.peak;
    all.compiled = plan.compiled && (i == 0 || all.compiled);
    if (all.recorded_because.empty()) all.recorded_because = plan.recorded_because;
  }
  return all;
}

MemoryForecast forecast(const Model& model, const tasks::Batch& batch, const cells::Memory& memory,
                        bool compile, bool flow, bool or_least) {
  const cells::Stack& stack = model.stack();
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
        throw Error(ErrorKind::memory, "memory of cell '" + stack.cells().front()->name() + "'",
                    "more than the " + cells::size_text(rest) + " of readout and loss",
                    memory.text(), "Choose a smaller batch or shorter sequences.");
      }
      own = cells::Memory::budget(memory.bytes() > rest ? memory.bytes() - rest : 1);
    }
    try {
      result.recurrence = plan_of(stack, workload, own);
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
  const std::int64_t between = between_layers(stack, batch);
  const auto rest = [&](bool packed) {
    const auto bytes = static_cast<std::int64_t>(rest_of_step(model, batch, packed)) + between;
    return static_cast<std::size_t>(std::max<std::int64_t>(0, bytes));
  };
  plan(rest(compile || !memory.is_full()));
  if (apart() && (compile || !memory.is_full())) plan(rest(false));
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
