#include <fmt/format.h>

#include <algorithm>
#include <autograd/ops/packed.hpp>
#include <autograd/support/error.hpp>
#include <cells/compiled/plan_text.hpp>
#include <cells/compiled/record.hpp>
#include <cells/init.hpp>
#include <cells/memory.hpp>
#include <chrono>
#include <experiments/runner/float_environment.hpp>
#include <experiments/runner/step_plan.hpp>

namespace carousel {
namespace {

using Clock = std::chrono::steady_clock;

/// The least time of some runs, in seconds; half a second in all.
template <class F> double least_time(const F& f) {
  double least = 1e30, total = 0;
  for (int runs = 0; runs < 3 || (total < 0.5 && runs < 1000); ++runs) {
    const auto start = Clock::now();
    f();
    const double took = std::chrono::duration<double>(Clock::now() - start).count();
    total += took;
    if (runs > 0) least = std::min(least, took);  // the first one warms up
  }
  return least;
}

/// FLOP/s of the largest product that a step can have at this shape: all of H to 4H.
double best_rate(Index batch, Index hidden) {
  detail::PackedProduct::Shapes shapes{batch, hidden, 4 * hidden, hidden, 4 * hidden, true, false};
  detail::PackedProduct product(DType::float32, shapes);
  Tensor x(DType::float32, {batch, hidden}), W(DType::float32, {4 * hidden, hidden}),
      y(DType::float32, {batch, 4 * hidden});
  product.pack(W.raw());
  constexpr int times = 50;
  const double seconds = least_time([&] {
    for (int i = 0; i < times; ++i) product.run(x.raw(), y.raw());
  });
  return 2.0 * times * static_cast<double>(y.size() * hidden) / seconds;
}

}  // namespace

std::string step_plan(const Registry& registry, const PlanOptions& options) {
  const auto cell = registry.cells.make(options.cell);
  const Index input = options.shape[0], hidden = options.shape[1], batch = options.shape[2],
              time = options.shape[3];
  cell->build({input, hidden}, DType::float32);
  cells::initialise(*cell, {}, 1);
  flush_denormals_to_zero();
  Tape tape;
  Random random(1, "xs");
  Tensor xs(DType::float32, {time, batch, input});
  for (Index i = 0; i < xs.size(); ++i) xs.set(i, random.normal());
  std::string text = fmt::format("{}: input {}, hidden {}, batch {}, T = {}, float32\n",
                                 options.cell, input, hidden, batch, time);
  const auto compiled =
      cells::compiled::compiled(cells::detail::Sequence(*cell, tape.input(xs), {}), tape);
  if (compiled.step == nullptr) return text + "runs eagerly: " + compiled.reason + "\n";
  text += "\n" + plan_text(*compiled.step, *cell, tape, batch, time) + "\n";
  const cells::compiled::Costs costs = costs_of(*compiled.step, batch, time);
  const std::vector<Var> wanted(cell->params().begin(), cell->params().end());
  cells::UnrollOptions unroll_options;
  unroll_options.compile = true;
  const double seconds = least_time([&] {
    tape.reset();
    const auto run = cells::unroll(*cell, tape.input(xs), unroll_options);
    const Var last = run.last();
    Tensor ones(DType::float32, last.shape());
    ones.fill(1);
    tape.backward(last, wanted, ones);
  });
  const double kept = static_cast<double>(costs.kept_a_step) * static_cast<double>(time);
  text += fmt::format("kept for the way back    {} a step, {} in all\n",
                      cells::size_text(costs.kept_a_step),
                      cells::size_text(static_cast<std::size_t>(kept)));
  text += fmt::format("for chunks and steps     {}\n", cells::size_text(costs.chunk));
  text += fmt::format("matrix products          {:.4g} MFLOP, forward and back\n",
                      costs.products / 1e6);
  text += fmt::format("time, one thread         {:.4g} ms: {:.4g} GFLOP/s\n", seconds * 1e3,
                      costs.products / seconds / 1e9);
  const double rate = best_rate(batch, hidden);
  return text + fmt::format(
                    "limit                    {:.4g} GFLOP/s, h [{}, {}] times a packed [{}, {}]: "
                    "{:.0f} %\n",
                    rate / 1e9, batch, hidden, hidden, 4 * hidden,
                    100 * costs.products / seconds / rate);
}

}  // namespace carousel
