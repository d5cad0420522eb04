#include <boost/test/unit_test.hpp>
#include <cells/builtin.hpp>
#include <cells/stack/stack.hpp>
#include <fstream>
#include <map>
#include <sstream>
#include <tests/support/tensors.hpp>

// Every modifier on every cell of the library: it is applied, and then all that holds for the cell
// holds with it, or it is refused by name. The table of both stands in cells/README.md.

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

namespace {

constexpr Index T = 5, B = 3, features = 5, hidden = 4;

struct Named {
  std::string name;
  std::function<void(Modifiers&)> set;
  bool in_training = false;  ///< it does nothing in evaluation
  std::string init = {};     ///< or an initialiser of biases
};

std::vector<Named> all_modifiers() {
  return {
      {"layers", [](Modifiers& m) { m.layers = 2; }},
      {"residual", [](Modifiers& m) { m.layers = 2, m.residual = true; }},
      {"concat", [](Modifiers& m) { m.bidirectional = "concat"; }},
      {"sum", [](Modifiers& m) { m.bidirectional = "sum"; }},
      {"mean", [](Modifiers& m) { m.bidirectional = "mean"; }},
      {"dropout", [](Modifiers& m) { m.layers = 2, m.dropout = 0.4; }, true},
      {"dropout_input", [](Modifiers& m) { m.dropout_input = 0.4; }, true},
      {"dropout_recurrent", [](Modifiers& m) { m.dropout_recurrent = 0.4; }, true},
      {"zoneout", [](Modifiers& m) { m.zoneout[""] = 0.3; }},
      {"layer_norm", [](Modifiers& m) { m.layer_norm = true; }},
      {"projection", [](Modifiers& m) { m.projection = 3; }},
      {"learned state", [](Modifiers& m) { m.initial_state = "learned"; }},
      {"masked zero", [](Modifiers& m) { m.masked_output = "zero"; }},
      {"chrono", [](Modifiers&) {}, false, "chrono"},
      {"all in one",
       [](Modifiers& m) {
         m.layers = 2;
         m.residual = m.layer_norm = true;
         m.bidirectional = "sum";
         m.dropout = m.dropout_input = 0.2;
         m.zoneout[""] = 0.2;
         m.projection = 3;
         m.initial_state = "learned";
       }},
  };
}

std::unique_ptr<Stack> built(const Table<AnyCell>::Entry& cell, const Named& modifier, DType dtype,
                             std::uint64_t seed = 2) {
  Modifiers m;
  modifier.set(m);
  auto stack = std::make_unique<Stack>([&] { return cell.make(); }, cell.name,
                                       Sizes{features, hidden}, dtype, m);
  Initialization by_role;
  if (!modifier.init.empty()) by_role[Role::bias] = initializers().make(modifier.init);
  stack->initialise(by_role, seed);
  // Away from where cells begin: biases of zero are the kinks of rectifiers.
  Random random(seed, "noise");
  for (Param param : stack->params()) {
    Tensor& value = param.mutable_value();
    for (Index i = 0; i < value.size(); ++i) {
      const double size = random.uniform(0.05, 0.3);
      value.set(i, value.at(i) + (random.uniform() < 0.5 ? size : -size));
    }
  }
  return stack;
}

UnrollOptions options(bool training, bool compile = false, Memory memory = {}) {
  UnrollOptions result;
  result.training = training;
  result.seed = 4;
  result.lengths = {T, 2, 4};
  result.compile = compile;
  result.memory = memory;
  return result;
}

/// x with that in its padding.
Tensor sequences(double padding) {
  Random random(5, "xs");
  Tensor xs = normal({T, B, features}, random);
  const UnrollOptions o = options(false);
  for (Index b = 0; b < B; ++b) {
    for (Index t = o.lengths[static_cast<std::size_t>(b)]; t < T; ++t) {
      for (Index j = 0; j < features; ++j) xs.set((t * B + b) * features + j, padding);
    }
  }
  return xs;
}

/// A loss of all outputs and its gradient by every parameter.
std::vector<Tensor> numbers(const Stack& stack, const UnrollOptions& o, double padding = 0.7) {
  Tape tape(stack.dtype());
  const StackRun run = stack.run(tape.input(sequences(padding).to(stack.dtype())), o);
  const Var y = run.outputs_at({0, 1, 2, 3, 4});
  Random random(6, "weights");
  const Var loss = sum(y * tape.input(normal(y.shape(), random, stack.dtype())));
  std::vector<Var> wanted(stack.params().begin(), stack.params().end());
  const Adjoints adjoints = tape.backward(loss, wanted);
  std::vector<Tensor> result{y.value(), loss.value()};
  for (const Param& param : stack.params()) result.push_back(adjoints[param]);
  return result;
}

void check_gradient(Stack& stack, const UnrollOptions& o, const std::string& what) {
  const std::vector<Tensor> at_here = numbers(stack, o);
  Random random(7, "direction");
  std::vector<Tensor> direction;
  double by_gradient = 0, size = 0;
  for (std::size_t i = 0; i < stack.params().size(); ++i) {
    direction.push_back(normal(stack.params()[i].shape(), random));
    for (Index k = 0; k < direction[i].size(); ++k) {
      by_gradient += direction[i].at(k) * at_here[i + 2].at(k);
      size += std::abs(direction[i].at(k) * at_here[i + 2].at(k));
    }
  }
  const auto loss_at = [&](double step) {
    const auto move = [&](double by) {
      for (std::size_t i = 0; i < direction.size(); ++i) {
        Param param = stack.params()[i];
        Tensor& value = param.mutable_value();
        for (Index k = 0; k < value.size(); ++k)
          value.set(k, value.at(k) + by * direction[i].at(k));
      }
    };
    move(step);
    const double loss = numbers(stack, o)[1].at(0);
    move(-step);
    return loss;
  };
  const auto slope = [&](double h) { return (loss_at(h) - loss_at(-h)) / (2 * h); };
  const double h = 3e-7;
  const double difference = (4 * slope(h) - slope(2 * h)) / 3;
  BOOST_TEST(std::abs(difference - by_gradient) < 1e-6 * size,
             what << ": " << by_gradient << " by the pass, " << difference << " by differences");
}

double worst(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, distance(a[i], b[i]));
  return most;
}

