#include <cmath>
#include <experiments/tasks/adding.hpp>
#include <experiments/tasks/batching.hpp>
#include <experiments/tasks/check_settings.hpp>

namespace carousel::tasks {
namespace {

const char task[] = "task adding";

}  // namespace

void Adding::settings(Settings& s) {
  s("length", length, "steps of the shortest sequence, T",
    at_least(2));  // a half needs a step to carry its mark
  s("length_spread", length_spread, "lengths are uniform in [T, (1 + spread) T]", between(0, 100));
  s("evaluation_sequences", evaluation_sequences, "sequences of the validation and the test set",
    at_least(1));
}

void Adding::load(DType dtype) {
  check_settings(task, *this);
  dtype_ = dtype;
}

Index Adding::longest() const {
  // The small term keeps products such as 0.29 · 100, just below 29 in binary, from losing a step.
  return length +
         static_cast<Index>(std::floor(length_spread * static_cast<double>(length) + 1e-6));
}

Batch Adding::blank(Index batch_size) const {
  // Padded to the longest possible length: all batches have one shape, which is planned for once.
  const Index time = longest();
  return {Tensor(dtype_, {time, batch_size, 2}), Tensor(dtype_, {time, batch_size, 1}),
          std::vector<Index>(static_cast<std::size_t>(batch_size)),
          Tensor(dtype_, {time, batch_size})};
}

void Adding::draw(Random& random, Batch& batch, Index b) const {
  const Index batch_size = batch.x.shape()[1];
  const Index steps = length + random.below(longest() - length + 1);
  const Index half = steps / 2;
  const Index first = random.below(half);
  const Index second = half + random.below(steps - half);

  double sum = 0;
  for (Index t = 0; t < steps; ++t) {
    const double value = random.uniform();
    const bool marked = t == first || t == second;
    const Index place = (t * batch_size + b) * 2;
    batch.x.set(place, value);
    batch.x.set(place + 1, marked ? 1 : 0);
    if (marked) sum += value;
  }

  const Index last = (steps - 1) * batch_size + b;
  batch.lengths[static_cast<std::size_t>(b)] = steps;
  batch.target.set(last, sum);
  batch.weight.set(last, 1);
}

Batch Adding::training(std::uint64_t seed, Index step, Index batch_size) const {
  check_training(task, step, batch_size);
  Random random(seed, "data", static_cast<std::uint64_t>(step));
  Batch batch = blank(batch_size);
  for (Index b = 0; b < batch_size; ++b) draw(random, batch, b);
  return batch;
}

Index Adding::evaluation_batches(Split, Index batch_size) const {
  return batch_count(task, evaluation_sequences, batch_size);
}

Batch Adding::evaluation(Split split, Index number, Index batch_size) const {
  const Part part = batch_part(task, evaluation_sequences, number, batch_size);
  Batch batch = blank(part.count);
  for (Index b = 0; b < part.count; ++b) {
    // A stream for each sequence: the set does not depend on how it is cut into batches.
    Random random(0, split == Split::validation ? "validation" : "test",
                  static_cast<std::uint64_t>(part.begin + b));
    draw(random, batch, b);
  }
  return batch;
}

}  // namespace carousel::tasks
