#include <fmt/format.h>

#include <autograd/no_grad.hpp>
#include <cells/init.hpp>
#include <cmath>
#include <experiments/check_cell/subject.hpp>
#include <limits>

namespace carousel::check_cell {
namespace {

Tensor normal(const Shape& shape, Random& random, DType dtype) {
  Tensor result(dtype, shape);
  for (Index i = 0; i < result.size(); ++i) result.set(i, random.normal());
  return result;
}

/// L of a run, and the sum of its terms' sizes.
std::pair<Var, double> loss_of_run(const cells::Unrolled& run) {
  Random random(11, "weights of the loss");
  Var loss;
  double size = 0;
  const auto add = [&](const Var& v) {
    const Tensor weights = normal(v.shape(), random, v.dtype());
    const Tensor value = v.value();
    for (Index i = 0; i < value.size(); ++i) size += std::abs(weights.at(i) * value.at(i));
    const Var term = sum(v * v.tape().input(weights));
    loss = loss ? loss + term : term;
  };
  add(run.sequence());
  for (std::size_t k = 0; k < run.specs.size(); ++k) add(run.final_state(k));
  return {loss, size};
}

cells::UnrollOptions at(const Point& point, Tape& tape, const cells::UnrollOptions& options) {
  cells::UnrollOptions own = options;
  own.initial.clear();
  for (const Tensor& s : point.initial) own.initial.push_back(tape.variable(s));
  return own;
}

}  // namespace

std::unique_ptr<cells::AnyCell> Subject::make(const cells::Sizes& sizes, DType dtype) const {
  auto cell = entry.make();
  cell->build(sizes, dtype);
  cells::initialise(*cell, {}, seed);
  return cell;
}

Point random_point(const cells::AnyCell& cell, Index time, Index batch, std::uint64_t seed) {
  Random random(seed, "point");
  Point point{normal({time, batch, cell.sizes().input_size}, random, cell.dtype()), {}};
  for (const auto& state : cell.states()) {
    Tensor values = normal({batch, state.size}, random, cell.dtype());
    for (Index i = 0; state.positive && i < values.size(); ++i) {
      values.set(i, std::exp(values.at(i)));
    }
    point.initial.push_back(std::move(values));
  }
  return point;
}

Point part_of(const Point& point, Index begin, Index end) {
  const auto columns = [&](const Tensor& whole, Index blocks) {
    const int axis = blocks == 1 ? 0 : 1;
    const Index batch = whole.shape()[axis], row = whole.size() / (blocks * batch);
    Tensor part(whole.dtype(), whole.shape().with(axis, end - begin));
    for (Index t = 0; t < blocks; ++t) {
      for (Index i = 0; i < (end - begin) * row; ++i) {
        part.set(t * (end - begin) * row + i, whole.at((t * batch + begin) * row + i));
      }
    }
    return part;
  };
  const Index time = point.xs.shape()[0];
  Point part;
  if (time == 1) {  // columns() takes one block for a state
    const Shape flat = point.xs.shape().without(0);
    const Tensor xs = columns(point.xs.reshaped(flat), 1);
    part.xs = xs.reshaped(xs.shape().inserted(0, 1));
  } else {
    part.xs = columns(point.xs, time);
  }
  for (const Tensor& s : point.initial) part.initial.push_back(columns(s, 1));
  return part;
}

std::vector<Tensor> Numbers::all() const {
  std::vector<Tensor> result{outputs, xs};
  for (const auto* list : {&final, &params, &initial}) {
    result.insert(result.end(), list->begin(), list->end());
  }
  return result;
}

Numbers numbers_of(const cells::AnyCell& cell, const Point& point,
                   const cells::UnrollOptions& options) {
  Tape tape(cell.dtype());
  const Var xs = tape.variable(point.xs);
  const cells::UnrollOptions own = at(point, tape, options);
  const cells::Unrolled run = cells::unroll(cell, xs, own);
  const auto [loss, size] = loss_of_run(run);
  Numbers result;
  result.loss = loss.item();
  result.size = size;
  result.execution = run.execution;
  result.outputs = run.sequence().value();
  for (std::size_t k = 0; k < run.specs.size(); ++k) {
    result.final.push_back(run.final_state(k).value());
  }
  std::vector<Var> wanted(cell.params().begin(), cell.params().end());
  wanted.push_back(xs);
  wanted.insert(wanted.end(), own.initial.begin(), own.initial.end());
  const Adjoints adjoints = tape.backward(loss, wanted);
  for (const Param& param : cell.params()) result.params.push_back(adjoints[param]);
  result.xs = adjoints[xs];
  for (const Var& s : own.initial) result.initial.push_back(adjoints[s]);
  return result;
}

double loss_of(const cells::AnyCell& cell, const Point& point,
               const cells::UnrollOptions& options) {
  Tape tape(cell.dtype());
  const NoGrad no_grad(tape);
  const cells::Unrolled run = cells::unroll(cell, tape.input(point.xs), at(point, tape, options));
  return loss_of_run(run).first.item();
}

double distance(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
  const auto largest = [](const Tensor& tensor) {
    double size = 0;
    for (Index i = 0; i < tensor.size(); ++i) size = std::max(size, std::abs(tensor.at(i)));
    return size;
  };
  double of_all = 0, worst = 0;
  for (const Tensor& tensor : b) of_all = std::max(of_all, largest(tensor));
  const double noise = 1e-14 * of_all;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (largest(a[i]) > noise || largest(b[i]) > noise)
      worst = std::max(worst, carousel::distance(a[i], b[i]));
  }
  return worst;
}

std::string nearness(double distance) {
  return distance == 0 ? "to the bit" : fmt::format("to {:.1e}", distance);
}

}  // namespace carousel::check_cell
