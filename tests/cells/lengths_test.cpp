#include <tests/cells/conformance.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/generated.hpp>
#include <tests/support/tensors.hpp>

namespace carousel::testing {
namespace {

using namespace cells;

constexpr Index time = 6, batch = 3;
const std::vector<Index> lengths{6, 2, 4};

Tensor mask_of_lengths() {
  Tensor mask(DType::boolean, {time, batch});
  for (Index t = 0; t < time; ++t) {
    for (Index b = 0; b < batch; ++b) {
      mask.set(t * batch + b, t < lengths[static_cast<std::size_t>(b)] ? 1 : 0);
    }
  }
  return mask;
}

UnrollOptions with_lengths() {
  UnrollOptions options;
  options.lengths = lengths;
  return options;
}

UnrollOptions with_mask(const Tensor& mask) {
  UnrollOptions options;
  options.mask = mask;
  return options;
}

/// The point with `value` wherever the mask says that a step does not count.
Point padded(Point point, const Tensor& mask, double value) {
  const Index features = point.xs.shape().columns();
  for (Index i = 0; i < point.xs.size(); ++i) {
    if (mask.at(i / features) == 0) point.xs.set(i, value);
  }
  return point;
}

void check_same(Run& a, Run& b, const AnyCell& cell) {
  BOOST_TEST(a.loss.item() == b.loss.item());
  const std::vector<Tensor> wanted = a.gradients(cell), found = b.gradients(cell);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    BOOST_TEST(std::isfinite(largest(found[i])));
    BOOST_TEST(identical(found[i], wanted[i]));
  }
}

/// What stands in the padding changes no bit of the loss or of any gradient, even where it is NaN,
/// and receives no gradient.
void check_padding(const Subject& subject) {
  const auto cell = subject.build({3, 5});
  const Point point = random_point(*cell, time, batch, 1);
  const Tensor mask = mask_of_lengths();
  Run clean(*cell, padded(point, mask, 0), with_lengths());
  Run dirty(*cell, padded(point, mask, not_a_number), with_lengths());
  check_same(clean, dirty, *cell);
  const Tensor dxs = dirty.gradients(*cell)[cell->params().size()];
  for (Index i = 0; i < dxs.size(); ++i) BOOST_TEST((mask.at(i / 3) != 0 || dxs.at(i) == 0));
}

void check_mask(const Subject& subject) {
  const auto cell = subject.build({3, 5});
  const Point point = random_point(*cell, time, batch, 2);
  Run by_length(*cell, point, with_lengths());
  Run by_mask(*cell, point, with_mask(mask_of_lengths()));
  check_same(by_length, by_mask, *cell);

  Run everything(*cell, point, with_mask([] {
    Tensor all(DType::boolean, {time, batch});
    all.fill(1);
    return all;
  }()));
  Run plain(*cell, point);
  check_same(plain, everything, *cell);
}

/// What the output repeats where the first step does not count: the initial state, where the output
/// is a state, and zeros otherwise.
Tensor before_any_output(const Run& run, const AnyCell& cell) {
  const Var& first = run.unrolled.outputs[0];
  for (const auto& states : run.unrolled.states) {
    if (states[1].id() == first.id()) return states[0].value();
  }
  return Tensor(cell.dtype(), {batch, cell.output_size()});
}

/// Where a step does not count, in the middle too, the state stays and the output repeats.
void check_frozen(const Subject& subject) {
  const auto cell = subject.build({3, 5});
  Tensor mask = mask_of_lengths();
  mask.set(1 * batch + 0, 0);  // a hole at t = 1 of the longest sequence
  mask.set(0 * batch + 2, 0);  // and a late start of the last one
  const Run run(*cell, padded(random_point(*cell, time, batch, 3), mask, not_a_number),
                with_mask(mask));
  const Tensor nothing_yet = before_any_output(run, *cell);
  for (Index t = 0; t < time; ++t) {
    const auto step = static_cast<std::size_t>(t);
    for (Index b = 0; b < batch; ++b) {
      const bool counts = mask.at(t * batch + b) != 0;
      for (const auto& states : run.unrolled.states) {
        const Tensor before = row(states[step].value(), b),
                     after = row(states[step + 1].value(), b);
        BOOST_TEST(identical(before, after) == !counts);
      }
      const Tensor last = row(t > 0 ? run.unrolled.outputs[step - 1].value() : nothing_yet, b);
      BOOST_TEST(identical(row(run.unrolled.outputs[step].value(), b), last) == !counts);
    }
  }
}

/// A sequence in a padded batch ends where it ends alone.
void check_alone(const Subject& subject) {
  const auto cell = subject.build({3, 5});
  const Point point = random_point(*cell, time, batch, 4);
  const Run run(*cell, point, with_lengths());
  for (Index b = 0; b < batch; ++b) {
    const Index length = lengths[static_cast<std::size_t>(b)];
    Point alone{Tensor(DType::float64, {length, 1, 3}), {}};
    for (Index i = 0; i < alone.xs.size(); ++i) {
      alone.xs.set(i, point.xs.at((i / 3 * batch + b) * 3 + i % 3));
    }
    for (const auto& state : point.initial) {
      alone.initial.push_back(row(state, b).reshaped({1, state.shape()[1]}));
    }
    const Run shorter(*cell, alone);
    for (std::size_t k = 0; k < run.unrolled.states.size(); ++k) {
      BOOST_TEST(distance(row(run.unrolled.states[k].back().value(), b),
                          row(shorter.unrolled.states[k].back().value(), 0)) < 1e-13);
    }
    BOOST_TEST(distance(row(run.unrolled.outputs.back().value(), b),
                        row(shorter.unrolled.outputs.back().value(), 0)) < 1e-13);
  }
}

}  // namespace

