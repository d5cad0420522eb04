#include <algorithm>
#include <autograd/no_grad.hpp>
#include <cstring>
#include <experiments/runner/evaluation.hpp>

namespace carousel {
namespace {

constexpr Index window_steps = 64;

/// Steps begin..end-1 of xs [time, batch, features].
Tensor steps_of(const Tensor& xs, Index begin, Index end) {
  Tensor window(xs.dtype(), xs.shape().with(0, end - begin));
  const std::size_t step = window.bytes() / static_cast<std::size_t>(end - begin);
  std::memcpy(window.raw(),
              static_cast<const std::byte*>(xs.raw()) + static_cast<std::size_t>(begin) * step,
              window.bytes());
  return window;
}

/// How many steps of a window that starts at `begin` each sequence has.
std::vector<Index> lengths_in(const std::vector<Index>& lengths, Index begin, Index steps) {
  std::vector<Index> result;
  for (const Index length : lengths) result.push_back(std::clamp<Index>(length - begin, 0, steps));
  return result;
}

}  // namespace

Tensor predict(const Model& model, Tape& tape, const tasks::Batch& batch, const ScoredRows& rows,
               bool compile) {
  const NoGrad no_grad(tape);
  const Index time = batch.x.shape()[0], size = batch.x.shape()[1];
  const Index outputs = model.task().output_size();
  Tensor prediction(tape.dtype(), {static_cast<Index>(rows.steps.size()) * size, outputs});
  auto* to = static_cast<std::byte*>(prediction.raw());
  auto step = rows.steps.begin();
  std::vector<std::vector<Tensor>> states;
  const cells::Stack& stack = model.stack();
  // What runs backwards has to see the end first.
  const Index window = stack.modifiers().both_directions() ? time : window_steps;
  for (Index begin = 0; begin < time; begin += window) {
    const Index end = std::min(time, begin + window);
    tape.reset();
    cells::UnrollOptions options;
    options.first_step = begin;
    options.compile = compile;
    options.lengths = lengths_in(batch.lengths, begin, end - begin);
    cells::Carried carried;
    for (const auto& of_run : states) {
      carried.states.emplace_back();
      for (const Tensor& s : of_run) carried.states.back().push_back(tape.input(s));
    }
    const cells::StackRun run =
        stack.run(tape.input(steps_of(batch.x, begin, end)), options, carried);
    for (; step != rows.steps.end() && *step < end; ++step) {
      const Tensor y = model.readout(run.outputs_at({*step - begin})).value();
      std::memcpy(to, y.raw(), y.bytes());
      to += y.bytes();
    }
    states.clear();
    for (const cells::Unrolled& unrolled : run.runs) {
      states.emplace_back();
      for (std::size_t k = 0; k < unrolled.specs.size(); ++k) {
        states.back().push_back(unrolled.final_state(k).value());
      }
    }
  }
  return prediction;
}

double evaluate(const Model& model, tasks::Task::Split split, Index batch_size, bool compile,
                bool detect_anomaly) {
  const tasks::Task& task = model.task();
  Tape tape(model.stack().dtype());
  tape.detect_anomaly(detect_anomaly);
  tasks::Score score;
  for (Index i = 0; i < task.evaluation_batches(split, batch_size); ++i) {
    const auto batch = task.evaluation(split, i, batch_size);
    const ScoredRows rows = scored_rows(batch);
    score.add(task.objective().score(predict(model, tape, batch, rows, compile), rows.target,
                                     rows.weight, batch.weight.shape()[1]));
  }
  return score.mean();
}

}  // namespace carousel
