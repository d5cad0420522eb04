#include <algorithm>
#include <autograd/support/error.hpp>
#include <cmath>
#include <experiments/data/text_file.hpp>
#include <experiments/tasks/check_settings.hpp>
#include <experiments/tasks/sequence.hpp>
#include <experiments/tasks/text.hpp>
#include <map>

namespace carousel::tasks {
namespace {

const char task[] = "task text";

}  // namespace

void Text::settings(Settings& s) {
  const Range fraction{0, 0.5, /*low_open=*/true, /*high_open=*/true};
  s("file", file, "a text in UTF-8");
  s("window", window, "characters of a training step", at_least(1));
  s("validation_fraction", validation_fraction, "share of the text for validation", fraction);
  s("test_fraction", test_fraction, "share of the text for the test, its end", fraction);
  s("evaluation_length", evaluation_length, "characters of a held-out sequence", at_least(1));
}

void Text::load(DType dtype) {
  check_settings(task, *this);
  dtype_ = dtype;
  classes_.clear();  // until all has gone well
  const std::u32string characters = data::code_points(
      data::read_text(file,
                      "Set `file` of the task to a text; a relative path starts in the "
                      "current directory."));
  split(static_cast<Index>(characters.size()));
  encode(characters);
  measure();
}

void Text::split(Index characters) {
  parts_ = cut_in_time(characters, validation_fraction, test_fraction);
  const Index training = parts_.training.count, validation = parts_.validation.count,
              test = parts_.test.count;
  if (validation < 1 || test < 1 || training <= window) {
    throw Error(ErrorKind::data, file,
                "a text with more than a window of " + std::to_string(window) +
                    " characters to train on, and at least one in each held-out part",
                std::to_string(characters) + " characters, cut into " + std::to_string(training) +
                    " | " + std::to_string(validation) + " | " + std::to_string(test));
  }
}

void Text::encode(const std::u32string& characters) {
  vocabulary_ = characters.substr(0, static_cast<std::size_t>(parts_.training.count));
  std::sort(vocabulary_.begin(), vocabulary_.end());
  vocabulary_.erase(std::unique(vocabulary_.begin(), vocabulary_.end()), vocabulary_.end());
  std::vector<Index> classes;
  classes.reserve(characters.size());
  for (const char32_t c : characters) {
    const auto at = std::lower_bound(vocabulary_.begin(), vocabulary_.end(), c);
    const bool known = at != vocabulary_.end() && *at == c;
    classes.push_back(known ? at - vocabulary_.begin() : static_cast<Index>(vocabulary_.size()));
  }
  classes_ = std::move(classes);
}

void Text::measure() {
  const auto at = [&](Index place) { return classes_[static_cast<std::size_t>(place)]; };
  std::vector<double> count(vocabulary_.size() + 1, 1);
  std::map<std::pair<Index, Index>, double> pair_count;
  for (Index i = 0; i < parts_.training.count; ++i) {
    ++count[static_cast<std::size_t>(at(i))];
    if (i > 0) ++pair_count[{at(i - 1), at(i)}];
  }
  const double total = static_cast<double>(parts_.training.count + input_size());

  double alone = 0, after_last = 0;
  for (Index i = parts_.test.begin; i < parts_.test.begin + parts_.test.count; ++i) {
    const double share = count[static_cast<std::size_t>(at(i))] / total;
    alone -= std::log2(share);
    // The frequencies of all characters stand in for one more occurrence of the last one.
    const auto seen = pair_count.find({at(i - 1), at(i)});
    const double times = seen == pair_count.end() ? 0 : seen->second;
    after_last -= std::log2((times + share) / count[static_cast<std::size_t>(at(i - 1))]);
  }
  chance_ = alone / static_cast<double>(parts_.test.count);
  pairs_ = after_last / static_cast<double>(parts_.test.count);
}

void Text::require_loaded() const {
  if (classes_.empty()) {
    throw Error(ErrorKind::argument, task, "a call of load() before one asks for batches", "none");
  }
}

Batch Text::training(std::uint64_t seed, Index step, Index batch_size) const {
  require_loaded();
  check_training(task, step, batch_size);
  // Place p stands for predicting character p + 1 from character p. The last character of the part
  // is only predicted, so places can go round in a ring without a pair that is not in the text.
  const Index places = parts_.training.count - 1;
  const Index share = places / batch_size, windows = share / window;
  if (windows < 1) {
    throw Error(ErrorKind::config, task,
                "batch size times window of at most " + std::to_string(places) +
                    ", the training part of " + file,
                std::to_string(batch_size) + " · " + std::to_string(window));
  }
  const Index pass = step / windows, number = step % windows;
  const Index shift = Random(seed, "data", static_cast<std::uint64_t>(pass)).below(places);

  Batch batch = blank_batch(dtype_, {window, batch_size, input_size()}, one_class);
  batch.continues = number > 0;
  for (Index b = 0; b < batch_size; ++b) {
    Sequence sequence(batch, b, window);
    for (Index t = 0; t < window; ++t) {
      const auto place =
          static_cast<std::size_t>((shift + b * share + number * window + t) % places);
      sequence.symbol(t, classes_[place]);
      sequence.ask(t, static_cast<double>(classes_[place + 1]));
    }
  }
  return batch;
}

const Part& Text::held_out(Split split) const {
  return split == Split::test ? parts_.test : parts_.validation;
}

Index Text::evaluation_batches(Split split, Index batch_size) const {
  require_loaded();
  return batch_count(task, batch_count(task, held_out(split).count, evaluation_length), batch_size);
}

Batch Text::evaluation(Split split, Index number, Index batch_size) const {
  require_loaded();
  const Part& part = held_out(split);
  const Index sequences = batch_count(task, part.count, evaluation_length);
  const Part chosen = batch_part(task, sequences, number, batch_size);
  Batch batch = blank_batch(
      dtype_, {std::min(evaluation_length, part.count), chosen.count, input_size()}, one_class);
  for (Index b = 0; b < chosen.count; ++b) {
    const Part own = batch_part(task, part.count, chosen.begin + b, evaluation_length);
    Sequence sequence(batch, b, own.count);
    for (Index t = 0; t < own.count; ++t) {
      // The first character is predicted, too, from the last one before the sequence.
      const auto place = static_cast<std::size_t>(part.begin + own.begin + t);
      sequence.symbol(t, classes_[place - 1]);
      sequence.ask(t, static_cast<double>(classes_[place]));
    }
  }
  return batch;
}

}  // namespace carousel::tasks
