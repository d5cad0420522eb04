#include <cells/library/vanilla.hpp>
#include <tests/cells/conformance.hpp>
#include <tests/cells/unusual_cells.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/generated.hpp>
#include <tests/support/tensors.hpp>

// Every way of keeping a recurrence gives the same bits: outputs, final states, loss, all
// gradients, and dL/ds_t.

namespace carousel::testing {
namespace {

using namespace cells;

std::vector<Subject> all_subjects() {
  std::vector<Subject> result = subjects();
  const auto add = [&result](const char* name, const auto& cell) {
    result.push_back(subject_of(name, cell));
  };
  add("packed", Packed{});
  add("output_in_state", OutputInState{});
  add("exchange", Exchange{});
  add("dropout", Dropout{});
  add("prepares", Prepares{});
  add("bare", Bare{});
  Vanilla relu;
  relu.activation = "relu";
  add("vanilla_relu", relu);
  return fewer_under_sanitizers(std::move(result));
}

/// What the loss is made of.
enum class Reads { last, all, final_states, mixture, first_half, single_steps };
constexpr Reads every_loss[] = {Reads::last,    Reads::all,        Reads::final_states,
                                Reads::mixture, Reads::first_half, Reads::single_steps};

struct Case {
  Index time = 7, batch = 3;
  DType dtype = DType::float64;
  Reads reads = Reads::mixture;
  bool gradient_of_xs = true, flow = false;
  std::vector<Index> lengths;
  std::optional<Tensor> mask;
};

/// All numbers of a training step.
std::vector<Tensor> numbers(const AnyCell& cell, const Case& c, const Memory& memory) {
  Tape tape(cell.dtype());
  const Point point = random_point(cell, c.time, c.batch, 5);
  const Var xs = c.gradient_of_xs ? tape.variable(point.xs) : tape.input(point.xs);
  UnrollOptions options;
  for (const auto& state : point.initial) options.initial.push_back(tape.variable(state));
  options.training = true;
  options.seed = 9;
  options.training_step = 4;
  options.first_step = 2;
  options.lengths = c.lengths;
  options.mask = c.mask;
  options.memory = memory;
  const Unrolled run = unroll(cell, xs, options);

  Random random(7, "loss");
  const auto weighted = [&](const Var& v) {
    return sum(v * tape.input(normal(v.shape(), random, cell.dtype())));
  };
  Var loss = sum(tape.zeros({1}));
  const bool mixture = c.reads == Reads::mixture;
  if (mixture || c.reads == Reads::last) loss = loss + weighted(square(run.last()));
  if (mixture || c.reads == Reads::all) loss = loss + weighted(tanh(run.sequence()));
  if (mixture || c.reads == Reads::final_states) {
    for (std::size_t k = 0; k < run.specs.size(); ++k) {
      loss = loss + weighted(square(run.final_state(k)));
    }
  }
  if (c.reads == Reads::first_half) loss = loss + weighted(run.output((c.time - 1) / 2));
  if (mixture || c.reads == Reads::single_steps) {
    for (Index t = 0; t < c.time; t += 2) loss = loss + weighted(square(run.output(t)));
    loss = loss + weighted(run.output(0) * run.last());
  }

  std::vector<Tensor> result{run.sequence().value(), loss.value()};
  for (std::size_t k = 0; k < run.specs.size(); ++k) {
    result.push_back(run.final_state(k).value());
  }
  if (!loss.requires_grad()) return result;
  std::vector<Var> wanted(cell.params().begin(), cell.params().end());
  wanted.insert(wanted.end(), options.initial.begin(), options.initial.end());
  if (c.gradient_of_xs) wanted.push_back(xs);
  const std::size_t count = wanted.size();
  if (c.flow) {
    for (const Var& v : run.all_states()) {
      if (v.requires_grad()) wanted.push_back(v);
    }
  }
  for (int again = 0; again < 2; ++again) {  // the tape can be differentiated again
    const Adjoints adjoints = tape.backward(loss, wanted);
    for (std::size_t i = 0; i < count; ++i) result.push_back(adjoints[wanted[i]]);
    for (std::size_t k = 0; c.flow && k < run.specs.size(); ++k) {
      result.push_back(run.adjoint(adjoints, run.specs[k].name));
    }
  }
  return result;
}

void check_same(const AnyCell& cell, const Case& c) {
  const std::vector<Tensor> full = numbers(cell, c, Memory());
  for (const Memory& memory : {Memory::sqrt(), Memory::every(1), Memory::every(2), Memory::every(3),
                               Memory::every(6), Memory::every(c.time)}) {
    const std::vector<Tensor> found = numbers(cell, c, memory);
    // A loss on outputs without gradient has one here: zero, since other outputs have one.
    BOOST_TEST_REQUIRE((found.size() == full.size() || full.size() == 2 + cell.states().size()));
    for (std::size_t i = 0; i < full.size(); ++i) {
      BOOST_TEST(identical(found[i], full[i]),
                 memory.text() << ", T = " << c.time << ", loss " << static_cast<int>(c.reads)
                               << ", number " << i << ", " << distance(found[i], full[i])
                               << " apart");
    }
  }
}

void check_losses(const Subject& subject) {
  for (const DType dtype : {DType::float32, DType::float64}) {
    const auto cell = subject.build({3, 5}, dtype);
    for (const Reads reads : every_loss) {
      Case c;
      c.dtype = dtype;
      c.reads = reads;
      check_same(*cell, c);
      c.gradient_of_xs = false;
      check_same(*cell, c);
    }
  }
}

void check_shapes(const Subject& subject) {
  const auto cell = subject.build({2, 4}, DType::float32);
  for (const Index time : {1, 2, 16}) {
    for (const Index batch : {1, 4}) {
      Case c;
      c.time = time;
      c.batch = batch;
      check_same(*cell, c);
    }
  }
}

void check_masks(const Subject& subject) {
  const auto cell = subject.build({3, 5});
  Tensor holes(DType::boolean, {7, 3});
  for (Index i = 0; i < holes.size(); ++i) holes.set(i, i * 7 % 5 < 3 ? 1 : 0);
  for (const Reads reads : every_loss) {
    for (const bool flow : {false, true}) {
      Case c;
      c.reads = reads;
      c.flow = flow;
      c.lengths = {7, 2, 5};
      check_same(*cell, c);
      c.lengths.clear();
      c.mask = holes;
      check_same(*cell, c);
    }
  }
}

void check_flow(const Subject& subject) {
  for (const DType dtype : {DType::float32, DType::float64}) {
    const auto cell = subject.build({3, 5}, dtype);
    for (const Reads reads : every_loss) {
      Case c;
      c.dtype = dtype;
      c.reads = reads;
      c.flow = true;
      check_same(*cell, c);
    }
  }
}

}  // namespace

void add_checkpoint_cases() {
  for (const Subject& subject : all_subjects()) {
    const auto add = [&subject](const char* name, void (*check)(const Subject&)) {
      add_case(
          "cells", subject.name + name, [subject, check] { check(subject); }, __FILE__, __LINE__);
    };
    add("_checkpointed_gives_the_same_bits", check_losses);
    add("_checkpointed_gives_the_same_bits_for_any_shape", check_shapes);
    add("_checkpointed_gives_the_same_bits_with_masks", check_masks);
    add("_checkpointed_gives_the_same_gradient_flow", check_flow);
  }
}

}  // namespace carousel::testing
