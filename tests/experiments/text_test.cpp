#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/data/text_file.hpp>
#include <experiments/tasks/text.hpp>
#include <filesystem>
#include <numeric>
#include <set>
#include <tests/experiments/batches.hpp>
#include <tests/experiments/idx_files.hpp>
#include <tests/support/expect_error.hpp>

using namespace carousel;
using tasks::Batch;
using tasks::Text;
using testing::says;
using testing::scored;
using testing::symbol;
using Split = tasks::Task::Split;

namespace {

/// A loaded task over a text of its own.
struct Loaded {
  testing::TemporaryDirectory folder;
  std::u32string characters;
  Text task;

  template <class Change> Loaded(const std::string& text, Change change) {
    testing::write(folder.file("a.txt"), testing::Bytes(text.begin(), text.end()));
    characters = data::code_points(text);
    task.file = folder.file("a.txt");
    task.window = 7;
    task.evaluation_length = 11;
    change(task);
    task.load(DType::float64);
  }
  explicit Loaded(const std::string& text) : Loaded(text, [](Text&) {}) {}
};

/// `count` letters, no four of which stand in two places: each place of the text can be told.
std::string letters(Index count) {
  std::string text;
  for (Index i = 0; i < count; ++i) {
    const Index digits[] = {i / 4 % 9, i / 36 % 9, 9, i / 4 % 9};
    text += static_cast<char>('a' + (i % 4 == 3 ? digits[0] / 3 + 10 : digits[i % 4]));
  }
  return text;
}

Index target(const Batch& batch, Index t, Index b) {
  return static_cast<Index>(testing::target(batch, t, b));
}

Index class_of(const Loaded& set, std::size_t place) {
  const auto& known = set.task.vocabulary();
  const auto at = std::find(known.begin(), known.end(), set.characters[place]);
  return at - known.begin();
}

/// Whether sequence b reads the text from `place` on: inputs, and targets one further, all counted.
bool reads_from(const Loaded& set, const Batch& batch, Index b, std::size_t place) {
  for (Index t = 0; t < testing::length(batch, b); ++t) {
    const std::size_t now = place + static_cast<std::size_t>(t);
    if (now + 1 >= set.characters.size()) return false;
    if (symbol(batch, t, b) != class_of(set, now)) return false;
    if (target(batch, t, b) != class_of(set, now + 1)) return false;
    if (!scored(batch, t, b)) return false;
  }
  return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(text_is_cut_into_training_validation_and_test) {
  const Loaded set(
      "abcdefghijklmnopqrst"
      "uvwXYZ.:,;",
      [](Text& task) {
        task.validation_fraction = 0.2;
        task.test_fraction = 0.13;  // of 30: 3.9
      });
  const auto& parts = set.task.parts();
  BOOST_TEST((parts.training.begin == 0 && parts.training.count == 21));
  BOOST_TEST((parts.validation.begin == 21 && parts.validation.count == 6));
  BOOST_TEST((parts.test.begin == 27 && parts.test.count == 3));
  BOOST_TEST((set.task.vocabulary() == U"abcdefghijklmnopqrstu"));
  BOOST_TEST(set.task.input_size() == 22);
  BOOST_TEST(set.task.output_size() == 22);
  BOOST_TEST(std::string(set.task.objective().metric()) == "bits");
}

BOOST_AUTO_TEST_CASE(text_held_out_characters_are_each_predicted_once) {
  const Loaded set(letters(300));
  for (const Split split : {Split::validation, Split::test}) {
    const auto& part = split == Split::test ? set.task.parts().test : set.task.parts().validation;
    const Batch batch = set.task.evaluation(split, 0, 100);
    BOOST_TEST((batch.lengths == std::vector<Index>{11, 11, 8}));
    Index place = part.begin - 1;  // the first target is the first character of the part
    for (Index b = 0; b < 3; ++b) {
      BOOST_TEST(reads_from(set, batch, b, static_cast<std::size_t>(place)));
      place += testing::length(batch, b);
    }
    BOOST_TEST(place == part.begin + part.count - 1);
  }
}

BOOST_AUTO_TEST_CASE(text_sequences_of_a_batch_read_on_from_step_to_step) {
  const Loaded set(letters(300));  // 240 to train on, 239 places, shares of 59, 8 windows
  const Index size = 4, windows = 8;
  for (const Index pass : {0, 1, 5}) {
    for (Index b = 0; b < size; ++b) {
      std::vector<Index> inputs, targets;
      for (Index number = 0; number < windows; ++number) {
        const Batch batch = set.task.training(1, pass * windows + number, size);
        BOOST_TEST(batch.continues == (number > 0));
        for (Index t = 0; t < 7; ++t) {
          BOOST_TEST(scored(batch, t, b));
          inputs.push_back(symbol(batch, t, b));
          targets.push_back(target(batch, t, b));
        }
      }
      // Within the text, the target is the next input; only where the ring closes it is not.
      int jumps = 0;
      for (std::size_t i = 0; i + 1 < inputs.size(); ++i) {
        if (inputs[i + 1] == targets[i]) continue;
        ++jumps;
        BOOST_TEST(targets[i] == class_of(set, 239));
        BOOST_TEST(inputs[i + 1] == class_of(set, 0));
      }
      BOOST_TEST(jumps <= 1);
    }
  }
}

BOOST_AUTO_TEST_CASE(text_training_pairs_are_pairs_of_the_training_part) {
  const Loaded set(letters(300));
  std::multiset<std::pair<Index, Index>> there, seen;
  for (std::size_t i = 0; i + 1 < 240; ++i) there.insert({class_of(set, i), class_of(set, i + 1)});
  // One sequence, and a window for all: 34 windows of 7 cover 238 of the 239 places.
  for (Index step = 0; step < 34; ++step) {
    const Batch batch = set.task.training(1, step, 1);
    for (Index t = 0; t < 7; ++t) seen.insert({symbol(batch, t, 0), target(batch, t, 0)});
  }
  BOOST_TEST(seen.size() == 238U);
  BOOST_TEST(std::includes(there.begin(), there.end(), seen.begin(), seen.end()));
}

BOOST_AUTO_TEST_CASE(text_sequences_of_a_pass_share_the_training_part) {
  // A text of 300 different characters: the class of an input is its place in the training part.
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += {static_cast<char>(0xC4 + i / 64), static_cast<char>(0x80 + i % 64)};
  }
  const Loaded set(text);
  std::set<Index> places;
  for (Index number = 0; number < 8; ++number) {
    const Batch batch = set.task.training(1, number, 4);
    for (Index b = 0; b < 4; ++b) {
      // Evenly spaced: 239 places for four.
      BOOST_TEST(symbol(batch, 0, b) == (symbol(batch, 0, 0) + b * 59) % 239);
      for (Index t = 0; t < 7; ++t) {
        places.insert(symbol(batch, t, b));
        BOOST_TEST(target(batch, t, b) == symbol(batch, t, b) + 1);
      }
    }
  }
  BOOST_TEST(places.size() == 4U * 8 * 7);  // none twice
}

BOOST_AUTO_TEST_CASE(text_places_differ_from_seed_to_seed_and_from_pass_to_pass) {
  const Loaded set(letters(300));
  const auto first = [&](std::uint64_t seed, Index pass) {
    const Batch batch = set.task.training(seed, pass * 8, 4);
    std::vector<Index> shown;
    for (Index t = 0; t < 7; ++t) shown.push_back(symbol(batch, t, 0));
    return shown;
  };
  BOOST_TEST((first(1, 0) == first(1, 0)));
  BOOST_TEST((first(1, 0) != first(2, 0)));
  BOOST_TEST((first(1, 0) != first(1, 1)));
}

BOOST_AUTO_TEST_CASE(text_characters_that_training_lacks_are_one_class) {
  // The parts: 20 | 4 | 4.
  const Loaded set(
      "ababababab"
      "abababaäba"
      "aXbY"
      "Z€ab",
      [](Text& task) { task.validation_fraction = task.test_fraction = 4.0 / 28; });
  BOOST_TEST((set.task.vocabulary() == U"abä"));
  const Batch validation = set.task.evaluation(Split::validation, 0, 1);
  const Batch test = set.task.evaluation(Split::test, 0, 1);
  std::vector<Index> targets;
  for (Index t = 0; t < 4; ++t) targets.push_back(target(validation, t, 0));
  for (Index t = 0; t < 4; ++t) targets.push_back(target(test, t, 0));
  BOOST_TEST((targets == std::vector<Index>{0, 3, 1, 3, 3, 3, 0, 1}));
  BOOST_TEST(symbol(test, 1, 0) == 3);  // Z
}

BOOST_AUTO_TEST_CASE(text_chance_is_the_cost_of_the_training_frequencies) {
  // Training: 12 a, 4 b; test: a, b, c, a. Counted once more each: a 13/19, b 5/19, other 1/19.
  const Loaded set(
      "aaabaaabaaabaaab"
      "abab"
      "abca",
      [](Text& task) { task.validation_fraction = task.test_fraction = 4.0 / 24; });
  const double a = -std::log2(13.0 / 19), b = -std::log2(5.0 / 19), other = -std::log2(1.0 / 19);
  BOOST_TEST(std::abs(set.task.chance() - (2 * a + b + other) / 4) < 1e-12);
  BOOST_TEST(set.task.chance_is() == "character frequencies");
  // The pairs b a, a b, b c, c a; of them ba stands 3 times in training and ab 4 times.
  const double pairs = -std::log2((3 + 13.0 / 19) / 5) - std::log2((4 + 5.0 / 19) / 13) -
                       std::log2(1.0 / 19 / 5) - std::log2(13.0 / 19);
  BOOST_TEST(std::abs(set.task.baselines().at(0).metric - pairs / 4) < 1e-12);
}

bool has_debians_licences(boost::unit_test::test_unit_id) {
  return std::filesystem::exists(Text().file);
}

BOOST_AUTO_TEST_CASE(text_of_debian, *boost::unit_test::precondition([](auto id) {
                       return boost::test_tools::assertion_result(has_debians_licences(id));
                     })) {
  Text task;
  task.load(DType::float32);
  BOOST_TEST((task.vocabulary().size() > 60 && task.vocabulary().size() < 100));
  // The end of the GPL is the disclaimer in capital letters, which are rare before: more than the
  // some 4.5 bits of English.
  BOOST_TEST((task.chance() > 5 && task.chance() < 5.5));
  BOOST_TEST(task.baselines().at(0).metric < task.chance());
}

BOOST_AUTO_TEST_CASE(text_refuses_files_and_settings_that_do_not_fit) {
  const auto load = [](const std::string& text, Index window) {
    const Loaded set(text, [=](Text& task) { task.window = window; });
  };
  BOOST_CHECK_EXCEPTION(
      load("0123456789", 8), Error,
      says(ErrorKind::data, {"a.txt", "window of 8", "10 characters", "8 | 1 | 1"}));
  BOOST_CHECK_EXCEPTION(load("012345678", 3), Error, says(ErrorKind::data, {"9 | 0 | 0"}));
  BOOST_CHECK_EXCEPTION(load("", 3), Error, says(ErrorKind::data, {"a.txt", "empty"}));
  BOOST_CHECK_EXCEPTION(load("0123456789", 0), Error,
                        says(ErrorKind::config, {"task text, window", "at least 1"}));
  Text absent;
  absent.file = "no/such/file";
  BOOST_CHECK_EXCEPTION(absent.load(DType::float32), Error,
                        says(ErrorKind::data, {"no/such/file", "Set `file`"}));
  BOOST_CHECK_EXCEPTION(absent.training(1, 0, 1), Error, says({"task text", "load()"}));
  const Loaded set(letters(300));
  BOOST_CHECK_NO_THROW(set.task.training(1, 0, 34));
  BOOST_CHECK_EXCEPTION(set.task.training(1, 0, 35), Error,
                        says(ErrorKind::config, {"task text", "at most 239", "35 · 7"}));
}

BOOST_AUTO_TEST_SUITE_END()
