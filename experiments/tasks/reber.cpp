#include <algorithm>
#include <autograd/support/error.hpp>
#include <experiments/tasks/check_settings.hpp>
#include <experiments/tasks/reber.hpp>
#include <experiments/tasks/sequence.hpp>

namespace carousel::tasks {
namespace {

const char task[] = "task reber";

/// Predictions of a string: one for each symbol but the first.
Index steps_of(const ReberString& string) { return static_cast<Index>(string.symbols.size()) - 1; }

}  // namespace

void Reber::settings(Settings& s) {
  // Different strings get rare: the bounds keep drawing them a matter of a moment.
  s("training_strings", training_strings, "strings to train on; 0: fresh ones", between(0, 10000));
  s("evaluation_strings", evaluation_strings, "held-out strings of the validation and the test set",
    between(1, 10000));
}

void Reber::load(DType dtype) {
  check_settings(task, *this);
  dtype_ = dtype;
  strings_.clear();
  known_.clear();
  longest_ = 0;
  Random random(0, "strings");
  const auto wanted = static_cast<std::size_t>(training_strings + 2 * evaluation_strings);
  while (strings_.size() < wanted) {
    ReberString string = draw_reber_string(random);
    if (!known_.insert(string.text()).second) continue;
    longest_ = std::max(longest_, steps_of(string));
    strings_.push_back(std::move(string));
  }
}

void Reber::require_loaded() const {
  if (strings_.empty()) {
    throw Error(ErrorKind::argument, task, "a call of load() before one asks for batches", "none");
  }
}

ReberString Reber::fresh(Random& random) const {
  ReberString string = draw_reber_string(random);
  while (known_.count(string.text()) != 0) string = draw_reber_string(random);
  return string;
}

Batch Reber::make(const std::vector<const ReberString*>& chosen, Index time) const {
  const auto size = static_cast<Index>(chosen.size());
  Batch batch = blank_batch(dtype_, {time, size, reber_symbol_count}, 2 * reber_symbol_count);
  for (Index b = 0; b < size; ++b) {
    const ReberString& string = *chosen[static_cast<std::size_t>(b)];
    Sequence sequence(batch, b, steps_of(string));
    for (Index t = 0; t < sequence.length(); ++t) {
      const auto at = static_cast<std::size_t>(t);
      sequence.symbol(t, string.symbols[at]);
      sequence.target(t, 1, string.symbols[at + 1]);
      for (Index s = 0; s < reber_symbol_count; ++s) {
        const bool legal = string.legal[at].test(static_cast<std::size_t>(s));
        if (legal) sequence.target(t, 1, reber_symbol_count + s);
      }
      sequence.score(t);
    }
  }
  return batch;
}

Batch Reber::training(std::uint64_t seed, Index step, Index batch_size) const {
  require_loaded();
  check_training(task, step, batch_size);
  Random random(seed, "data", static_cast<std::uint64_t>(step));
  std::vector<const ReberString*> chosen;
  if (training_strings > 0) {
    for (Index b = 0; b < batch_size; ++b) {
      chosen.push_back(&strings_[static_cast<std::size_t>(random.below(training_strings))]);
    }
    return make(chosen, longest_);
  }
  std::vector<ReberString> strings;
  for (Index b = 0; b < batch_size; ++b) strings.push_back(fresh(random));
  Index longest = 0;
  for (const ReberString& string : strings) {
    longest = std::max(longest, steps_of(string));
    chosen.push_back(&string);
  }
  return make(chosen, longest);
}

Part Reber::part(Split split) const {
  const Index validation = training_strings + evaluation_strings;
  return split == Split::validation ? Part{0, validation} : Part{validation, evaluation_strings};
}

Index Reber::evaluation_batches(Split split, Index batch_size) const {
  require_loaded();
  return batch_count(task, part(split).count, batch_size);
}

Batch Reber::evaluation(Split split, Index number, Index batch_size) const {
  require_loaded();
  const Part own = part(split), some = batch_part(task, own.count, number, batch_size);
  std::vector<const ReberString*> chosen;
  for (Index i = 0; i < some.count; ++i) {
    chosen.push_back(&strings_[static_cast<std::size_t>(own.begin + some.begin + i)]);
  }
  return make(chosen, longest_);
}

}  // namespace carousel::tasks
