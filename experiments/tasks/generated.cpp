#include <cmath>
#include <experiments/tasks/batching.hpp>
#include <experiments/tasks/check_settings.hpp>
#include <experiments/tasks/generated.hpp>

namespace carousel::tasks {

Lengths spread_lengths(Index shortest, double spread) {
  // The small term keeps products such as 0.29 · 100, just below 29 in binary, from losing a step.
  const double more = std::floor(spread * static_cast<double>(shortest) + 1e-6);
  return {shortest, shortest + static_cast<Index>(more)};
}

void GeneratedTask::settings(Settings& s) {
  s("evaluation_sequences", evaluation_sequences, "sequences of the validation and the test set",
    at_least(1));
}

void GeneratedTask::load(DType dtype) {
  check_settings(where_, *this);
  dtype_ = dtype;
}

Batch GeneratedTask::zeros(const Lengths& lengths, Index batch_size) const {
  return blank_batch(dtype_, {lengths.longest, batch_size, input_size()}, target_size());
}

void GeneratedTask::add(Random& random, const Lengths& lengths, Batch& batch, Index b) const {
  const Index more = random.below(lengths.longest - lengths.shortest + 1);
  Sequence sequence(batch, b, lengths.shortest + more);
  draw(random, sequence);
}

Batch GeneratedTask::training(std::uint64_t seed, Index step, Index batch_size) const {
  check_training(where_, step, batch_size);
  Random random(seed, "data", static_cast<std::uint64_t>(step));
  Batch batch = zeros(lengths(), batch_size);
  for (Index b = 0; b < batch_size; ++b) add(random, lengths(), batch, b);
  return batch;
}

Index GeneratedTask::evaluation_batches(Split, Index batch_size) const {
  return batch_count(where_, evaluation_sequences, batch_size);
}

Batch GeneratedTask::evaluation(Split split, Index number, Index batch_size) const {
  const Part part = batch_part(where_, evaluation_sequences, number, batch_size);
  const bool test = split == Split::test;
  const Lengths steps = test ? test_lengths() : lengths();
  Batch batch = zeros(steps, part.count);
  for (Index b = 0; b < part.count; ++b) {
    Random random(0, test ? "test" : "validation", static_cast<std::uint64_t>(part.begin + b));
    add(random, steps, batch, b);
  }
  return batch;
}

}  // namespace carousel::tasks
