#include <fmt/format.h>

#include <cmath>
#include <experiments/check_cell/checks.hpp>
#include <numeric>

namespace carousel::check_cell {
namespace {

constexpr Index time_steps = 6;
constexpr double near = 1e-12;

/// Rows of the batch in another order; a tensor has it on `axis`.
Tensor reordered(const Tensor& whole, int axis, const std::vector<Index>& rows) {
  const Index batch = whole.shape()[axis];
  const Index blocks = axis == 0 ? 1 : whole.shape()[0], row = whole.size() / (blocks * batch);
  Tensor result(whole.dtype(), whole.shape());
  for (Index t = 0; t < blocks; ++t) {
    for (Index b = 0; b < batch; ++b) {
      for (Index j = 0; j < row; ++j) {
        result.set((t * batch + b) * row + j,
                   whole.at((t * batch + rows[static_cast<std::size_t>(b)]) * row + j));
      }
    }
  }
  return result;
}

Tensor outputs_of(const cells::AnyCell& cell, const Point& point) {
  return numbers_of(cell, point).outputs;
}

}  // namespace

Outcome batch_of_two(const Subject& subject) {
  const auto cell = subject.make();
  const Point both = random_point(*cell, time_steps, 2, 8);
  const Tensor together = outputs_of(*cell, both);
  const Index width = cell->output_size();
  double worst = 0;
  for (Index b = 0; b < 2; ++b) {
    const Tensor alone = outputs_of(*cell, part_of(both, b, b + 1));
    Tensor of_both(DType::float64, alone.shape());
    for (Index t = 0; t < time_steps; ++t) {
      for (Index j = 0; j < width; ++j) {
        of_both.set(t * width + j, together.at((t * 2 + b) * width + j));
      }
    }
    worst = std::max(worst, distance(of_both, alone));
  }
  if (worst < near) return {true, "as two batches of one, " + nearness(worst)};
  return {false,
          "a sequence's outputs are others with another one beside it: "
          "does step() mix rows, by a mean over axis 0, say?"};
}

Outcome permuted_batch(const Subject& subject) {
  const auto cell = subject.make();
  const Point point = random_point(*cell, time_steps, 4, 9);
  const std::vector<Index> rows{2, 0, 3, 1};
  Point other{reordered(point.xs, 1, rows), {}};
  for (const Tensor& s : point.initial) other.initial.push_back(reordered(s, 0, rows));
  const double worst =
      distance(outputs_of(*cell, other), reordered(outputs_of(*cell, point), 1, rows));
  return {worst < near, "outputs in the batch's order, " + nearness(worst)};
}

// A shorter sequence ends as it does alone, and NaN in its padding reaches nothing.
Outcome padding(const Subject& subject) {
  const auto cell = subject.make();
  Point point = random_point(*cell, time_steps, 3, 10);
  cells::UnrollOptions options;
  options.lengths = {6, 2, 4};
  const Numbers clean = numbers_of(*cell, point, options);
  const Index features = cell->sizes().input_size;
  for (Index b = 0; b < 3; ++b) {
    for (Index t = options.lengths[static_cast<std::size_t>(b)]; t < time_steps; ++t) {
      for (Index j = 0; j < features; ++j) {
        point.xs.set((t * 3 + b) * features + j, std::nan(""));
      }
    }
  }
  const Numbers dirty = numbers_of(*cell, point, options);
  const auto before = clean.all(), after = dirty.all();
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!identical(before[i], after[i])) return {false, "NaN in the padding changes a number"};
  }
  double worst = 0;
  for (Index b = 0; b < 3; ++b) {
    Point alone = part_of(point, b, b + 1);
    const Index length = options.lengths[static_cast<std::size_t>(b)];
    Tensor xs(DType::float64, {length, 1, features});
    for (Index i = 0; i < xs.size(); ++i) xs.set(i, alone.xs.at(i));
    alone.xs = xs;
    const Numbers of_one = numbers_of(*cell, alone);
    for (std::size_t k = 0; k < clean.final.size(); ++k) {
      Tensor row(DType::float64, of_one.final[k].shape());
      for (Index j = 0; j < row.size(); ++j) row.set(j, clean.final[k].at(b * row.size() + j));
      worst = std::max(worst, distance(row, of_one.final[k]));
    }
  }
  if (worst < near) {
    return {true, "NaN there reaches nothing; shorter sequences end as alone, " + nearness(worst)};
  }
  return {false,
          "a shorter sequence beside longer ones ends in other states than alone: does step() "
          "mix rows?"};
}

Outcome step_by_step(const Subject& subject) {
  const auto cell = subject.make();
  const Point point = random_point(*cell, time_steps, 2, 11);
  const Numbers unrolled = numbers_of(*cell, point);
  Tape tape(DType::float64);
  cells::Context context;
  const auto prepared = cell->prepare(tape, 2, context);
  std::vector<Var> state;
  for (const Tensor& s : point.initial) state.push_back(tape.input(s));
  const Var xs = tape.input(point.xs);
  std::vector<Var> outputs;
  for (context.t = 0; context.t < time_steps; ++context.t) {
    outputs.push_back(cell->step(at(xs, 0, context.t), state, prepared.get(), context));
  }
  const double worst = distance(stack(outputs).value(), unrolled.outputs);
  return {worst == 0, worst == 0 ? "the bits of unroll()"
                                 : fmt::format("{:.1e} from what unroll() gives", worst)};
}

// A sequence in two calls, the second from the states that the first has left.
Outcome state_between_calls(const Subject& subject) {
  const auto cell = subject.make();
  const Point point = random_point(*cell, time_steps, 2, 12);
  const Numbers whole = numbers_of(*cell, point);
  std::vector<Tensor> state = point.initial, outputs;
  for (const auto& [begin, end] : {std::pair<Index, Index>{0, 4}, {4, 6}}) {
    Tape tape(DType::float64);
    cells::UnrollOptions options;
    options.first_step = begin;
    for (const Tensor& s : state) options.initial.push_back(tape.input(s));
    const auto run = cells::unroll(*cell, slice(tape.input(point.xs), 0, begin, end), options);
    for (Index t = 0; t < end - begin; ++t) outputs.push_back(run.output(t).value());
    for (std::size_t k = 0; k < state.size(); ++k) state[k] = run.final_state(k).value();
  }
  double worst = distance(state, whole.final);
  const Index step = whole.outputs.size() / time_steps;
  for (Index t = 0; t < time_steps; ++t) {
    Tensor expected(DType::float64, outputs[static_cast<std::size_t>(t)].shape());
    for (Index i = 0; i < step; ++i) expected.set(i, whole.outputs.at(t * step + i));
    worst = std::max(worst, distance(outputs[static_cast<std::size_t>(t)], expected));
  }
  return {worst == 0, worst == 0 ? "two calls give the bits of one"
                                 : fmt::format("two calls differ from one by {:.1e}: does the cell "
                                               "remember something that is no state?",
                                               worst)};
}

}  // namespace carousel::check_cell
