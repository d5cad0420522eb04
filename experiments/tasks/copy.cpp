#include <cmath>
#include <experiments/tasks/copy.hpp>

namespace carousel::tasks {
namespace {

constexpr Index blank = 0;  // symbols are 1..K, and the delimiter is K + 1

}  // namespace

void Copy::settings(Settings& s) {
  s("delay", delay, "steps between the last symbol and the first answer, T", at_least(1));
  s("symbols", symbols, "size of the alphabet, K", at_least(2));
  s("data_length", data_length, "symbols to remember, D", at_least(1));
  GeneratedTask::settings(s);
}

Lengths Copy::lengths() const {
  const Index steps = delay + 2 * data_length;
  return {steps, steps};
}

double Copy::chance() const {
  return static_cast<double>(data_length) * std::log(static_cast<double>(symbols)) /
         static_cast<double>(longest());
}

void Copy::draw(Random& random, Sequence& sequence) const {
  const Index recall = data_length + delay;
  for (Index t = 0; t < sequence.length(); ++t) {
    if (t >= data_length) sequence.symbol(t, t == recall - 1 ? symbols + 1 : blank);
    if (t < recall) sequence.ask(t, blank);
  }
  for (Index i = 0; i < data_length; ++i) {
    const Index symbol = 1 + random.below(symbols);
    sequence.symbol(i, symbol);
    sequence.ask(recall + i, static_cast<double>(symbol));
  }
}

}  // namespace carousel::tasks
