#include <algorithm>
#include <autograd/tape.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/tasks/reber.hpp>
#include <map>
#include <regex>
#include <set>
#include <tests/experiments/batches.hpp>
#include <tests/support/expect_error.hpp>

using namespace carousel;
using tasks::Batch;
using tasks::Reber;
using testing::says;
using Split = tasks::Task::Split;

namespace {

Reber reber(Index training, Index evaluation, DType dtype = DType::float64) {
  Reber task;
  task.training_strings = training;
  task.evaluation_strings = evaluation;
  task.load(dtype);
  return task;
}

std::vector<tasks::ReberString> sample(int count) {
  Random random(5, "sample");
  std::vector<tasks::ReberString> strings;
  for (int i = 0; i < count; ++i) strings.push_back(tasks::draw_reber_string(random));
  return strings;
}

char letter(Index symbol) { return tasks::reber_symbols[symbol]; }

/// The symbol that is asked for at (t, b).
Index next(const Batch& batch, Index t, Index b) {
  Index found = -1;
  for (Index s = 0; s < 7; ++s) {
    if (batch.target.at(testing::place(batch, t, b) * 14 + s) == 1) {
      BOOST_REQUIRE(found < 0);
      found = s;
    }
  }
  BOOST_REQUIRE(found >= 0);
  return found;
}
bool legal(const Batch& batch, Index t, Index b, Index s) {
  return batch.target.at(testing::place(batch, t, b) * 14 + 7 + s) == 1;
}

/// A sequence as text: its inputs, and the last symbol that is asked for.
std::string text(const Batch& batch, Index b) {
  std::string symbols;
  const Index steps = testing::length(batch, b);
  for (Index t = 0; t < steps; ++t) symbols += letter(testing::symbol(batch, t, b));
  return symbols + letter(next(batch, steps - 1, b));
}

std::set<std::string> texts(const Batch& batch) {
  std::set<std::string> all;
  for (Index b = 0; b < batch.x.shape()[1]; ++b) all.insert(text(batch, b));
  return all;
}

/// Outputs that are right everywhere: 1 for what is legal.
Tensor perfect(const Batch& batch) {
  Tensor outputs(DType::float64, batch.x.shape());
  for (Index t = 0; t < batch.x.shape()[0]; ++t) {
    for (Index b = 0; b < batch.x.shape()[1]; ++b) {
      for (Index s = 0; s < 7; ++s) {
        if (legal(batch, t, b, s)) outputs.set(testing::place(batch, t, b) * 7 + s, 1);
      }
    }
  }
  return outputs;
}

/// The score of outputs [time, batch, 7].
double strings(const Reber& task, const Batch& batch, const Tensor& outputs) {
  return testing::metric(task, batch, outputs);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(reber_strings_are_those_of_the_grammar) {
  // The grammar once more, as a regular expression: from its states 3 and 1 on.
  const std::string three = "T*V(PXT*V)*(V|PS)";
  const std::string inner = "B(TS*X(S|X" + three + ")|P" + three + ")E";
  const std::regex embedded("B(T" + inner + "T|P" + inner + "P)E");
  std::set<std::string> different;
  for (const auto& string : sample(3000)) {
    BOOST_TEST(std::regex_match(string.text(), embedded), string.text());
    BOOST_TEST(string.legal.size() + 1 == string.symbols.size());
    different.insert(string.text());
  }
  for (const char* likely : {"BTBTXSETE", "BPBPVVEPE", "BTBPVVETE"}) {
    BOOST_TEST(different.count(likely) == 1U);
  }
  BOOST_TEST(different.size() > 200U);
}

BOOST_AUTO_TEST_CASE(reber_legal_symbols_are_those_that_follow) {
  // After each beginning that is frequent, all that is legal follows, and equally often.
  std::map<std::string, std::map<Index, int>> following;
  std::map<std::string, std::bitset<7>> allowed;
  for (const auto& string : sample(20000)) {
    const std::string symbols = string.text();
    for (std::size_t t = 0; t + 1 < symbols.size(); ++t) {
      const std::string beginning = symbols.substr(0, t + 1);
      BOOST_REQUIRE(string.legal[t].test(static_cast<std::size_t>(string.symbols[t + 1])));
      const auto same = allowed.insert({beginning, string.legal[t]}).first;
      BOOST_REQUIRE(same->second == string.legal[t]);
      ++following[beginning][string.symbols[t + 1]];
    }
  }
  for (const auto& [beginning, counts] : following) {
    double total = 0;
    for (const auto& [symbol, count] : counts) total += count;
    if (total < 100) continue;
    BOOST_TEST(counts.size() == allowed[beginning].count(), beginning);
    for (const auto& [symbol, count] : counts) {
      const double share = 1.0 / static_cast<double>(counts.size());
      BOOST_TEST(std::abs(count - share * total) <= 2.5 * std::sqrt(total), beginning);
    }
  }
}

BOOST_AUTO_TEST_CASE(reber_sequences_ask_for_the_next_symbol_at_every_step) {
  const Batch batch = reber(20, 5).training(1, 0, 30);
  BOOST_TEST((batch.target.shape() == Shape{batch.x.shape()[0], 30, 14}));
  for (Index b = 0; b < 30; ++b) {
    const Index steps = testing::length(batch, b);
    const std::string symbols = text(batch, b);
    for (Index t = 0; t < steps; ++t) {
      BOOST_TEST(testing::scored(batch, t, b));
      BOOST_TEST(letter(next(batch, t, b)) == symbols[static_cast<std::size_t>(t + 1)]);
      BOOST_TEST(legal(batch, t, b, next(batch, t, b)));
    }
    // The last but one symbol is the second one, and nothing else is legal in its place.
    BOOST_TEST(symbols[symbols.size() - 2] == symbols[1]);
    for (Index s = 0; s < 7; ++s) {
      BOOST_TEST(legal(batch, steps - 2, b, s) == (letter(s) == symbols[1]));
    }
  }
}

BOOST_AUTO_TEST_CASE(reber_held_out_strings_are_new) {
  const Reber task = reber(50, 30);
  const auto validation = texts(task.evaluation(Split::validation, 0, 1000));
  const auto test = texts(task.evaluation(Split::test, 0, 1000));
  std::set<std::string> training;
  for (Index step = 0; step < 40; ++step) training.merge(texts(task.training(1, step, 20)));
  BOOST_TEST(training.size() == 50U);  // 800 draws miss none of 50
  BOOST_TEST(test.size() == 30U);
  BOOST_TEST(validation.size() == 80U);  // the training strings, and others
  for (const auto& string : training) {
    BOOST_TEST(validation.count(string) == 1U);
    BOOST_TEST(test.count(string) == 0U);
  }
  for (const auto& string : test) BOOST_TEST(validation.count(string) == 0U);
}

BOOST_AUTO_TEST_CASE(reber_fresh_strings_are_not_held_out) {
  const Reber task = reber(0, 30);
  auto held_out = texts(task.evaluation(Split::validation, 0, 1000));
  held_out.merge(texts(task.evaluation(Split::test, 0, 1000)));
  BOOST_TEST(held_out.size() == 60U);
  std::set<std::string> training;
  for (Index step = 0; step < 40; ++step) {
    const Batch batch = task.training(1, step, 20);
    BOOST_TEST(*std::max_element(batch.lengths.begin(), batch.lengths.end()) == batch.x.shape()[0]);
    training.merge(texts(batch));
  }
  BOOST_TEST(training.size() > 100U);
  for (const auto& string : training) BOOST_TEST(held_out.count(string) == 0U);
}

BOOST_AUTO_TEST_CASE(reber_counts_strings_without_a_mistake) {
  const Reber task = reber(20, 10);
  const Batch batch = task.evaluation(Split::test, 0, 10);
  BOOST_TEST(strings(task, batch, perfect(batch)) == 1);
  // One mistake in two strings of ten: a legal symbol below, and one as large as another.
  Tensor outputs = perfect(batch);
  outputs.set(testing::place(batch, 3, 2) * 7 + next(batch, 3, 2), -1);
  for (Index s = 0; s < 7; ++s) outputs.set(testing::place(batch, 5, 7) * 7 + s, 1);
  BOOST_TEST(std::abs(strings(task, batch, outputs) - 0.8) < 1e-15);
  // A second mistake in the same string costs nothing, and one in the padding neither.
  outputs.set(testing::place(batch, 4, 2) * 7 + next(batch, 4, 2), -1);
  const Index shortest =
      std::min_element(batch.lengths.begin(), batch.lengths.end()) - batch.lengths.begin();
  BOOST_REQUIRE(testing::length(batch, shortest) < batch.x.shape()[0]);
  outputs.set(testing::place(batch, testing::length(batch, shortest), shortest) * 7, -5);
  BOOST_TEST(std::abs(strings(task, batch, outputs) - 0.8) < 1e-15);
  outputs.fill(std::nan(""));
  BOOST_TEST(strings(task, batch, outputs) == 0);
}

BOOST_AUTO_TEST_CASE(reber_needs_the_memory_of_the_second_symbol) {
  // Whoever takes both T and P for possible before the end is wrong in every string.
  const Reber task = reber(20, 10);
  const Batch batch = task.evaluation(Split::test, 0, 10);
  Tensor outputs = perfect(batch);
  for (Index b = 0; b < 10; ++b) {
    const Index place = testing::place(batch, testing::length(batch, b) - 2, b) * 7;
    outputs.set(place + 1, 1);
    outputs.set(place + 2, 1);
  }
  BOOST_TEST(strings(task, batch, outputs) == 0);
  BOOST_TEST(strings(task, batch, Tensor(DType::float64, batch.x.shape())) == task.chance());
}

BOOST_AUTO_TEST_CASE(reber_loss_is_the_cross_entropy_of_the_next_symbol) {
  const Reber task = reber(20, 10);
  Tensor outputs(DType::float64, {2, 7}), target(DType::float64, {2, 14});
  outputs.set(3, std::log(6.0));
  target.set(3, 1);                                 // row 0: symbol 3, of probability 1/2
  target.set(14 + 2, 1);                            // row 1: any symbol, 1/7
  for (Index s = 7; s < 14; ++s) target.set(s, 1);  // the legal ones do not matter
  Tape tape(DType::float64);
  const Tensor rows = task.objective().loss(tape.input(outputs), tape.input(target)).value();
  BOOST_TEST((rows.shape() == Shape{2}));
  BOOST_TEST(std::abs(rows.at(0) - std::log(2.0)) < 1e-14);
  BOOST_TEST(std::abs(rows.at(1) - std::log(7.0)) < 1e-14);
}

BOOST_AUTO_TEST_CASE(reber_score_of_no_string_has_no_weight) {
  const Reber task = reber(20, 10);
  const auto score =
      task.objective().score(Tensor(DType::float64, {6, 7}), Tensor(DType::float64, {6, 14}),
                             Tensor(DType::float64, {6}), 2);
  BOOST_TEST(score.weight == 0);
  BOOST_CHECK_EXCEPTION(
      task.objective().score(Tensor(DType::float64, {6, 7}), Tensor(DType::float64, {6, 7}),
                             Tensor(DType::float64, {6}), 2),
      Error, says({"legal symbols score", "[6, 14]", "[6, 7]"}));
  BOOST_CHECK_EXCEPTION(
      task.objective().score(Tensor(DType::float64, {6, 7}), Tensor(DType::float64, {6, 14}),
                             Tensor(DType::float64, {6}), 4),
      Error, says({"legal symbols score", "steps · 4"}));
}

BOOST_AUTO_TEST_CASE(reber_refuses_settings_out_of_range) {
  BOOST_CHECK_EXCEPTION(reber(-1, 5), Error,
                        says(ErrorKind::config, {"task reber, training_strings", "got -1"}));
  BOOST_CHECK_EXCEPTION(reber(5, 0), Error, says(ErrorKind::config, {"evaluation_strings"}));
  BOOST_CHECK_EXCEPTION(Reber().training(1, 0, 2), Error, says({"task reber", "load()"}));
}

BOOST_AUTO_TEST_SUITE_END()
