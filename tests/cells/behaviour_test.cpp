#include <autograd/verify.hpp>
#include <tests/cells/conformance.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/generated.hpp>
#include <tests/support/tensors.hpp>

namespace carousel::testing {
namespace {

using namespace cells;

constexpr Sizes sizes{3, 5};

/// Sequence b of a batch: [time, batch, features] -> [time, 1, features], or [batch, size].
Tensor one_of(const Tensor& batch, Index b) {
  const int axis = batch.shape().rank() - 2;
  const Index count = batch.shape()[axis], columns = batch.shape().columns();
  Tensor one(batch.dtype(), batch.shape().with(axis, 1));
  for (Index i = 0; i < one.size(); ++i) {
    one.set(i, batch.at((i / columns * count + b) * columns + i % columns));
  }
  return one;
}

Point one_of(const Point& point, Index b) {
  Point one{one_of(point.xs, b), {}};
  for (const auto& state : point.initial) one.initial.push_back(one_of(state, b));
  return one;
}

/// A batch of two is two batches of one: outputs, states and the gradients of what belongs to one
/// sequence are the same, the gradients of parameters add up.
void check_batch(const Subject& subject) {
  const auto cell = subject.build(sizes);
  const Point both = random_point(*cell, 6, 2, 1);
  Run together(*cell, both);
  const std::vector<Tensor> whole = together.gradients(*cell);
  const std::size_t params = cell->params().size();
  std::vector<Tensor> total;
  double loss = 0;
  for (const Index b : {0, 1}) {
    Run alone(*cell, one_of(both, b));
    loss += alone.loss.item();
    for (std::size_t t = 0; t < alone.unrolled.outputs.size(); ++t) {
      BOOST_TEST(distance(one_of(together.unrolled.outputs[t].value(), b),
                          alone.unrolled.outputs[t].value()) < 1e-13);
    }
    const std::vector<Tensor> gradients = alone.gradients(*cell);
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      if (i >= params) {
        BOOST_TEST(distance(one_of(whole[i], b), gradients[i]) < 1e-12);
      } else if (b == 0) {
        total.push_back(gradients[i]);
      } else {
        for (Index j = 0; j < gradients[i].size(); ++j) {
          total[i].set(j, total[i].at(j) + gradients[i].at(j));
        }
      }
    }
  }
  BOOST_TEST(relative(together.loss.item(), loss) < 1e-12);
  for (std::size_t i = 0; i < params; ++i) BOOST_TEST(distance(whole[i], total[i]) < 1e-12);
}

/// AnyCell::step, called by hand, does what unroll does, to the bit.
void check_steps(const Subject& subject) {
  const auto cell = subject.build(sizes);
  const Point point = random_point(*cell, 4, 2, 2);
  const Run run(*cell, point);
  Tape tape(DType::float64);
  const Var xs = tape.input(point.xs);
  std::vector<Var> state;
  for (const auto& initial : point.initial) state.push_back(tape.input(initial));
  const auto prepared = cell->prepare(tape, 2, {});
  for (std::size_t t = 0; t < 4; ++t) {
    Context context;
    context.t = static_cast<Index>(t);
    const Var y = cell->step(at(xs, 0, context.t), state, prepared.get(), context);
    BOOST_TEST(identical(y.value(), run.unrolled.outputs[t].value()));
    for (std::size_t k = 0; k < state.size(); ++k) {
      BOOST_TEST(identical(state[k].value(), run.unrolled.states[k][t + 1].value()));
    }
  }
}

void check_seed(const Subject& subject) {
  const auto first = subject.build(sizes), again = subject.build(sizes);
  const auto other = subject.build(sizes, DType::float64, 2);
  bool all_same = true;
  for (std::size_t i = 0; i < first->params().size(); ++i) {
    const Tensor& values = first->params()[i].value();
    BOOST_TEST(identical(values, again->params()[i].value()));
    all_same = all_same && identical(values, other->params()[i].value());
  }
  BOOST_TEST(!all_same);
  const Point point = random_point(*first, 5, 2, 3);
  Run a(*first, point), b(*again, point);
  BOOST_TEST(a.loss.item() == b.loss.item());
  const std::vector<Tensor> wanted = a.gradients(*first), found = b.gradients(*again);
  for (std::size_t i = 0; i < wanted.size(); ++i) BOOST_TEST(identical(found[i], wanted[i]));
}

void check_width(const Subject& subject) {
  const auto cell = subject.build(sizes);
  Tape tape(DType::float64);
  BOOST_CHECK_EXCEPTION(
      unroll(*cell, tape.input(Tensor(DType::float64, {4, 2, 7}))), Error,
      says({"cell '" + subject.name + "'", "features=3", "[time=4, batch=2, features=7]"}));
  std::vector<Var> state;
  for (const auto& spec : cell->states()) state.push_back(tape.zeros({2, spec.size}));
  const auto prepared = cell->prepare(tape, 2, {});
  BOOST_CHECK_EXCEPTION(
      cell->step(tape.zeros({2, 7}), state, prepared.get(), {}), Error,
      says({"cell '" + subject.name + "'", "features=3", "[batch=2, features=7]"}));
}

void check_ones(const Subject& subject) {
  const auto cell = subject.build({1, 1});
  Run run(*cell, random_point(*cell, 3, 1, 6));
  BOOST_TEST((run.unrolled.outputs[2].shape() == Shape{1, cell->output_size()}));
  const Verification result = verify(run.tape);
  BOOST_TEST(result.passed(), result.text());
  for (const auto& gradient : run.gradients(*cell)) {
    BOOST_TEST(std::isfinite(largest(gradient)));
  }
}

}  // namespace

void add_behaviour_cases() {
  for (const Subject& subject : subjects()) {
    const auto add = [&subject](const char* name, void (*check)(const Subject&)) {
      add_case(
          "cells", subject.name + name, [subject, check] { check(subject); }, __FILE__, __LINE__);
    };
    add("_batch_of_two_is_two_batches_of_one", check_batch);
    add("_step_by_step_is_unroll", check_steps);
    add("_is_reproducible_from_the_seed", check_seed);
    add("_names_a_wrong_input_width", check_width);
    add("_works_with_one_unit_and_one_sequence", check_ones);
  }
}

}  // namespace carousel::testing
