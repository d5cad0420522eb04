#include <algorithm>
#include <autograd/linear_algebra.hpp>
#include <cells/compiled/plan_text.hpp>
#include <cells/compiled/record.hpp>
#include <chrono>
#include <cmath>
#include <experiments/check_cell/character.hpp>

namespace carousel::check_cell {
namespace {

using cells::AnyCell;
using Clock = std::chrono::steady_clock;

constexpr cells::Sizes sizes{character_input, character_hidden};

Tensor random_xs(Index time, Index batch, DType dtype) {
  Random random(21, "xs");
  Tensor xs(dtype, {time, batch, sizes.input_size});
  for (Index i = 0; i < xs.size(); ++i) xs.set(i, random.normal());
  return xs;
}

/// A training step over [100, 20, 2] in float32, as it would be run.
class TrainingStep {
 public:
  explicit TrainingStep(const Subject& subject)
      : cell_(subject.make(sizes, DType::float32)), xs_(random_xs(100, 20, DType::float32)) {}

  double seconds() {
    const auto begin = Clock::now();
    tape_.reset();
    cells::UnrollOptions options;
    options.compile = true;
    options.training = true;
    const auto run = cells::unroll(*cell_, tape_.input(xs_), options);
    execution_ = run.execution;
    const std::vector<Var> wanted(cell_->params().begin(), cell_->params().end());
    const Var loss = sum(square(run.last()));
    if (loss.requires_grad()) tape_.backward(loss, wanted);
    return std::chrono::duration<double>(Clock::now() - begin).count();
  }
  const std::string& execution() const { return execution_; }

 private:
  std::unique_ptr<AnyCell> cell_;
  Tensor xs_;
  Tape tape_;
  std::string execution_;
};

/// Both by turns, and the median of the ratios.
double ratio_of_times(TrainingStep& one, TrainingStep& other) {
  one.seconds();
  other.seconds();
  std::vector<double> ratios;
  for (int round = 0; round < 15; ++round) ratios.push_back(one.seconds() / other.seconds());
  std::nth_element(ratios.begin(), ratios.begin() + 7, ratios.end());
  return ratios[7];
}

double flops_of(const AnyCell& cell) {
  Tape tape(cell.dtype());
  const cells::detail::Sequence sequence(cell, tape.input(random_xs(1, 1, cell.dtype())), {});
  const auto found = cells::compiled::compiled(sequence, tape);
  return found.step == nullptr ? std::nan("") : costs_of(*found.step, 1, 1).products;
}

/// Rows: the parts of s_(t+1); columns: those of s_t.
std::vector<double> jacobian_of(const AnyCell& cell) {
  if (cell.states().empty()) return {};
  constexpr Index before = 20;
  Tape tape(DType::float64);
  const auto run = cells::unroll(cell, tape.input(random_xs(before, 1, DType::float64)));
  cells::Context context;
  context.t = before;
  const auto prepared = cell.prepare(tape, 1, context);
  std::vector<Var> from;
  for (std::size_t k = 0; k < cell.states().size(); ++k) {
    from.push_back(tape.variable(run.final_state(k).value()));
  }
  std::vector<Var> state = from;
  const Var x =
      tape.input(at(tape.input(random_xs(before + 1, 1, DType::float64)), 0, before).value());
  cell.step(x, state, prepared.get(), context);
  Index size = 0;
  for (const auto& s : cell.states()) size += s.size;
  Tensor jacobian(DType::float64, {size, size});
  Index row = 0;
  for (std::size_t k = 0; k < state.size(); ++k) {
    for (Index i = 0; i < cell.states()[k].size; ++i, ++row) {
      Tensor unit(DType::float64, state[k].shape());
      unit.set(i, 1);
      const Adjoints adjoints = tape.backward(state[k], from, unit);
      Index column = 0;
      for (const Var& s : from) {
        const Tensor g = adjoints[s];
        for (Index j = 0; j < g.size(); ++j) jacobian.set(row * size + column++, g.at(j));
      }
    }
  }
  const Tensor values = singular_values(jacobian);
  return {values.at(0), values.at(size / 2), values.at(size - 1)};
}

void find_lags(const AnyCell& cell, Character& character) {
  if (cell.states().empty()) return;
  Tape tape(DType::float64);
  const auto run = cells::unroll(cell, tape.input(random_xs(character_lags, 4, DType::float64)));
  Random random(22, "cotangent");
  Tensor cotangent(DType::float64, run.last().shape());
  for (Index i = 0; i < cotangent.size(); ++i) cotangent.set(i, random.normal());
  const Adjoints adjoints = tape.backward(run.last(), run.all_states(), cotangent);
  const auto norm_at = [&](std::size_t t) {
    double total = 0;
    for (std::size_t k = 0; k < run.specs.size(); ++k) {
      for (Index b = 0; b < 4; ++b) {
        total += std::pow(euclidean_norm(run.adjoint_row(adjoints, k, t, b)), 2);
      }
    }
    return std::sqrt(total);
  };
  // s_(T-1) is what the last step receives: lag 1 has the first factor of the product.
  const double begin = norm_at(static_cast<std::size_t>(character_lags) - 1);
  for (Index lag = 1; lag < character_lags; ++lag) {
    const double share = norm_at(static_cast<std::size_t>(character_lags - 1 - lag)) / begin;
    if (!character.lag_3 && share < 1e-3) character.lag_3 = lag;
    if (!character.lag_6 && share < 1e-6) character.lag_6 = lag;
  }
}

}  // namespace

Character character_of(const Subject& subject, const Subject& lstm) {
  Character result;
  const auto cell = subject.make(sizes);
  result.parameters = count(cell->params());
  result.flops = flops_of(*cell);
  TrainingStep own(subject), of_lstm(lstm);
  result.time = ratio_of_times(own, of_lstm);
  result.execution = own.execution();
  result.jacobian = jacobian_of(*cell);
  find_lags(*cell, result);
  return result;
}

}  // namespace carousel::check_cell
