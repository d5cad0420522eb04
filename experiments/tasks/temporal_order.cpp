#include <experiments/tasks/temporal_order.hpp>

namespace carousel::tasks {
namespace {

// The input features.
constexpr Index start = 0, end = 1, letters = 2, letter_count = 4, x_or_y = 6;

}  // namespace

void TemporalOrder::settings(Settings& s) {
  s("length", length, "steps of the shortest sequence, L",
    at_least(10));  // the windows need steps of their own
  s("symbols", symbols, "symbols that count", between(2, 3));
  GeneratedTask::settings(s);
}

std::vector<TemporalOrder::Window> TemporalOrder::windows() const {
  const auto scaled = [this](Index first, Index last) {
    return Window{first * length / 100, last * length / 100};
  };
  if (symbols == 2) return {scaled(10, 20), scaled(50, 60)};
  return {scaled(10, 20), scaled(33, 43), scaled(66, 76)};
}

void TemporalOrder::draw(Random& random, Sequence& sequence) const {
  const Index last = sequence.length() - 1;
  std::vector<Index> shown(static_cast<std::size_t>(sequence.length()));
  for (Index& symbol : shown) symbol = letters + random.below(letter_count);
  shown.front() = start;
  shown.back() = end;

  Index order = 0;
  for (const Window& window : windows()) {
    const Index t = window.first + random.below(window.last - window.first + 1);
    const Index which = random.below(2);
    shown[static_cast<std::size_t>(t)] = x_or_y + which;
    order = 2 * order + which;
  }
  for (Index t = 0; t <= last; ++t) sequence.symbol(t, shown[static_cast<std::size_t>(t)]);
  sequence.ask(last, static_cast<double>(order));
}

}  // namespace carousel::tasks
