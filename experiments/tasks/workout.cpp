#include <algorithm>
#include <autograd/support/error.hpp>
#include <experiments/tasks/workout.hpp>
#include <sstream>

namespace carousel::tasks {
namespace {

/// What somebody knows who has seen some days: on which days of the plan today may be.
class Phases {
 public:
  explicit Phases(const std::vector<Index>& week) : week_(week), possible_(week.size(), true) {}

  /// The day before was not missed: the plan had `entry` there.
  void see(Index entry) {
    for (std::size_t first = 0; first < week_.size(); ++first) {
      if (on(first, today_ + week_.size() - 1) != entry) possible_[first] = false;
    }
  }
  void next_day() { ++today_; }
  /// Whether all that is possible has the same entry today.
  bool agree() const {
    Index answer = -1;
    for (std::size_t first = 0; first < week_.size(); ++first) {
      if (!possible_[first]) continue;
      const Index entry = on(first, today_);
      if (answer >= 0 && entry != answer) return false;
      answer = entry;
    }
    return true;
  }

 private:
  /// The entry of a day, when day 0 is the plan's day `first`.
  Index on(std::size_t first, std::size_t day) const { return week_[(first + day) % week_.size()]; }

  const std::vector<Index>& week_;
  std::vector<bool> possible_;  // for each day of the plan, whether day 0 may have been that one
  std::size_t today_ = 0;
};

}  // namespace

void Workout::settings(Settings& s) {
  s("plan", plan, "what to do on each day, words separated by spaces");
  s("missed", missed, "probability that a day is missed", between_open(0, 1));
  s("days", days, "steps of a sequence", at_least(1));
  GeneratedTask::settings(s);
}

void Workout::load(DType dtype) {
  GeneratedTask::load(dtype);
  read_plan();
  measure();
}

void Workout::read_plan() {
  entries_.clear();
  week_.clear();
  std::istringstream words(plan);
  for (std::string word; words >> word;) {
    const auto known = std::find(entries_.begin(), entries_.end(), word);
    week_.push_back(known - entries_.begin());
    if (known == entries_.end()) entries_.push_back(word);
  }
  if (entries_.size() < 2) {
    throw Error(ErrorKind::config, std::string(where()) + ", plan",
                "at least two different entries, separated by spaces", "'" + plan + "'");
  }
}

void Workout::draw(Random& random, Sequence& sequence) const {
  const std::size_t week = week_.size();
  const auto first = static_cast<std::size_t>(random.below(static_cast<Index>(week)));
  Phases phases(week_);
  for (Index t = 0; t < sequence.length(); ++t) {
    const std::size_t today = first + static_cast<std::size_t>(t);
    if (random.uniform() < missed) {
      sequence.symbol(t, output_size());
    } else {
      const Index done = week_[(today + week - 1) % week];
      sequence.symbol(t, done);
      phases.see(done);
    }
    sequence.target(t, static_cast<double>(week_[today % week]));
    if (phases.agree()) sequence.score(t);
    phases.next_day();
  }
}

void Workout::measure() {
  // How often each answer is right after each input, on the scored days of the test part.
  const auto inputs = static_cast<std::size_t>(input_size());
  std::vector<std::vector<double>> right(inputs, std::vector<double>(entries_.size()));
  std::vector<double> answers(entries_.size());
  double scored = 0;
  constexpr Index batch_size = 256;
  for (Index number = 0; number < evaluation_batches(Split::test, batch_size); ++number) {
    const Batch batch = evaluation(Split::test, number, batch_size);
    for (Index place = 0; place < batch.weight.size(); ++place) {
      if (batch.weight.at(place) == 0) continue;
      std::size_t input = 0;
      while (batch.x.at(place * input_size() + static_cast<Index>(input)) == 0) ++input;
      const auto answer = static_cast<std::size_t>(batch.target.at(place));
      ++right[input][answer];
      ++answers[answer];
      ++scored;
    }
  }
  if (scored == 0) {
    throw Error(ErrorKind::config, where(), "days whose entry follows from the days before",
                "none in the test part", "Choose more days, or a smaller probability `missed`.");
  }
  const auto most = std::max_element(answers.begin(), answers.end());
  chance_ = *most / scored;
  chance_is_ = "always " + entries_[static_cast<std::size_t>(most - answers.begin())];
  double best = 0;
  for (const auto& row : right) best += *std::max_element(row.begin(), row.end());
  last_day_ = best / scored;
}

}  // namespace carousel::tasks
