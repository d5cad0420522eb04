#include <algorithm>
#include <autograd/sampler.hpp>
#include <autograd/verify.hpp>
#include <cmath>
#include <map>
#include <tests/autograd/mutants.hpp>
#include <tests/autograd/op_cases.hpp>
#include <tests/support/generated.hpp>

// A check that finds nothing may be a check that looks at nothing. So every op's pullback is made
// wrong in the ways in which one writes it wrong, and each time verify() must say so.

namespace carousel::testing {
namespace {

constexpr std::uint64_t samples = 4;

/// What became of one mutant over all samples of its op.
struct Fate {
  bool changed = false;  ///< it gave other bits somewhere; else it is an equivalent one
  bool caught = false;
  std::string missed;  ///< what verify() said where it should have found it
};

/// Equal bits; of NaN, any.
bool same(const Gradients& a, const Gradients& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    for (Index j = 0; j < a[i].size(); ++j) {
      const double x = a[i].at(j), y = b[i].at(j);
      if (x != y && !(std::isnan(x) && std::isnan(y))) return false;
    }
  }
  return true;
}

/// Lets verify() look at one node whose pullback is the mutant.
void try_mutant(const Tape& tape, std::uint32_t id, std::uint64_t seed, const Mutant& mutant,
                const Gradients& right, Fate& fate) {
  if (same(mutant.dx, right)) return;
  fate.changed = true;
  if (fate.caught) return;
  VerifyOptions options;
  options.seed = seed;
  options.node = id;
  options.mutation = [&](const Op&, std::vector<Tensor>& dx) { dx = mutant.dx; };
  const Verification result = verify(tape, options);
  fate.caught = !result.findings.empty();
  if (!fate.caught) fate.missed = tape.describe(id) + ": " + result.text();
  for (const Finding& finding : result.findings) {
    BOOST_TEST(finding.node == id);
    BOOST_TEST(finding.text().find("pullback ") != std::string::npos, finding.text());
  }
}

/// The names of the program's ops: samples in which they are the same have the same mutants.
std::string form_of(const detail::PullbackProgram& program) {
  std::string form;
  for (std::uint32_t id = program.first; id < program.tape.nodes().size(); ++id) {
    const Node& node = program.tape.nodes()[id];
    form += node.op != nullptr ? std::string(node.op->name) + " " : "";
  }
  return form;
}

std::map<std::string, Fate> fates_of(const Op& op) {
  std::map<std::string, Fate> fates;
  for (std::uint64_t seed = 1; seed <= samples; ++seed) {
    Tape tape(DType::float64);
    Sampler sampler(tape, seed);
    op.sample(sampler);
    for (std::uint32_t id = 0; id < tape.nodes().size(); ++id) {
      const Node& node = tape.nodes()[id];
      if (node.op != &op || !verifiable(node)) continue;
      // The cotangent that verify() will use, drawn in the same way.
      Random random(seed, "verify");
      detail::NodeCheck check(tape, node);
      const Tensor u = detail::random_like(check.shape(), random);
      const detail::PullbackProgram program(tape, node, check, u);
      const Gradients right = gradients_of(program);
      for (const Mutant& mutant : mutants_of(program)) {
        Fate& fate = fates[form_of(program) + "| " + mutant.name];
        try_mutant(tape, id, seed, mutant, right, fate);
      }
    }
  }
  return fates;
}

struct Count {
  Index caught = 0, missed = 0, equivalent = 0;
};

Count count_mutants(const Op& op) {
  Count count;
  for (const auto& [name, fate] : fates_of(op)) {
    if (!fate.changed) {
      ++count.equivalent;
    } else if (fate.caught) {
      ++count.caught;
    } else {
      ++count.missed;
      BOOST_ERROR(std::string(op.name) + ", mutant '" + name + "' is not found: " + fate.missed);
    }
  }
  return count;
}

}  // namespace

void add_mutation_cases() {
  for (const Op* op : all_ops()) {
    if (!op->differentiable) continue;
    add_case(
        "autograd", std::string("mutants_") + op->name,
        [op] {
          const Count count = count_mutants(*op);
          BOOST_TEST(count.caught >= 4);
        },
        __FILE__, __LINE__);
  }
}

}  // namespace carousel::testing

using namespace carousel;
using namespace carousel::testing;

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(mutants_are_many_and_all_are_found) {
  Count total;
  for (const Op* op : all_ops()) {
    if (!op->differentiable) continue;
    const Count count = count_mutants(*op);
    total.caught += count.caught;
    total.missed += count.missed;
    total.equivalent += count.equivalent;
  }
  BOOST_TEST_MESSAGE(total.caught << " mutants of pullbacks found, " << total.missed
                                  << " not found, " << total.equivalent
                                  << " equivalent ones (the same bits in every sample)");
  BOOST_TEST(total.caught >= 300);
  BOOST_TEST(total.missed == 0);
}

// Mutants that are too small to see would make all of the above worthless in silence.
BOOST_AUTO_TEST_CASE(mutants_of_one_in_ten_thousand_are_found) {
  Tape tape(DType::float64);
  Sampler sampler(tape, 1);
  for (const Op* op : all_ops()) op->sample(sampler);
  Index mutated = 0;
  VerifyOptions options;
  options.mutation = [&](const Op&, std::vector<Tensor>& dx) {
    for (Tensor& gradient : dx) gradient = detail::moved(gradient, gradient, 1e-4);
    ++mutated;
  };
  const Verification result = verify(tape, options);
  BOOST_TEST(mutated > 150);
  // A cotangent and direction may nearly cancel, and gradients of zero stay right.
  BOOST_TEST(static_cast<double>(result.findings.size()) > 0.9 * static_cast<double>(mutated));
}

BOOST_AUTO_TEST_SUITE_END()
