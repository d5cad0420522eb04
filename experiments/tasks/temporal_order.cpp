#include <experiments/tasks/temporal_order.hpp>

namespace carousel::tasks {
namespace {

enum Symbol : Index { begin_symbol, end_symbol, first_distractor, x_symbol = 6 };
constexpr Index distractors = 4;
constexpr Index window = 10;  // hundredths of the length, as the starts of the windows

}  // namespace

void TemporalOrder::settings(Settings& s) {
  s("length", length, "steps of the shortest sequence, L",
    at_least(10));  // windows of one step and more, none at an end
  s("length_spread", length_spread, "lengths are uniform in [L, (1 + spread) L]", between(0, 100));
  s("symbols", symbols, "how many X or Y there are", between(2, 3));
  GeneratedTask::settings(s);
}

void TemporalOrder::draw(Random& random, Sequence& sequence) const {
  static constexpr Index starts[][3] = {{10, 50}, {10, 33, 66}};
  const Index steps = sequence.length();
  std::vector<Index> row(static_cast<std::size_t>(steps));
  for (Index& symbol : row) symbol = first_distractor + random.below(distractors);
  row.front() = begin_symbol;
  row.back() = end_symbol;

  Index order = 0;  // the symbols as binary digits, Y being 1
  for (Index i = 0; i < symbols; ++i) {
    const Index start = starts[symbols - 2][i];
    const Index first = start * length / 100, last = (start + window) * length / 100;
    const Index place = first + random.below(last - first + 1), is_y = random.below(2);
    row[static_cast<std::size_t>(place)] = x_symbol + is_y;
    order = 2 * order + is_y;
  }
  for (Index t = 0; t < steps; ++t) sequence.symbol(t, row[static_cast<std::size_t>(t)]);
  sequence.ask(steps - 1, static_cast<double>(order));
}

}  // namespace carousel::tasks
