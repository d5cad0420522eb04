#include <autograd/tape.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <experiments/tasks/reber.hpp>
#include <map>
#include <set>
#include <tests/support/expect_error.hpp>

using namespace carousel;
using tasks::Batch;
using tasks::Reber;
using tasks::ReberString;
using Split = tasks::Task::Split;

namespace {

/// Whether a string is one of the inner grammar, by Reber's graph written as a table of its own.
bool accepts(const std::string& text) {
  static const std::map<std::pair<int, char>, int> graph{
      {{0, 'B'}, 1}, {{1, 'T'}, 2}, {{1, 'P'}, 3}, {{2, 'S'}, 2}, {{2, 'X'}, 4}, {{3, 'T'}, 3},
      {{3, 'V'}, 5}, {{4, 'X'}, 3}, {{4, 'S'}, 6}, {{5, 'P'}, 4}, {{5, 'V'}, 6}, {{6, 'E'}, 7}};
  int state = 0;
  for (const char c : text) {
    const auto edge = graph.find({state, c});
    if (edge == graph.end()) return false;
    state = edge->second;
  }
  return state == 7;
}

bool embedded(const std::string& text) {
  const std::size_t n = text.size();
  return n >= 9 && text[0] == 'B' && (text[1] == 'T' || text[1] == 'P') && text[n - 1] == 'E' &&
         text[n - 2] == text[1] && accepts(text.substr(2, n - 4));
}

Reber reber(Index strings = 40) {
  Reber task;
  task.training_strings = strings;
  task.load(DType::float64);
  return task;
}

/// The strings of a batch, from their one-hot inputs and the last target.
std::vector<std::string> strings_of(const Batch& batch) {
  const Index size = batch.x.shape()[1];
  std::vector<std::string> result;
  const auto one = [](const Tensor& values, Index place) {
    char found = '-';
    for (Index k = 0; k < 7; ++k) {
      if (values.at(place + k) == 1) found = found == '-' ? tasks::reber_symbols[k] : '?';
    }
    return found;
  };
  for (Index b = 0; b < size; ++b) {
    const Index steps = batch.lengths[static_cast<std::size_t>(b)];
    std::string text;
    for (Index t = 0; t < steps; ++t) {
      text += one(batch.x, (t * size + b) * 7);
      const char next = one(batch.target, (t * size + b) * 14);
      if (t + 1 < steps) {
        BOOST_TEST(next == one(batch.x, ((t + 1) * size + b) * 7));
      } else {
        text += next;
      }
    }
    result.push_back(text);
  }
  return result;
}

std::vector<std::string> all(const Reber& task, Split split) {
  return strings_of(task.evaluation(split, 0, 10000));
}

/// Rows of a batch [time, batch, width] -> [time · batch, width].
Tensor rows(const Tensor& tensor) {
  return tensor.reshaped({tensor.shape()[0] * tensor.shape()[1], tensor.shape()[2]});
}

/// Share of right strings of a predictor that gives `wrong` to what is illegal at step t of n.
template <class Wrong> double scored(const Batch& batch, Wrong wrong) {
  const Index time = batch.x.shape()[0], size = batch.x.shape()[1];
  Tensor prediction(DType::float64, {time * size, 7});
  for (Index t = 0; t < time; ++t) {
    for (Index b = 0; b < size; ++b) {
      const Index row = t * size + b, steps = batch.lengths[static_cast<std::size_t>(b)];
      for (Index k = 0; k < 7; ++k) {
        const bool legal = batch.target.at(row * 14 + 7 + k) == 1;
        prediction.set(row * 7 + k, legal ? 1.0 : wrong(t, steps));
      }
    }
  }
  const Tensor weight = batch.weight.reshaped({time * size});
  return reber().objective().score(prediction, rows(batch.target), weight, size).mean();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(reber_strings_are_those_of_the_grammar) {
  Random random(1, "strings");
  std::set<std::string> seen;
  double steps = 0;
  for (int i = 0; i < 2000; ++i) {
    const ReberString string = tasks::draw_reber(random);
    BOOST_TEST_REQUIRE(embedded(string.text()), string.text());
    seen.insert(string.text());
    steps += static_cast<double>(string.symbols.size());
  }
  for (const char* shortest : {"BTBTXSETE", "BPBPVVEPE"}) BOOST_TEST(seen.count(shortest) == 1U);
  BOOST_TEST(!embedded("BTBTXSEPE"));
  BOOST_TEST(steps / 2000 > 11);
}

BOOST_AUTO_TEST_CASE(reber_legal_symbols_are_those_that_can_be_seen_to_follow) {
  // What follows each beginning of a string, gathered over many strings, is what is said of it.
  Random random(2, "strings");
  std::map<std::string, unsigned> follows, legal;
  for (int i = 0; i < 20000; ++i) {
    const ReberString string = tasks::draw_reber(random);
    const std::string text = string.text();
    for (std::size_t t = 0; t + 1 < text.size() && t < 7; ++t) {
      follows[text.substr(0, t + 1)] |= 1U << static_cast<unsigned>(string.symbols[t + 1]);
      legal[text.substr(0, t + 1)] = string.legal[t];
    }
  }
  BOOST_TEST(follows.size() > 40U);
  for (const auto& [beginning, symbols] : follows)
    BOOST_TEST(symbols == legal[beginning], beginning);
}

BOOST_AUTO_TEST_CASE(reber_sets_share_no_string) {
  const Reber task = reber();
  const auto validation = all(task, Split::validation), test = all(task, Split::test);
  BOOST_TEST(validation.size() == 80U);
  BOOST_TEST(test.size() == 40U);
  const std::set<std::string> training(validation.begin(), validation.begin() + 40);
  const std::set<std::string> held_out(validation.begin() + 40, validation.end());
  for (const std::string& text : validation) BOOST_TEST(embedded(text), text);
  for (const std::string& text : held_out) BOOST_TEST(training.count(text) == 0U);
  for (const std::string& text : test) {
    BOOST_TEST((training.count(text) == 0 && held_out.count(text) == 0));
  }
  for (const std::string& text : strings_of(task.training(5, 3, 30))) {
    BOOST_TEST(training.count(text) == 1U);
  }
}

BOOST_AUTO_TEST_CASE(reber_counts_a_string_when_all_of_its_steps_are_right) {
  const Reber task = reber();
  const Batch batch = task.evaluation(Split::test, 0, 40);
  BOOST_TEST(scored(batch, [](Index, Index) { return 0.0; }) == 1.0);
  // As active as what is legal is not less active.
  BOOST_TEST(scored(batch, [](Index, Index) { return 1.0; }) == 0.0);
  BOOST_TEST(scored(batch, [](Index, Index) { return std::nan(""); }) == 0.0);
  // A mistake at one step of every string, such as the last but one symbol, is a mistake of all.
  BOOST_TEST(scored(batch, [](Index t, Index n) { return t == n - 2 ? 2.0 : 0.0; }) == 0.0);
  const double longer = scored(batch, [](Index t, Index) { return t == 12 ? 2.0 : 0.0; });
  BOOST_TEST(longer > 0.0);
  BOOST_TEST(longer < 1.0);
}

BOOST_AUTO_TEST_CASE(reber_loss_reads_the_next_symbol_and_not_what_is_legal) {
  const Batch batch = reber().evaluation(Split::test, 0, 3);
  Tape tape(DType::float64);
  Tensor prediction(DType::float64, {batch.x.shape()[0] * 3, 7});
  Random random(1, "prediction");
  for (Index i = 0; i < prediction.size(); ++i) prediction.set(i, random.normal());
  Tensor target = rows(batch.target);
  const auto loss = [&] {
    return reber().objective().loss(tape.input(prediction), tape.input(target)).value();
  };
  const Tensor before = loss();
  for (Index r = 0; r < target.shape()[0]; ++r) {
    for (Index k = 7; k < 14; ++k) target.set(r * 14 + k, 0.5);
  }
  BOOST_TEST(identical(before, loss()));
  // -ln softmax of the symbol that comes next, by hand for the first row.
  double total = 0, wanted = 0;
  for (Index k = 0; k < 7; ++k) {
    total += std::exp(prediction.at(k));
    wanted += target.at(k) * prediction.at(k);
  }
  BOOST_TEST(std::abs(before.at(0) - (std::log(total) - wanted)) < 1e-12);
}

BOOST_AUTO_TEST_CASE(reber_sets_depend_on_their_own_seed_alone) {
  Reber other = reber();
  other.strings_seed = 2;
  other.load(DType::float64);
  BOOST_TEST(all(reber(), Split::test) == all(reber(), Split::test));
  BOOST_TEST(all(reber(), Split::test) != all(other, Split::test));
  BOOST_TEST(strings_of(reber().training(1, 0, 20)) != strings_of(reber().training(2, 0, 20)));
  BOOST_CHECK_EXCEPTION(reber(0), Error,
                        testing::says(ErrorKind::config, {"reber, training_strings", "got 0"}));
}

BOOST_AUTO_TEST_SUITE_END()
