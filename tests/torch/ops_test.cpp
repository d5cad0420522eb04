#include <boost/test/unit_test.hpp>
#include <map>

#include "compare.hpp"

// Every op that libtorch also has, value and derivatives.

namespace carousel::testing {
namespace {

/// Ops of all_ops() that no case can compare, and why. Empty: libtorch has them all, if some under
/// other names (flip for a step of -1, index_add for scatter_rows).
const std::map<std::string, std::string>& exceptions() {
  static const std::map<std::string, std::string> ops;
  return ops;
}

/// What is wrong with the table: ops that are in no case and no exception, exceptions that are not
/// needed or not there.
std::vector<std::string> incomplete(const std::vector<const Op*>& ops,
                                    const std::set<const Op*>& compared,
                                    const std::map<std::string, std::string>& excepted) {
  std::vector<std::string> faults;
  std::set<std::string> names;
  for (const Op* op : ops) {
    names.insert(op->name);
    const bool is_compared = compared.count(op) > 0, is_excepted = excepted.count(op->name) > 0;
    if (is_compared && is_excepted) {
      faults.push_back(std::string(op->name) + " is an exception, but is compared");
    } else if (!is_compared && !is_excepted) {
      faults.push_back(std::string(op->name) + " is compared in no case");
    }
  }
  for (const auto& [name, reason] : excepted) {
    if (names.count(name) == 0) faults.push_back(name + " is an exception, but no op");
    if (reason.empty()) faults.push_back(name + " is an exception without a reason");
  }
  return faults;
}

void check(const std::vector<OpCase>& cases) {
  Random random(1, "ops");
  Comparisons done;
  for (const OpCase& c : cases) compare(c, random, done);
  BOOST_TEST_MESSAGE(cases.size() << " cases: " << done.values << " values, " << done.gradients
                                  << " gradients, " << done.second << " second derivatives of "
                                  << done.ops.size() << " ops");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(torch)

BOOST_AUTO_TEST_CASE(ops_arithmetic) { check(arithmetic_cases()); }
BOOST_AUTO_TEST_CASE(ops_functions) { check(function_cases()); }
BOOST_AUTO_TEST_CASE(ops_activations) { check(activation_cases()); }
BOOST_AUTO_TEST_CASE(ops_choice) { check(choice_cases()); }
BOOST_AUTO_TEST_CASE(ops_losses) { check(loss_cases()); }
BOOST_AUTO_TEST_CASE(ops_losses_of_labels) { check(label_loss_cases()); }
BOOST_AUTO_TEST_CASE(ops_reductions) { check(reduction_cases()); }
BOOST_AUTO_TEST_CASE(ops_shapes) { check(shape_cases()); }
BOOST_AUTO_TEST_CASE(ops_indices) { check(index_cases()); }
BOOST_AUTO_TEST_CASE(ops_products) { check(product_cases()); }

BOOST_AUTO_TEST_CASE(ops_are_all_compared) {
  std::set<const Op*> compared;
  for (const OpCase& c : all_cases()) {
    const auto ops = ops_of(c);
    compared.insert(ops.begin(), ops.end());
  }
  for (const auto& fault : incomplete(all_ops(), compared, exceptions())) BOOST_ERROR(fault);
}

BOOST_AUTO_TEST_CASE(ops_missing_from_the_table_are_found) {
  const std::vector<const Op*>& ops = all_ops();
  std::set<const Op*> compared(ops.begin(), ops.end());
  BOOST_TEST(incomplete(ops, compared, {}).empty());
  const std::string name = ops[0]->name;
  const auto only = [](const std::vector<std::string>& faults) {
    return faults.size() == 1 ? faults[0] : std::to_string(faults.size()) + " faults";
  };
  BOOST_TEST(only(incomplete(ops, compared, {{name, "x"}})) ==
             name + " is an exception, but is compared");
  compared.erase(ops[0]);
  BOOST_TEST(only(incomplete(ops, compared, {})) == name + " is compared in no case");
  BOOST_TEST(incomplete(ops, compared, {{name, "x"}}).empty());
  BOOST_TEST(only(incomplete(ops, compared, {{name, ""}})) ==
             name + " is an exception without a reason");
  BOOST_TEST(only(incomplete(ops, compared, {{name, "x"}, {"gone", "x"}})) ==
             "gone is an exception, but no op");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace carousel::testing
