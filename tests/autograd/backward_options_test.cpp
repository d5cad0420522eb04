#include <boost/test/unit_test.hpp>
#include <map>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// What a pass can do besides its job: several beginnings, stops, gradients in parts.

using namespace carousel;
using namespace carousel::testing;

namespace {

/// h_t = tanh(h_(t-1) W' + x) for t = 0..T-1, as two parts of one packed value where `packed`.
struct Chain {
  Tape tape{DType::float64};
  Var x, W;
  std::vector<Var> h;  ///< h[t] is what step t receives

  explicit Chain(Index steps, Index cut = -1) {
    Random random(3, "chain");
    x = tape.variable(normal({2, 3}, random));
    W = tape.variable(normal({3, 3}, random));
    h.push_back(tape.variable(normal({2, 3}, random)));
    for (Index t = 0; t < steps; ++t) {
      tape.set_step(t);
      const Var before = t == cut ? detach(h.back()) : h.back();
      h.push_back(tanh(linear(before, W) + x));
    }
    tape.set_step(-1);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(backward_from_several_values) {
  Chain chain(4);
  Random random(4, "seeds");
  const Tensor a = normal({2, 3}, random), b = normal({2, 3}, random);
  const Adjoints both =
      chain.tape.backward({{chain.h[2], a}, {chain.h[4], b}}, {chain.x, chain.W, chain.h[2]});
  const Var loss = sum(chain.h[2] * chain.tape.input(a)) + sum(chain.h[4] * chain.tape.input(b));
  const Adjoints sums = chain.tape.backward(loss, {chain.x, chain.W, chain.h[2]});
  for (const Var& v : {chain.x, chain.W, chain.h[2]}) BOOST_TEST(identical(both[v], sums[v]));

  // One value twice, and parts of a value.
  const Var part = slice(chain.x, -1, 0, 1);
  const Adjoints twice =
      chain.tape.backward({{chain.x, a}, {chain.x, a}, {part, tensor({2, 1}, {1, 1})}}, {chain.x});
  for (Index i = 0; i < 6; ++i) {
    BOOST_TEST(twice[chain.x].at(i) == 2 * a.at(i) + (i % 3 == 0 ? 1 : 0));
  }
  BOOST_CHECK_EXCEPTION(chain.tape.backward(std::vector<Cotangent>{}, {chain.x}), Error,
                        says({"Tape::backward", "at least one cotangent"}));
  BOOST_CHECK_EXCEPTION(chain.tape.backward({{chain.h[1], tensor({1}, {1})}}, {chain.x}), Error,
                        says({"a seed of the loss's dtype and shape", "[batch=2, features=3]"}));
}

// A stop for the nodes of the step that a detach stands in gives the same bits as the detach, and
// the loss still sees the value.
BOOST_AUTO_TEST_CASE(backward_stop_is_a_detach_of_some_uses) {
  const auto loss_of = [](Chain& c) { return sum(square(c.h[2])) + sum(square(c.h[5])); };
  for (const Index cut : {1, 2, 4}) {
    Chain whole(5), cut_short(5, cut);
    BackwardOptions options;
    options.stop = {{whole.h[static_cast<std::size_t>(cut)], cut}};
    const Adjoints stopped =
        whole.tape.backward(loss_of(whole), {whole.x, whole.W, whole.h[0]}, options);
    const Adjoints detached =
        cut_short.tape.backward(loss_of(cut_short), {cut_short.x, cut_short.W, cut_short.h[0]});
    BOOST_TEST(identical(stopped[whole.x], detached[cut_short.x]));
    BOOST_TEST(identical(stopped[whole.W], detached[cut_short.W]));
    BOOST_TEST(identical(stopped[whole.h[0]], detached[cut_short.h[0]]));
    BOOST_TEST((cut > 2 || largest(stopped[whole.h[0]]) == 0 || cut == 2));
  }
  // A stop for everybody leaves nothing.
  Chain chain(3);
  BackwardOptions options;
  options.stop = {chain.h[3]};
  const Adjoints none = chain.tape.backward(sum(chain.h[3]), {chain.W, chain.h[3]}, options);
  BOOST_TEST(largest(none[chain.W]) == 0);
  BOOST_TEST(largest(none[chain.h[3]]) == 0);
  // The tape stays as it was.
  BOOST_TEST(largest(chain.tape.backward(sum(chain.h[3]), {chain.W})[chain.W]) > 0);
}

BOOST_AUTO_TEST_CASE(backward_in_parts) {
  Chain chain(5);
  const Var loss = sum(square(chain.h[5])) + sum(square(chain.h[3])) + sum(chain.W);
  const Tensor whole = chain.tape.backward(loss, {chain.W})[chain.W];
  for (const bool wanted : {true, false}) {
    std::map<Index, Tensor> parts;
    std::vector<Index> order;
    BackwardOptions options;
    options.in_parts = {chain.x, chain.W};
    options.part = [&](std::size_t i, Index step, const View& part) {
      if (i == 0) return;
      order.push_back(step);
      parts[step] = Tensor(DType::float64, part.shape);
      copy(part, dense(parts[step].raw(), part.shape, DType::float64));
    };
    const std::size_t before = chain.tape.bytes();
    const Adjoints adjoints =
        chain.tape.backward(loss, wanted ? std::vector<Var>{chain.W} : std::vector<Var>{}, options);
    BOOST_TEST(chain.tape.bytes() == before);
    BOOST_TEST(order == (std::vector<Index>{-1, 4, 3, 2, 1, 0}), boost::test_tools::per_element());
    Tensor total(DType::float64, whole.shape());
    for (const auto& [step, part] : parts) {
      for (Index i = 0; i < total.size(); ++i) total.set(i, total.at(i) + part.at(i));
    }
    BOOST_TEST(distance(total, whole) < 1e-14);
    if (wanted) BOOST_TEST(distance(adjoints[chain.W], whole) < 1e-14);
    // Each step by itself: the gradient where every other step uses a copy.
    for (Index t = 0; t < 5; ++t) {
      Random random(3, "chain");
      Tape tape(DType::float64);
      const Var x = tape.variable(normal({2, 3}, random));
      const Tensor weights = normal({3, 3}, random);
      const Var W = tape.input(weights), own = tape.variable(weights);
      Var h = tape.variable(normal({2, 3}, random)), h3;
      for (Index s = 0; s < 5; ++s) {
        h = tanh(linear(h, s == t ? own : W) + x);
        if (s == 2) h3 = h;
      }
      const Tensor expected = tape.backward(sum(square(h)) + sum(square(h3)), {own})[own];
      BOOST_TEST(distance(parts[t], expected) < 1e-14);
    }
  }
}

// The gradients of a pass in parts of something that the pass goes on through.
BOOST_AUTO_TEST_CASE(backward_in_parts_of_a_value_on_the_way) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({}, {3})), y = square(x);
  tape.set_step(1);
  const Var a = y * 2.0;
  tape.set_step(2);
  const Var b = y * 5.0;
  tape.set_step(-1);
  std::vector<double> parts;
  BackwardOptions options;
  options.in_parts = {y};
  options.part = [&](std::size_t, Index, const View& part) { parts.push_back(*part.as<double>()); };
  BOOST_TEST(tape.backward(a + b, {x}, options)[x].at(0) == 7 * 6);
  BOOST_TEST(parts == (std::vector<double>{5, 2}), boost::test_tools::per_element());
}

// -0 is kept where it is the gradient, and +0 is what a value gets that nothing reaches.
BOOST_AUTO_TEST_CASE(backward_signs_of_zeros) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({4}, {1, 2, 3, 4}));
  const Tensor dx = tape.backward(sum(slice(x, 0, 1, 3)), {x})[x];
  BOOST_TEST(identical(dx, tensor({4}, {0, 1, 1, 0})));
  for (Index i = 0; i < 4; ++i) BOOST_TEST(!std::signbit(dx.at(i)));
}

BOOST_AUTO_TEST_SUITE_END()
