#include <autograd/support/error.hpp>
#include <experiments/tasks/parity.hpp>

namespace carousel::tasks {

void Parity::settings(Settings& s) {
  s("length", length, "steps of the longest sequence", at_least(1));
  s("shortest", shortest, "steps of the shortest sequence", at_least(1));
  s("test_length", test_length, "the same of the test part; 0: as in training", at_least(0));
  s("test_shortest", test_shortest, "the same of the test part; 0: as in training", at_least(0));
  s("answer", answer, "when parity is asked for: at the last step, or at all of them",
    {"last", "all"});
  GeneratedTask::settings(s);
}

void Parity::load(DType dtype) {
  GeneratedTask::load(dtype);
  const auto ordered = [this](const char* setting, const Lengths& lengths) {
    if (lengths.shortest <= lengths.longest) return;
    throw Error(ErrorKind::config, std::string(where()) + ", " + setting,
                "at most the longest length, " + std::to_string(lengths.longest),
                std::to_string(lengths.shortest));
  };
  ordered("shortest", lengths());
  ordered("test_shortest", test_lengths());
}

Lengths Parity::test_lengths() const {
  return {test_shortest > 0 ? test_shortest : shortest, test_length > 0 ? test_length : length};
}

void Parity::draw(Random& random, Sequence& sequence) const {
  Index odd = 0;
  for (Index t = 0; t < sequence.length(); ++t) {
    const Index bit = random.below(2);
    odd ^= bit;
    sequence.input(t, 0, static_cast<double>(bit));
    if (answer == "all" || t == sequence.length() - 1) sequence.ask(t, static_cast<double>(odd));
  }
}

}  // namespace carousel::tasks