void add_length_cases() {
  for (const Subject& subject : subjects()) {
    const auto add = [&subject](const char* name, void (*check)(const Subject&)) {
      add_case(
          "cells", subject.name + name, [subject, check] { check(subject); }, __FILE__, __LINE__);
    };
    add("_never_reads_the_padding", check_padding);
    add("_takes_a_mask_as_lengths", check_mask);
    add("_keeps_state_and_output_where_no_step_counts", check_frozen);
    add("_ends_in_a_padded_batch_as_alone", check_alone);
  }
}

}  // namespace carousel::testing

using namespace carousel;
using namespace carousel::cells;
using carousel::testing::says;

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(lengths_and_masks_that_do_not_fit) {
  const auto cell = carousel::testing::subjects().front().build({3, 5});
  Tape tape(DType::float64);
  const Var xs = tape.input(Tensor(DType::float64, {6, 3, 3}));
  const auto run = [&](std::vector<Index> lengths, std::optional<Tensor> mask) {
    UnrollOptions options;
    options.lengths = std::move(lengths);
    options.mask = std::move(mask);
    return unroll(*cell, xs, options);
  };
  const std::string where = "cell '" + cell->name() + "'";
  BOOST_CHECK_EXCEPTION(run({6, 2}, {}), Error, says({where, "3 lengths", "2"}));
  BOOST_CHECK_EXCEPTION(run({6, 7, 1}, {}), Error, says({where, "0..6", "7 for sequence 1"}));
  BOOST_CHECK_EXCEPTION(run({6, 2, -1}, {}), Error, says({where, "0..6", "-1 for sequence 2"}));
  BOOST_CHECK_EXCEPTION(run({}, Tensor(DType::boolean, {3, 6})), Error,
                        says({where, "[time=6, batch=3]", "[time=3, batch=6]"}));
  BOOST_CHECK_EXCEPTION(run({}, Tensor(DType::int64, {6, 3})), Error,
                        says({where, "bool", "int64"}));
  BOOST_CHECK_EXCEPTION(run({6, 2, 1}, Tensor(DType::boolean, {6, 3})), Error,
                        says({where, "lengths or a mask", "both"}));
}

BOOST_AUTO_TEST_SUITE_END()
