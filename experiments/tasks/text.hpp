#pragma once
#include <experiments/tasks/batching.hpp>
#include <experiments/tasks/task.hpp>

namespace carousel::tasks {

/// The next character of a text.
struct Text final : Task {
  static constexpr const char* about = R"(
A language model of characters: what comes next in a text? Any text file in UTF-8 will do.

    parts     the file in this order: training | validation | test
    alphabet  the characters (code points) of the training part, and one more class for those
              that only the held-out parts have
    input     [time, batch, alphabet], one-hot: the present character
    target    the next character, at every step
    metric    bits per character; chance is the order-0 entropy: the frequencies of the training
              part's characters, each counted once more than it was seen
    training  stateful truncated backpropagation through time: the sequences of a batch read on
              from evenly spaced places, `window` characters at each step, in the state that the
              step before left. They read their share of the text; then a new pass begins, from
              the zero state and from places shifted by a random number of (seed, pass). A
              sequence that comes to the end of the part goes on at its beginning.
    held out  sequences of `evaluation_length`, the last one as long as what is left, each from
              the zero state; every character of the part is predicted exactly once

The baseline "last character only" is a table of pairs, counted in the training part.
)";

  std::string file = "/usr/share/common-licenses/GPL-3";  ///< every Debian system has it
  Index window = 50;                                      ///< characters of a training step
  double validation_fraction = 0.1, test_fraction = 0.1;  ///< of all characters
  Index evaluation_length = 1000;                         ///< of a held-out sequence

  void settings(Settings& s) override;
  /// Reads the file. Errors when it is missing, no text, or too short.
  void load(DType dtype) override;

  Index input_size() const override { return static_cast<Index>(vocabulary_.size()) + 1; }
  Index output_size() const override { return input_size(); }
  const Objective& objective() const override { return bits(); }
  double chance() const override { return chance_; }
  std::string chance_is() const override { return "character frequencies"; }
  std::vector<Baseline> baselines() const override { return {{"last character only", pairs_}}; }

  /// Error (config) when `batch_size` windows are longer than the training part.
  Batch training(std::uint64_t seed, Index step, Index batch_size) const override;
  Index evaluation_batches(Split split, Index batch_size) const override;
  Batch evaluation(Split split, Index number, Index batch_size) const override;

  /// The characters of the training part in ascending order: the classes. The class after the last
  /// one stands for all others.
  const std::u32string& vocabulary() const { return vocabulary_; }
  /// The parts, as places in the file.
  const Parts& parts() const { return parts_; }

 private:
  void split(Index characters);
  void encode(const std::u32string& characters);
  void measure();
  void require_loaded() const;
  const Part& held_out(Split split) const;

  std::vector<Index> classes_;  // of each character of the file
  std::u32string vocabulary_;
  Parts parts_;
  double chance_ = 0, pairs_ = 0;
  DType dtype_ = DType::float32;
};

}  // namespace carousel::tasks
