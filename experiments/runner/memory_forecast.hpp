#pragma once
#include <cells/plan.hpp>
#include <experiments/runner/model.hpp>

namespace carousel {

/// What a training step on a batch is expected to take.
struct MemoryForecast {
  cells::MemoryPlan recurrence;
  std::size_t bytes = 0;  ///< of recurrence, readout and loss
};

/// Of one tape: the recurrence by cells::plan_memory, and the rest of the step, readout and loss,
/// measured on outputs that are zeros. `memory` is for this tape. Error (memory) where a budget
/// does not suffice.
MemoryForecast forecast(const Model& model, const tasks::Batch& batch, const cells::Memory& memory,
                        bool compile, bool flow);
/// The same once training has begun: what a budget does not suffice for takes as little as it can.
MemoryForecast forecast_within(const Model& model, const tasks::Batch& batch,
                               const cells::Memory& memory, bool compile, bool flow);

/// A share of a budget; what is no budget is the same for each.
cells::Memory share_of(const cells::Memory& memory, Index threads);

/// "3.1 MiB, segments of 15 steps", for people.
std::string text_of(const MemoryForecast& forecast, Index threads);

}  // namespace carousel