/// What a cell lacks that such a modifier is refused for.
std::string lacking(const Named& modifier) {
  if (modifier.name == "dropout_recurrent") return "reads by its recurrent weights alone";
  if (modifier.name == "chrono") return "declares which bias is that of a gate";
  return "a cell with states";
}

/// Empty where it is applied; otherwise what the refusal says.
std::string check(const Table<AnyCell>::Entry& cell, const Named& modifier) {
  const std::string what = cell.name + " with " + modifier.name;
  std::unique_ptr<Stack> stack;
  try {
    stack = built(cell, modifier, DType::float64);
  } catch (const Error& error) {
    BOOST_TEST((error.kind() == ErrorKind::config), what << ": " << error.what());
    const std::string text = error.what();
    BOOST_TEST(text.find(cell.name) != std::string::npos);
    BOOST_TEST(text.find(lacking(modifier)) != std::string::npos, what << ": " << text);
    return text;
  }
  const auto plain = built(cell, {"none", [](Modifiers&) {}}, DType::float64);
  const bool training = modifier.in_training;
  // It changes something.
  const auto with = numbers(*stack, options(training)),
             without = numbers(*plain, options(training));
  BOOST_TEST((with.size() != without.size() || !identical(with[0], without[0])), what);
  for (const bool noisy : {false, true}) {
    const auto o = options(noisy);
    check_gradient(*stack, o, what);
    const auto here = numbers(*stack, o);
    // What stands in the padding changes nothing.
    const auto padded = numbers(*stack, o, std::nan(""));
    for (std::size_t i = 0; i < here.size(); ++i) BOOST_TEST(identical(here[i], padded[i]), what);
    // Segments give the same bits, compiled steps the same numbers.
    const auto segments = numbers(*stack, options(noisy, false, Memory::every(2)));
    for (std::size_t i = 0; i < here.size(); ++i) BOOST_TEST(identical(here[i], segments[i]), what);
    const double off = worst(numbers(*stack, options(noisy, true)), here);
    BOOST_TEST(off < 1e-11, what << ": compiled is off by " << off);
  }
  return "";
}

/// Cells by row, modifiers by column.
std::string table_of(const std::map<std::string, std::map<std::string, std::string>>& refusals) {
  std::ostringstream text;
  text << "| |";
  for (const Named& modifier : all_modifiers()) text << ' ' << modifier.name << " |";
  text << "\n|---|";
  for (std::size_t i = 0; i < all_modifiers().size(); ++i) text << "---|";
  text << '\n';
  for (const auto& [cell, of_cell] : refusals) {
    text << "| `" << cell << "` |";
    for (const Named& modifier : all_modifiers()) {
      text << (of_cell.at(modifier.name).empty() ? " + |" : " refused |");
    }
    text << '\n';
  }
  return text.str();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(modifiers_of_every_cell) {
  std::map<std::string, std::map<std::string, std::string>> refusals;
  int applied = 0, refused = 0;
  const Table<AnyCell> table = carousel::cells::cells();
  for (const auto& cell : table.entries()) {
    for (const Named& modifier : all_modifiers()) {
      const std::string refusal = check(cell, modifier);
      (refusal.empty() ? applied : refused) += 1;
      refusals[cell.name][modifier.name] = refusal;
    }
  }
  BOOST_TEST_MESSAGE(applied << " combinations of modifier and cell applied, " << refused
                             << " refused");
  const std::string text = table_of(refusals);
  std::ifstream file(std::string(CAROUSEL_SOURCE) + "/cells/README.md");
  std::stringstream readme;
  readme << file.rdbuf();
  BOOST_TEST(readme.str().find(text) != std::string::npos, "cells/README.md has not this table:\n"
                                                               << text);
  const std::string count = std::to_string(applied) + " applied, " + std::to_string(refused);
  BOOST_TEST(readme.str().find(count) != std::string::npos, "it lacks '" << count << "'");
}

BOOST_AUTO_TEST_SUITE_END()
