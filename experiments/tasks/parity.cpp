#include <autograd/support/error.hpp>
#include <experiments/tasks/parity.hpp>

namespace carousel::tasks {

void Parity::settings(Settings& s) {
  s("length", length, "steps of the longest sequence", at_least(1));
  s("shortest", shortest, "steps of the shortest sequence", at_least(1));
  s("test_length", test_length, "the longest one of the test; 0: as in training", at_least(0));
  s("test_shortest", test_shortest, "the shortest one of the test; 0: as in training", at_least(0));
  s("answer", answer, "at which steps the parity is asked for", {"last", "all"});
  GeneratedTask::settings(s);
}

Lengths Parity::test_lengths() const {
  return {test_shortest > 0 ? test_shortest : shortest, test_length > 0 ? test_length : length};
}

void Parity::load(DType dtype) {
  GeneratedTask::load(dtype);
  const auto check = [this](const char* setting, const Lengths& lengths) {
    if (lengths.shortest > lengths.longest) {
      throw Error(ErrorKind::config, std::string(where()) + ", " + setting,
                  "at most " + std::to_string(lengths.longest) + ", the longest length",
                  std::to_string(lengths.shortest));
    }
  };
  check("shortest", lengths());
  check("test_shortest", test_lengths());
}

std::vector<Baseline> Parity::baselines() const {
  const auto [low, high] = test_lengths();
  // The share of the scored steps that are the first of their sequence.
  double first = 2.0 / static_cast<double>(low + high);
  if (answer == "last") first = low == 1 ? 1.0 / static_cast<double>(high) : 0;
  return {{"present bit only", 0.5 + first / 2}};
}

void Parity::draw(Random& random, Sequence& sequence) const {
  Index ones = 0;
  for (Index t = 0; t < sequence.length(); ++t) {
    const Index bit = random.below(2);
    ones += bit;
    sequence.input(t, 0, static_cast<double>(bit));
    if (answer == "all" || t + 1 == sequence.length()) {
      sequence.ask(t, static_cast<double>(ones % 2));
    }
  }
}

}  // namespace carousel::tasks
