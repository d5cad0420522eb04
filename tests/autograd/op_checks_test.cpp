#include <algorithm>
#include <autograd/sampler.hpp>
#include <autograd/verify.hpp>
#include <set>
#include <tests/autograd/op_cases.hpp>
#include <tests/support/generated.hpp>

namespace carousel::testing {
namespace {

void check_op(const Op& op) {
  Index looked_at = 0;  // nodes of this op whose gradient was compared
  for (const DType dtype : {DType::float64, DType::float32}) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      Tape tape(dtype);
      Sampler sampler(tape, seed);
      op.sample(sampler);
      BOOST_TEST(std::any_of(tape.nodes().begin(), tape.nodes().end(),
                             [&op](const Node& node) { return node.op == &op; }));
      VerifyOptions options;
      options.seed = seed;
      options.mutation = [&](const Op& of_node, std::vector<Tensor>&) {
        if (&of_node == &op) ++looked_at;
      };
      const Verification result = verify(tape, options);
      BOOST_TEST(result.findings.empty(), result.text());
      BOOST_TEST(result.kinks * 100 <= result.checked, result.text());
    }
  }
  BOOST_TEST((op.differentiable ? looked_at > 0 : looked_at == 0));
}

}  // namespace

void add_op_cases() {
  for (const Op* op : all_ops()) {
    add_case(
        "autograd", std::string("op_") + op->name, [op] { check_op(*op); }, __FILE__, __LINE__);
  }
}

}  // namespace carousel::testing

using namespace carousel;

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(ops_describe_themselves) {
  std::set<std::string> names;
  for (const Op* op : all_ops()) {
    BOOST_TEST_CONTEXT(op->name) {
      BOOST_TEST(names.insert(op->name).second);
      BOOST_TEST(std::string(op->doc).size() > 0);
      BOOST_TEST((op->shape != nullptr && op->sample != nullptr));
      BOOST_TEST((op->view != nullptr) == (op->forward == nullptr));
      BOOST_TEST((op->view != nullptr || !op->differentiable || op->pullback != nullptr));
      BOOST_TEST((!op->differentiable || op->graph != nullptr));
      BOOST_TEST((op->arity == -1 || (op->arity >= 1 && op->arity <= 3)));
    }
  }
  BOOST_TEST(names.size() > 30);
}

// An op that a sampler meets on the way, such as the copy inside reshape, is in the table too.
BOOST_AUTO_TEST_CASE(ops_are_all_in_the_table) {
  const auto& table = all_ops();
  for (const Op* op : table) {
    Tape tape(DType::float64);
    Sampler sampler(tape, 1);
    op->sample(sampler);
    for (const Node& node : tape.nodes()) {
      if (node.op == nullptr) continue;
      BOOST_TEST((std::find(table.begin(), table.end(), node.op) != table.end()), node.op->name);
      BOOST_TEST((node.op->arity == -1 || node.op->arity == static_cast<int>(node.input_count)),
                 node.op->name);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
