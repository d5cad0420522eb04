#include <autograd/verify.hpp>
#include <boost/test/unit_test.hpp>
#include <tests/support/tensors.hpp>

// The check of gradients, on ops of a user's own that are wrong in ways a mutation of the result
// cannot imitate.

using namespace carousel;
using namespace carousel::testing;

namespace {

Shape same_shape(const Operands& x, const Attr&) { return x[0].shape; }

/// Elements of a dense float64 view.
double& element(const View& view, Index i) {
  return view.row<double>(i / view.columns())[i % view.columns()];
}

/// y = x³, correctly: what the others depart from.
Op cube() {
  Op op{};
  op.name = "cube";
  op.doc = "x³";
  op.arity = 1;
  op.shape = same_shape;
  op.forward = [](const Forward& k) {
    for (Index i = 0; i < k.y.shape.size(); ++i) {
      const double x = element(k.x[0], i);
      element(k.y, i) = x * x * x;
    }
  };
  op.pullback = [](const Pullback& k) {
    for (Index i = 0; i < k.y.shape.size(); ++i) {
      const double x = element(k.x[0], i);
      element(k.dx[0].view, i) += 3 * x * x * element(k.dy, i);
    }
  };
  op.sample = [](Sampler&) {};
  op.reads = reads_x0;
  return op;
}

const Op right = cube();

/// Assigns where it should add, and so loses what another use has left.
const Op assigning = [] {
  Op op = cube();
  op.pullback = [](const Pullback& k) {
    for (Index i = 0; i < k.y.shape.size(); ++i) {
      const double x = element(k.x[0], i);
      element(k.dx[0].view, i) = 3 * x * x * element(k.dy, i);
    }
  };
  return op;
}();

/// Reads x and says that it does not; the tape would be free to drop it.
const Op secretive = [] {
  Op op = cube();
  op.reads = reads_nothing;
  return op;
}();

/// Says that it assigns where nothing stands yet, and adds to what it finds there.
const Op careless = [] {
  Op op = cube();
  op.assigns = true;
  return op;
}();

/// |x|, with the right slope on either side of the kink.
const Op absolute = [] {
  Op op = cube();
  op.forward = [](const Forward& k) {
    for (Index i = 0; i < k.y.shape.size(); ++i) element(k.y, i) = std::abs(element(k.x[0], i));
  };
  op.pullback = [](const Pullback& k) {
    for (Index i = 0; i < k.y.shape.size(); ++i) {
      const double slope = element(k.x[0], i) < 0 ? -1 : 1;
      element(k.dx[0].view, i) += slope * element(k.dy, i);
    }
  };
  return op;
}();

Verification verified(const Op& op, const Tensor& values, const VerifyOptions& options = {}) {
  Tape tape(DType::float64);
  const Var x = tape.variable(values);
  record(op, {&x});
  return verify(tape, options);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(verify_passes_a_users_op) {
  const Verification result = verified(right, tensor({2, 2}, {1, -2, 0.5, 3}));
  BOOST_TEST(result.passed(), result.text());
  BOOST_TEST(result.checked == 1);
}

BOOST_AUTO_TEST_CASE(verify_finds_a_pullback_that_assigns_or_reads_in_secret) {
  for (const Op* op : {&assigning, &secretive, &careless}) {
    const Verification result = verified(*op, tensor({2, 2}, {1, -2, 0.5, 3}));
    BOOST_TEST(result.findings.size() == 1);
    BOOST_TEST(!result.passed());
  }
}

// No absolute floor: a gradient of 1e-60 is held to the same digits.
BOOST_AUTO_TEST_CASE(verify_is_as_strict_with_small_gradients) {
  const Tensor tiny = tensor({3}, {1e-30, -2e-30, 3e-30});
  BOOST_TEST(verified(right, tiny).passed());
  VerifyOptions options;
  options.mutation = [](const Op&, std::vector<Tensor>& dx) {
    for (Index i = 0; i < dx[0].size(); ++i) dx[0].set(i, dx[0].at(i) * (1 + 1e-4));
  };
  BOOST_TEST(verified(right, tiny, options).findings.size() == 1);
  BOOST_TEST(verified(right, tensor({3}, {1e30, -2e30, 3e30}), options).findings.size() == 1);
}

BOOST_AUTO_TEST_CASE(verify_counts_kinks) {
  BOOST_TEST(verified(absolute, tensor({3}, {1, -2, 1e-3})).passed());
  const Verification result = verified(absolute, tensor({3}, {0, -2, 1}));
  BOOST_TEST(result.kinks == 1);  // exactly at it, where the two differences agree
  BOOST_TEST(result.findings.empty());
  BOOST_TEST(!result.passed());  // one of one: too many to call it checked
  BOOST_TEST(result.text().find("1 skipped at kinks") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(verify_looks_at_as_many_nodes_as_asked) {
  Tape tape(DType::float32);
  Var h = tape.variable(tensor({2}, {0.1, 0.2}, DType::float32));
  for (Index t = 0; t < 10; ++t) {
    tape.set_step(t);
    h = tanh(h) + 0.5;
  }
  VerifyOptions options;
  BOOST_TEST(verify(tape, options).checked == 20);
  options.most_per_op = 3;
  BOOST_TEST(verify(tape, options).checked == 6);
  options.mutation = [](const Op& op, std::vector<Tensor>& dx) {
    if (std::string(op.name) == "tanh") dx[0].fill(0);
  };
  const Verification result = verify(tape, options);
  BOOST_TEST_REQUIRE(result.findings.size() == 3);
  BOOST_TEST(result.findings[1].op.find("tanh [features=2] at time step 1") == 0);
  BOOST_TEST(result.text().find("3 wrong") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(verify_gives_the_same_for_the_same_seed) {
  const auto number = [](std::uint64_t seed) {
    VerifyOptions options;
    options.seed = seed;
    options.mutation = [](const Op&, std::vector<Tensor>& dx) { dx[0].fill(0); };
    return verified(right, tensor({3}, {1, 2, 3}), options).findings.at(0).difference;
  };
  BOOST_TEST(number(1) == number(1));
  BOOST_TEST(number(1) != number(2));
}

BOOST_AUTO_TEST_SUITE_END()
