#include <cells/compiled/record.hpp>
#include <tests/cells/compiled_numbers.hpp>
#include <tests/support/tensors.hpp>

namespace carousel::testing {

using namespace cells;

Tensor mask_with_holes(Index time, Index batch) {
  Tensor mask(DType::boolean, {time, batch});
  for (Index t = 0; t < time; ++t) {
    for (Index b = 0; b < batch; ++b) {
      mask.data<bool>()[t * batch + b] = b % 4 == 0 ? t % 3 != 0 : t * 4 < time * (b % 4);
    }
  }
  return mask;
}

std::vector<Tensor> numbers(const AnyCell& cell, const Case& c, bool compile,
                            const compiled::Passes& passes) {
  Tape tape(cell.dtype());
  Point point = random_point(cell, c.time, c.batch, 5);
  for (Index i = 0; c.mask && i < point.xs.size(); ++i) {
    if (c.mask->data<bool>()[i / point.xs.shape()[2]]) continue;
    point.xs.set(i, std::numeric_limits<double>::quiet_NaN());
  }
  const auto nudged = [&](Tensor& values) {
    for (Index i = 0; i < values.size(); ++i) {
      values.set(i, values.at(i) * (1 + (i % 2 == 0 ? c.nudge : -c.nudge)));
    }
  };
  nudged(point.xs);
  for (Tensor& state : point.initial) nudged(state);
  const Var xs = c.gradient_of_xs ? tape.variable(point.xs) : tape.input(point.xs);
  UnrollOptions options;
  options.compile = compile;
  options.mask = c.mask;
  options.memory = c.memory;
  for (const auto& state : point.initial) options.initial.push_back(tape.variable(state));
  Unrolled run;
  if (compile && !(passes == compiled::Passes())) {  // as unroll() does
    const cells::detail::Sequence sequence(cell, xs, options);
    run.time = c.time;
    run.specs = cell.states();
    run.mask = sequence.mask;
    BOOST_TEST(compiled::record_compiled(sequence, tape, 0, run, passes) == "");
  } else {
    run = unroll(cell, xs, options);
    BOOST_TEST(run.execution == (compile ? "compiled" : "eager"));
  }
  Random random(7, "loss");
  const auto weighted = [&](const Var& v) {
    return sum(v * tape.input(normal(v.shape(), random, cell.dtype())));
  };
  Var loss = weighted(square(run.last()));
  if (!c.last_only) {
    loss = loss + weighted(tanh(run.sequence()));
    for (std::size_t k = 0; k < run.specs.size(); ++k) {
      loss = loss + weighted(square(run.final_state(k)));
    }
  }
  std::vector<Tensor> result{run.sequence().value()};
  for (std::size_t k = 0; k < run.specs.size(); ++k) {
    result.push_back(run.final_state(k).value());
  }
  std::vector<Var> wanted(cell.params().begin(), cell.params().end());
  wanted.insert(wanted.end(), options.initial.begin(), options.initial.end());
  if (c.gradient_of_xs) wanted.push_back(xs);
  const std::size_t count = wanted.size();
  for (const Var& v : run.all_states()) wanted.push_back(v);
  for (int again = 0; again < 2; ++again) {
    const Adjoints adjoints = tape.backward(loss, wanted);
    for (std::size_t i = 0; i < count; ++i) result.push_back(adjoints[wanted[i]]);
    for (std::size_t k = 0; k < run.specs.size(); ++k) {
      result.push_back(run.adjoint(adjoints, run.specs[k].name));
    }
  }
  return result;
}

}  // namespace carousel::testing
