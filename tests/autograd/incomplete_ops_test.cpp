#include <autograd/op_check.hpp>
#include <autograd/ops.hpp>
#include <autograd/sampler.hpp>
#include <boost/test/unit_test.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// A user's op that lacks something, or is wrong where a usual check does not look.

using namespace carousel;
using namespace carousel::testing;

namespace {

Shape first_shape(const Operands& x, const Attr&) { return x[0].shape; }

void product_forward(const Forward& k) {
  with_floating(k.y.dtype, [&](auto t) {
    using T = decltype(t);
    for (Index r = 0; r < k.y.rows(); ++r) {
      for (Index c = 0; c < k.y.columns(); ++c) {
        k.y.row<T>(r)[c] = k.x[0].row<T>(r)[c] * k.x[1].row<T>(r)[c];
      }
    }
  });
}
/// `careful`: asks what is wanted.
template <bool careful> void product_pullback(const Pullback& k) {
  with_floating(k.y.dtype, [&](auto t) {
    using T = decltype(t);
    for (int side = 0; side < 2; ++side) {
      if (careful && !k.dx[side].wanted) continue;
      for (Index r = 0; r < k.y.rows(); ++r) {
        for (Index c = 0; c < k.y.columns(); ++c) {
          k.dx[side].view.row<T>(r)[c] += k.dy.row<T>(r)[c] * k.x[1 - side].row<T>(r)[c];
        }
      }
    }
  });
}
template <const Op* op> void sample(Sampler& s) {
  const Shape shape = s.shape(1);
  record(*op, {s.normal(shape), s.normal(shape)});
}

Op complete() {
  Op op{};
  op.name = "product";
  op.doc = "a b";
  op.arity = 2;
  op.shape = first_shape;
  op.forward = product_forward;
  op.pullback = product_pullback<true>;
  op.reads = reads_x0 | reads_x1;
  return op;
}
Op sampled(Op op, void (*sample)(Sampler&)) {
  op.sample = sample;
  return op;
}
extern const Op careful_op, careless_op, misshapen_op;
Op careless() {
  Op op = sampled(complete(), sample<&careless_op>);
  op.pullback = product_pullback<false>;
  return op;
}
Op misshapen() {
  Op op = sampled(complete(), sample<&misshapen_op>);
  op.graph = [](const GraphPullback& g) {
    g.dx[0] = reshape(g.dy * g.x[1], {g.dy.shape().size(), 1});
    g.dx[1] = g.dy * g.x[0];
  };
  return op;
}
const Op careful_op = sampled(complete(), sample<&careful_op>);
const Op careless_op = careless(), misshapen_op = misshapen();

bool found(const OpCheck& check, const std::string& words) {
  return std::any_of(check.faults.begin(), check.faults.end(), [&](const std::string& fault) {
    return fault.find(words) != std::string::npos;
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(incomplete_ops_are_refused) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2}, {1, 2}));
  const auto refused = [&](Op op, const char* missing) {
    BOOST_CHECK_EXCEPTION(record(op, {x, x}), Error, says({"without " + std::string(missing)}));
  };
  BOOST_TEST(elements_are(record(complete(), {x, x}).value(), {1, 4}));
  Op op = complete();
  op.shape = nullptr;
  refused(op, "shape");
  op = complete();
  op.forward = nullptr;
  refused(op, "forward");
  op = complete();
  op.pullback = nullptr;
  refused(op, "pullback");
  op.differentiable = false;
  BOOST_TEST(!record(op, {x, x}).requires_grad());
  op = complete();
  op.name = nullptr;
  refused(op, "name");
  BOOST_CHECK_EXCEPTION(check_op(complete()), Error, says({"'product'", "sample"}));
}

BOOST_AUTO_TEST_CASE(incomplete_pullbacks_are_found) {
  const OpCheck careful = check_op(careful_op), careless = check_op(careless_op);
  BOOST_TEST(careful.passed());
  BOOST_TEST(careful.gradients > 0);
  BOOST_TEST(!careless.passed());
  BOOST_TEST(found(careless, "writes the gradient of input 1 when that of input 1 is not wanted"));
  BOOST_TEST(found(check_op(misshapen_op), "its gradient on a tape is"));
}

// One sample may have no element.
BOOST_AUTO_TEST_CASE(incomplete_samples_are_followed_by_others) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    OpCheckOptions options;
    options.seed = seed;
    options.samples = 1;
    BOOST_TEST(check_op(careful_op, options).passed(), seed);
  }
}

BOOST_AUTO_TEST_SUITE_END()
