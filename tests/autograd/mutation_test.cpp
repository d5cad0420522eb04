#include <algorithm>
#include <autograd/sampler.hpp>
#include <autograd/verify.hpp>
#include <tests/autograd/op_cases.hpp>
#include <tests/support/generated.hpp>

// A check that finds nothing may be a check that looks at nothing. So every op's gradients are made
// wrong in the ways in which one writes them wrong, one node at a time, and each time verify() must
// name that node.

namespace carousel::testing {
namespace {

using Gradients = std::vector<Tensor>;

/// A way to be wrong, of one input's gradient or of two.
struct Mutant {
  std::string name;
  std::vector<std::size_t> inputs;
  std::function<void(Gradients& dx)> apply;
};

void scale(Tensor& gradient, double factor) {
  for (Index i = 0; i < gradient.size(); ++i) gradient.set(i, factor * gradient.at(i));
}

/// The transposed elements, read in the old shape where that is another one; of a vector, reversed.
void transpose(Tensor& gradient) {
  const Tensor before = gradient;
  const Index rows = gradient.shape().rows(), columns = gradient.shape().columns();
  for (Index r = 0; r < rows; ++r) {
    for (Index c = 0; c < columns; ++c) {
      const Index to = gradient.shape().rank() == 1 ? columns - 1 - c : c * rows + r;
      gradient.set(to, before.at(r * columns + c));
    }
  }
}

/// All mutants of a node: of each floating input, and of each two of one shape.
std::vector<Mutant> mutants_of(const Tape& tape, const Node& node) {
  std::vector<Mutant> result;
  const std::uint32_t* inputs = tape.inputs(node);
  const auto value = [&](std::size_t i) -> const View& { return tape.nodes()[inputs[i]].value; };
  for (std::size_t i = 0; i < node.input_count; ++i) {
    if (!is_floating(value(i).dtype)) continue;
    result.push_back({"sign", {i}, [i](Gradients& dx) { scale(dx[i], -1); }});
    result.push_back({"factor 2", {i}, [i](Gradients& dx) { scale(dx[i], 2); }});
    if (value(i).shape.rank() > 0) {
      result.push_back({"transposed", {i}, [i](Gradients& dx) { transpose(dx[i]); }});
    }
    for (std::size_t j = i + 1; j < node.input_count; ++j) {
      if (!is_floating(value(j).dtype) || value(i).shape != value(j).shape) continue;
      result.push_back({"swapped", {i, j}, [i, j](Gradients& dx) { std::swap(dx[i], dx[j]); }});
    }
  }
  return result;
}

/// Equal numbers; 0 and -0 are equal.
bool same(const Tensor& a, const Tensor& b) {
  for (Index i = 0; i < a.size(); ++i) {
    if (a.at(i) != b.at(i)) return false;
  }
  return true;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Verifies the tape with one node's gradients mutated. True when the mutant is found in every
/// input that it changed, false when it changed none.
bool caught(const Tape& tape, const Op& op, std::uint32_t id, Index nth, const Mutant& mutant) {
  Index met = 0;
  std::vector<std::size_t> changed;
  VerifyOptions options;
  options.mutation = [&](const Op& of_node, Gradients& dx) {
    if (&of_node != &op || met++ != nth) return;
    const Gradients before = dx;
    mutant.apply(dx);
    for (const std::size_t i : mutant.inputs) {
      if (!same(before[i], dx[i])) changed.push_back(i);
    }
  };
  const Verification result = verify(tape, options);
  const std::string what = mutant.name + " at " + tape.describe(id);
  BOOST_TEST(met > nth, what);
  BOOST_TEST(result.findings.size() == changed.size(), what << ": " << result.text());
  for (const std::size_t i : changed) {
    const auto found = std::find_if(
        result.findings.begin(), result.findings.end(), [id, i](const Finding& finding) {
          return finding.node == id && finding.input == static_cast<int>(i);
        });
    BOOST_TEST_REQUIRE((found != result.findings.end()), what << " not found in input " << i);
    BOOST_TEST(std::abs(found->pullback - found->difference) > found->bound);
    for (const std::string& part :
         {"node " + std::to_string(id), std::string("(") + op.name, "input " + std::to_string(i),
          std::string("pullback "), std::string("difference ")}) {
      BOOST_TEST(contains(found->text(), part), found->text());
    }
  }
  return !changed.empty();
}

void check_mutants(const Op& op) {
  Tape tape(DType::float64);
  Sampler sampler(tape, 1);
  op.sample(sampler);
  Index nodes = 0, found = 0, equivalent = 0;
  for (std::uint32_t id = 0; id < tape.nodes().size(); ++id) {
    const Node& node = tape.nodes()[id];
    if (node.op != &op || op.order == 0) continue;
    for (const Mutant& mutant : mutants_of(tape, node)) {
      ++(caught(tape, op, id, nodes, mutant) ? found : equivalent);
    }
    ++nodes;
  }
  if (op.order == 0) return;  // no gradient to be wrong: op_detach sees that none is compared
  // Sign and factor change every gradient but zero, so most mutants are no equivalent ones.
  BOOST_TEST(found >= 2 * nodes - 2);
  BOOST_TEST(found >= equivalent);
  BOOST_TEST(found > 0);
}

}  // namespace

void add_mutation_cases() {
  for (const Op* op : all_ops()) {
    add_case(
        "autograd", std::string("mutants_") + op->name, [op] { check_mutants(*op); }, __FILE__,
        __LINE__);
  }
}

}  // namespace carousel::testing

using namespace carousel;

BOOST_AUTO_TEST_SUITE(autograd)

// Mutants that are too small to see would make all of the above worthless in silence.
BOOST_AUTO_TEST_CASE(mutants_of_one_in_ten_thousand_are_found) {
  Tape tape(DType::float64);
  Sampler sampler(tape, 1);
  for (const Op* op : all_ops()) op->sample(sampler);
  Index mutated = 0;
  VerifyOptions options;
  options.mutation = [&](const Op&, std::vector<Tensor>& dx) {
    for (Tensor& gradient : dx) carousel::testing::scale(gradient, 1 + 1e-4);
    ++mutated;
  };
  const Verification result = verify(tape, options);
  BOOST_TEST(mutated > 150);
  // A cotangent and direction may nearly cancel, and gradients of zero stay right.
  BOOST_TEST(static_cast<double>(result.findings.size()) > 0.9 * static_cast<double>(mutated));
}

BOOST_AUTO_TEST_SUITE_END()
