#include <autograd/backward_pass.hpp>
#include <autograd/nested.hpp>
#include <boost/test/unit_test.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// A recording inside of another one, and a node that records its value again in the backward pass.

using namespace carousel;
using namespace carousel::testing;

namespace {

/// y = tanh(x W' + b), as one node.
class Layer : public Composite {
 public:
  Layer(Tape& tape, Var x, Var W, Param b) : nested(tape), x_(x), W_(W), b_(b) { record(); }
  void record() {
    nested.reset();
    const Nested::Recording recording(nested);
    y = tanh(linear(x_, W_, b_));
    ++recorded;
  }
  void pullback(detail::BackwardPass& pass, std::uint32_t node) override {
    record();
    detail::BackwardPass inner(nested.tape(), pass, node);
    inner.start(y.id(), pass.gradient(node));
    inner.run();
  }
  std::optional<NonFinite> first_non_finite() override {
    record();
    return nested.first_non_finite();
  }
  Nested nested;
  Var y;
  int recorded = 0;

 private:
  Var x_, W_;
  Param b_;
};

constexpr Op layer() {
  Op op{};
  op.name = "layer";
  op.arity = -1;
  return op;
}
const Op layer_op = layer();

struct Values {
  Tape tape{DType::float64};
  Param b{"b", DType::float64, {4}, Role::bias};
  Var x, W;
  Values() {
    Random random(2, "nested");
    for (Index i = 0; i < 4; ++i) b.mutable_value().set(i, random.normal());
    x = tape.variable(normal({3, 2}, random));
    W = tape.variable(normal({4, 2}, random));
  }
  Var nested_layer() {
    auto composite = std::make_unique<Layer>(tape, x, W, b);
    const Var y = composite->y;
    const View& value = composite->nested.tape().nodes()[y.id()].value;
    const View kept =
        dense(composite->nested.take(3 * 4 * sizeof(double)), value.shape, value.dtype);
    copy(value, kept);
    const auto captured = composite->nested.captured();
    return Nested::close(tape, layer_op, captured, kept, std::move(composite));
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(nested_node_is_as_what_it_records) {
  Values a, b;
  const Var plain = tanh(linear(a.x, a.W, a.b)), one = b.nested_layer();
  BOOST_TEST(identical(plain.value(), one.value()));
  // Used before and after the node as well: the sums go on in the same order.
  const auto loss = [](Values& v, const Var& y) {
    return sum(square(y)) + sum(square(v.W)) + sum(linear(v.x, v.W) * y);
  };
  const Adjoints wanted = a.tape.backward(loss(a, plain), {a.x, a.W, a.b});
  const Adjoints found = b.tape.backward(loss(b, one), {b.x, b.W, b.b});
  BOOST_TEST(identical(wanted[a.x], found[b.x]));
  BOOST_TEST(identical(wanted[a.W], found[b.W]));
  BOOST_TEST(identical(wanted[a.b], found[b.b]));
  BOOST_TEST(b.tape.bytes() > 0);
  // What nobody asks for is not computed.
  const Adjoints only = b.tape.backward(loss(b, one), {b.x});
  BOOST_TEST(identical(only[b.x], wanted[a.x]));
}

BOOST_AUTO_TEST_CASE(nested_recording_takes_what_the_outer_values_make) {
  Values v;
  Nested nested(v.tape);
  const std::size_t before = v.tape.nodes().size();
  Var inside, zeros, held;
  {
    const Nested::Recording recording(nested);
    inside = v.x * 2.0;
    zeros = v.tape.zeros({2});
    held = v.tape.use(v.b);
  }
  BOOST_TEST(&inside.tape() == &nested.tape());
  BOOST_TEST(&zeros.tape() == &nested.tape());
  BOOST_TEST(&(v.x * 2.0).tape() == &v.tape);
  BOOST_TEST(nested.captured() == (std::vector<std::uint32_t>{v.x.id()}),
             boost::test_tools::per_element());
  BOOST_TEST(&held.tape() == &v.tape);  // the parameter's own node
  BOOST_TEST(v.tape.nodes().size() == before + 2);
  BOOST_CHECK_EXCEPTION(v.x + inside, Error, says({"values of two tapes"}));
  nested.reset();
  BOOST_CHECK_EXCEPTION(inside.value(), Error, says({"a recording that has been freed"}));
}

BOOST_AUTO_TEST_CASE(nested_memory_is_counted_and_lent_again) {
  Values v;
  std::size_t bytes = 0, peak = 0;
  Random random(2, "nested");
  const Tensor x = normal({3, 2}, random), W = normal({4, 2}, random);
  for (int step = 0; step < 4; ++step) {
    v.tape.reset();
    v.x = v.tape.variable(x);
    v.W = v.tape.variable(W);
    const Adjoints adjoints = v.tape.backward(sum(v.nested_layer()), {v.b});
    BOOST_TEST(adjoints.norm(v.b) > 0);
    if (step == 1) {
      bytes = v.tape.bytes();
      peak = v.tape.peak_bytes();
    }
  }
  BOOST_TEST(v.tape.bytes() == bytes);
  BOOST_TEST(v.tape.peak_bytes() == peak);
}

BOOST_AUTO_TEST_CASE(nested_numbers_that_are_not_finite_are_named) {
  Values v;
  v.b.mutable_value().set(1, infinity);
  v.b.mutable_value().set(2, not_a_number);
  v.tape.reset();
  Random random(2, "nested");
  v.x = v.tape.variable(normal({3, 2}, random));
  v.W = v.tape.variable(normal({4, 2}, random));
  const Var y = v.nested_layer();
  const auto found = v.tape.first_non_finite();
  BOOST_TEST_REQUIRE(found.has_value());
  BOOST_TEST(found->op.find("affine") == 0U, found->op);
  BOOST_TEST(found->upstream.find("it began at parameter 'b'") == 0U, found->upstream);
  const auto gradient = v.tape.first_non_finite_gradient(sum(y));
  BOOST_TEST_REQUIRE(gradient.has_value());
  BOOST_TEST(gradient->op.find("tanh") == 0U, gradient->op);
}

BOOST_AUTO_TEST_SUITE_END()
