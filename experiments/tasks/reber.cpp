#include <algorithm>
#include <autograd/support/error.hpp>
#include <experiments/tasks/batching.hpp>
#include <experiments/tasks/check_settings.hpp>
#include <experiments/tasks/reber.hpp>
#include <experiments/tasks/sequence.hpp>
#include <set>

namespace carousel::tasks {
namespace {

const char task[] = "task reber";
constexpr Index symbols = reber_symbol_count;

/// Targets are [rows, 14]: the next symbol one-hot, which the loss reads, then the symbols that may
/// come next, which the metric reads.
class NextSymbols final : public Objective {
 public:
  const char* metric() const override { return "strings"; }
  bool higher_is_better() const override { return true; }

  Var loss(const Var& prediction, const Var& target) const override {
    return -sum(slice(target, -1, 0, symbols) * log_softmax(prediction), {-1});
  }

  Score score(const Tensor& prediction, const Tensor& target, const Tensor& weight,
              Index sequences) const override {
    if (prediction.shape() != Shape{weight.size(), symbols} ||
        target.shape() != Shape{weight.size(), 2 * symbols}) {
      throw Error(ErrorKind::argument, "reber score",
                  "predictions " + to_string(Shape{weight.size(), symbols}, {"rows", "symbols"}) +
                      " and targets of twice that width",
                  to_string(prediction.shape()) + " and " + to_string(target.shape()));
    }
    Score score;
    for (Index b = 0; b < sequences; ++b) {
      bool counts = false, right = true;
      for (Index r = b; r < weight.size(); r += sequences) {
        if (weight.at(r) == 0) continue;
        counts = true;
        right = right && legal_are_most_active(prediction, target, r);
      }
      if (counts) score.add({right ? 1.0 : 0.0, 1.0});
    }
    return score;
  }

 private:
  static bool legal_are_most_active(const Tensor& prediction, const Tensor& target, Index row) {
    for (Index legal = 0; legal < symbols; ++legal) {
      if (target.at((2 * row + 1) * symbols + legal) == 0) continue;
      for (Index other = 0; other < symbols; ++other) {
        if (target.at((2 * row + 1) * symbols + other) != 0) continue;
        // A comparison with NaN is false, and so a wrong answer.
        if (!(prediction.at(row * symbols + legal) > prediction.at(row * symbols + other))) {
          return false;
        }
      }
    }
    return true;
  }
};

/// `count` strings, none of which is among `taken`; adds them to it.
std::vector<ReberString> draw_set(Random& random, Index count, std::set<std::string>& taken) {
  std::vector<ReberString> strings;
  std::set<std::string> own;
  while (static_cast<Index>(strings.size()) < count) {
    ReberString string = draw_reber(random);
    if (taken.count(string.text()) != 0) continue;
    own.insert(string.text());
    strings.push_back(std::move(string));
  }
  taken.insert(own.begin(), own.end());
  return strings;
}

}  // namespace

void Reber::settings(Settings& s) {
  s("training_strings", training_strings, "strings to train on, and held out for each part",
    between(1, 100000));
  s("strings_seed", strings_seed, "seed of the sets of strings", at_least(0));
}

void Reber::load(DType dtype) {
  check_settings(task, *this);
  dtype_ = dtype;
  Random random(static_cast<std::uint64_t>(strings_seed), "strings");
  std::set<std::string> taken;
  training_ = draw_set(random, training_strings, taken);
  validation_ = training_;
  const auto held_out = draw_set(random, training_strings, taken);
  validation_.insert(validation_.end(), held_out.begin(), held_out.end());
  test_ = draw_set(random, training_strings, taken);
  longest_ = 0;
  for (const auto* set : {&validation_, &test_}) {
    for (const ReberString& string : *set) {
      longest_ = std::max(longest_, static_cast<Index>(string.symbols.size()) - 1);
    }
  }
}

const Objective& Reber::objective() const {
  static const NextSymbols next_symbols;
  return next_symbols;
}

Batch Reber::make(const std::vector<const ReberString*>& strings) const {
  const auto count = static_cast<Index>(strings.size());
  Batch batch = blank_batch(dtype_, {longest_, count, symbols}, 2 * symbols);
  for (Index b = 0; b < count; ++b) {
    const ReberString& string = *strings[static_cast<std::size_t>(b)];
    Sequence sequence(batch, b, static_cast<Index>(string.symbols.size()) - 1);
    for (Index t = 0; t < sequence.length(); ++t) {
      const auto at = static_cast<std::size_t>(t);
      sequence.symbol(t, string.symbols[at]);
      sequence.target(t, 1, string.symbols[at + 1]);
      for (Index k = 0; k < symbols; ++k) {
        if ((string.legal[at] >> static_cast<unsigned>(k) & 1U) != 0) {
          sequence.target(t, 1, symbols + k);
        }
      }
      sequence.score(t);
    }
  }
  return batch;
}

Batch Reber::training(std::uint64_t seed, Index step, Index batch_size) const {
  check_training(task, step, batch_size);
  Random random(seed, "data", static_cast<std::uint64_t>(step));
  std::vector<const ReberString*> strings;
  for (Index b = 0; b < batch_size; ++b) {
    strings.push_back(&training_[static_cast<std::size_t>(random.below(training_strings))]);
  }
  return make(strings);
}

Index Reber::evaluation_batches(Split split, Index batch_size) const {
  return batch_count(task, static_cast<Index>(part(split).size()), batch_size);
}

Batch Reber::evaluation(Split split, Index number, Index batch_size) const {
  const auto& set = part(split);
  const Part own = batch_part(task, static_cast<Index>(set.size()), number, batch_size);
  std::vector<const ReberString*> strings;
  for (Index i = own.begin; i < own.begin + own.count; ++i) {
    strings.push_back(&set[static_cast<std::size_t>(i)]);
  }
  return make(strings);
}

}  // namespace carousel::tasks
