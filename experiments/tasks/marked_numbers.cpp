#include <experiments/tasks/marked_numbers.hpp>

namespace carousel::tasks {

void MarkedNumbers::settings(Settings& s) {
  s("length", length, "steps of the shortest sequence, T",
    at_least(2));  // a half needs a step to carry its mark
  s("length_spread", length_spread, "lengths are uniform in [T, (1 + spread) T]", between(0, 100));
  GeneratedTask::settings(s);
}

void MarkedNumbers::draw(Random& random, Sequence& sequence) const {
  const Index steps = sequence.length(), half = steps / 2;
  const Index first = random.below(half);
  const Index second = half + random.below(steps - half);

  double first_value = 0, second_value = 0;
  for (Index t = 0; t < steps; ++t) {
    const double value = random.uniform();
    sequence.input(t, 0, value);
    if (t == first) first_value = value;
    if (t == second) second_value = value;
  }
  sequence.input(first, 1, 1);
  sequence.input(second, 1, 1);
  sequence.ask(steps - 1, answer(first_value, second_value));
}

}  // namespace carousel::tasks
