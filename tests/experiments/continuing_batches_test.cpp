#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <experiments/runner/gradient_step.hpp>
#include <tests/support/expect_error.hpp>

#include "run_fixture.hpp"

// Stateful training: a batch that continues starts where the one before it ended.

using namespace carousel;
using test::Setup;
using test::small_adding;

namespace {

/// Steps begin..end-1 of a batch whose sequences are all of full length; all of them count.
tasks::Batch window(const tasks::Batch& batch, Index begin, Index end) {
  const auto cut = [&](const Tensor& whole) {
    Tensor part(whole.dtype(), whole.shape().with(0, end - begin));
    const std::size_t step = part.bytes() / static_cast<std::size_t>(end - begin);
    std::memcpy(part.raw(),
                static_cast<const std::byte*>(whole.raw()) + static_cast<std::size_t>(begin) * step,
                part.bytes());
    return part;
  };
  tasks::Batch part{cut(batch.x), cut(batch.target),
                    std::vector<Index>(batch.lengths.size(), end - begin), cut(batch.weight)};
  part.continues = begin > 0;
  return part;
}

struct Fixture {
  Fixture()
      : setup("task: {name: adding, length: 12}\ncells: [lstm]\nhidden_size: 5\ndtype: float64\n"),
        model(setup.registry, setup.config.cells[0], *setup.task, DType::float64),
        whole(setup.task->training(1, 0, 6)) {
    model.initialise(1);
    whole.weight.fill(1);
  }
  Setup setup;
  Model model;
  tasks::Batch whole;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(experiments)

BOOST_AUTO_TEST_CASE(continuing_batches_compute_what_one_long_batch_does) {
  Fixture f;
  for (const Index threads : {1, 2}) {
    GradientStep in_one(f.model, threads), in_parts(f.model, threads);
    const double loss = in_one.run(f.whole, {}, false).loss;
    double parts = 0;
    for (const Index begin : {0, 4, 8}) {
      // Each part has a third of the weight that the whole one is divided by.
      parts += in_parts.run(window(f.whole, begin, begin + 4), {}, false).loss / 3;
    }
    BOOST_TEST(std::abs(parts - loss) <= 1e-14 * loss);
  }
}

BOOST_AUTO_TEST_CASE(a_cell_without_a_state_has_nothing_to_continue_from) {
  Fixture f;
  CellEntry entry = f.setup.config.cells[0];
  entry.cell = parse_config("task: adding\ncells: [feedforward]\n", "x.yaml", {},
                            catalogue(f.setup.registry))
                   .cells[0]
                   .cell;
  const Model model(f.setup.registry, entry, *f.setup.task, DType::float64);
  GradientStep step(model, 1);
  step.run(window(f.whole, 0, 6), {}, false);
  BOOST_TEST(step.run(window(f.whole, 6, 12), {}, false).not_finite.empty());
}

BOOST_AUTO_TEST_CASE(no_gradient_goes_back_into_the_batch_before) {
  Fixture f;
  GradientStep step(f.model, 1);
  step.run(window(f.whole, 0, 6), {}, false);
  const StepResult second = step.run(window(f.whole, 6, 12), {}, true);
  // The flow covers the window alone, from the state that it started in.
  for (const auto& state : second.flow.states) BOOST_TEST(state.norms.size() == 7U);
  BOOST_TEST(second.flow.states[0].norms.front() > 0);
  // Starting anew forgets the state.
  tasks::Batch anew = window(f.whole, 6, 12);
  anew.continues = false;
  GradientStep other(f.model, 1);
  BOOST_TEST(step.run(anew, {}, false).loss == other.run(anew, {}, false).loss);
  BOOST_TEST(other.run(anew, {}, false).loss != second.loss);
}

BOOST_AUTO_TEST_CASE(a_continuing_batch_of_another_size_is_refused) {
  Fixture f;
  GradientStep step(f.model, 1);
  step.run(window(f.whole, 0, 6), {}, false);
  const tasks::Batch smaller = part_of(window(f.whole, 6, 12), 0, 4);
  BOOST_CHECK_EXCEPTION(step.run(smaller, {}, false), Error,
                        testing::says({"batch that continues", "as the batch before, 6", "got 4"}));
  GradientStep fresh(f.model, 1);
  BOOST_CHECK_EXCEPTION(fresh.run(window(f.whole, 6, 12), {}, false), Error,
                        testing::says({"batch that continues", "a batch before it"}));
}

BOOST_AUTO_TEST_SUITE_END()
