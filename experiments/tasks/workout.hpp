#pragma once
#include <experiments/tasks/generated.hpp>

namespace carousel::tasks {

/// What does a weekly plan say for today, told from the days before?
struct Workout final : GeneratedTask {
  static constexpr const char* about = R"(
A person trains by a plan that repeats, and misses a day now and then: what is on today? The
smallest example of why one needs a memory, as introductions to recurrent networks tell it.

    plan     what to do on each day; after its last day it starts again, whatever was missed
    input    [days, batch, entries + 1], one-hot: what was done on the day before, an entry of
             the plan in the order of first mention, or "missed", the last feature
    target   today's entry of the plan, a class
    scored   the days whose answer follows from what was seen so far: all phases of the plan
             that agree with it have the same entry today
    metric   accuracy, so that a perfect predictor reaches 1; chance is the answer that is
             right most often on the scored days of the test part

A sequence starts on a random day of the plan; each day is missed with probability `missed`.
In the default plan `rest` stands twice: after a rest, or a missed day, one has to remember
more than that day. The baseline "last day only" is the best table from the input of one step
to an answer, made for the test part itself: a bound for every cell without a memory.
)";

  std::string plan = "chest biceps shoulders legs rest cardio rest";  ///< words and spaces
  double missed = 0.25;                                               ///< probability
  Index days = 28;                                                    ///< steps of a sequence

  Workout() : GeneratedTask("task workout") {}
  void settings(Settings& s) override;
  /// Errors also when the plan names fewer than two entries.
  void load(DType dtype) override;

  Index input_size() const override { return output_size() + 1; }
  Index output_size() const override { return static_cast<Index>(entries_.size()); }
  const Objective& objective() const override { return classification(); }
  double chance() const override { return chance_; }
  std::string chance_is() const override { return chance_is_; }
  std::vector<Baseline> baselines() const override { return {{"last day only", last_day_}}; }
  Lengths lengths() const override { return {days, days}; }

  /// The entries of the plan, in the order of first mention: the classes.
  const std::vector<std::string>& entries() const { return entries_; }
  /// The plan as classes.
  const std::vector<Index>& week() const { return week_; }

 private:
  Index target_size() const override { return one_class; }
  void draw(Random& random, Sequence& sequence) const override;
  void read_plan();
  void measure();

  std::vector<std::string> entries_;
  std::vector<Index> week_;
  double chance_ = 0, last_day_ = 0;
  std::string chance_is_ = "most frequent entry";
};

}  // namespace carousel::tasks
