#include <algorithm>
#include <autograd/op_check.hpp>
#include <autograd/ops/broadcasting.hpp>
#include <boost/test/unit_test.hpp>

// No op is left out of the checks, unless it is listed here with a reason; and no reason is stale.

using namespace carousel;

namespace {

enum class What { gradients, second, float32, edges };

struct Exception {
  const char* op;
  What what;
  const char* reason;
};

const std::vector<Exception>& exceptions() {
  static const std::vector<Exception> list{
      {"slice", What::float32, "a view: no number is computed"},
      {"reshape", What::float32, "a view: no number is computed"},
      {"detach", What::float32, "a view: no number is computed"},
  };
  return list;
}

bool excepted(const Op& op, What what) {
  return std::any_of(exceptions().begin(), exceptions().end(), [&](const Exception& e) {
    return op.name == std::string(e.op) && e.what == what;
  });
}

/// Whether the op is to be checked in this way at all.
bool applies(const Op& op, What what) {
  if (what == What::gradients || what == What::second) return op.differentiable;
  if (what == What::edges) return op.shape == detail::elementwise_shape;
  return true;
}

Index count_of(const OpCheck& check, What what) {
  switch (what) {
    case What::gradients:
      return check.gradients;
    case What::second:
      return check.second;
    case What::float32:
      return check.float32;
    case What::edges:
      break;
  }
  return check.edges;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(completeness_every_op_is_checked_in_every_way) {
  OpCheckOptions options;
  options.samples = 4;
  for (const Op* op : all_ops()) {
    const OpCheck check = check_op(*op, options);
    for (const What what : {What::gradients, What::second, What::float32, What::edges}) {
      if (!applies(*op, what)) continue;
      const bool checked = count_of(check, what) > 0;
      BOOST_TEST(checked != excepted(*op, what),
                 op->name << (checked ? " is checked: its exception is stale"
                                      : " is never checked, and no exception says why"));
    }
  }
}

BOOST_AUTO_TEST_CASE(completeness_exceptions_are_of_ops_that_exist) {
  for (const Exception& e : exceptions()) {
    const bool known = std::any_of(all_ops().begin(), all_ops().end(), [&](const Op* op) {
      return op->name == std::string(e.op) && applies(*op, e.what);
    });
    BOOST_TEST(known, e.op);
    BOOST_TEST(std::string(e.reason).size() > 0, e.op);
  }
}

BOOST_AUTO_TEST_SUITE_END()
