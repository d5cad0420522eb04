#include <algorithm>
#include <autograd/ops/spare_threads.hpp>
#include <autograd/support/error.hpp>
#include <cmath>
#include <exception>
#include <experiments/runner/batch_checks.hpp>
#include <experiments/runner/gradient_step.hpp>
#include <limits>

namespace carousel {
namespace {

bool all_finite(const optim::Gradients& gradients) {
  for (const auto& gradient : gradients) {
    if (first_non_finite(gradient.view()) >= 0) {
      return false;
    }
  }
  return true;
}

void add(const optim::Gradients& from, optim::Gradients& to) {
  for (std::size_t i = 0; i < to.size(); ++i) {
    accumulate(from[i].view(), to[i].view());
  }
}

/// The states that the batch before was left in, as leaves: no gradient goes on into that batch.
cells::Carried carried_from(Tape& tape, const std::vector<std::vector<Tensor>>& states,
                            const tasks::Batch& batch) {
  cells::Carried carried;
  for (const auto& of_run : states) {
    carried.states.emplace_back();
    for (const Tensor& tensor : of_run) {
      if (tensor.shape()[0] != batch.x.shape()[1]) {
        throw Error(ErrorKind::argument, "batch that continues",
                    "as many sequences as the batch before, " + std::to_string(tensor.shape()[0]),
                    std::to_string(batch.x.shape()[1]));
      }
      carried.states.back().push_back(tape.variable(tensor));
    }
  }
  carried.afresh = batch.afresh;
  return carried;
}

void keep_states(const Tape& tape, const cells::StackRun& run,
                 std::vector<std::vector<Tensor>>& states) {
  states.resize(run.runs.size());
  for (std::size_t i = 0; i < states.size(); ++i) {
    const cells::Unrolled& unrolled = run.runs[i];
    states[i].resize(unrolled.specs.size());
    for (std::size_t k = 0; k < states[i].size(); ++k) {
      Tensor& state = states[i][k];
      const View& last = tape.nodes()[unrolled.final_state(k).id()].value;
      if (state.shape() != last.shape || state.dtype() != last.dtype) {
        state = Tensor(last.dtype, last.shape);
      }
      copy(last, dense(state.raw(), last.shape, last.dtype));
    }
  }
}

}  // namespace

std::string execution_of_both(const std::string& one, const std::string& other) {
  return one.empty() || (one == "compiled" && !other.empty()) ? other : one;
}

GradientStep::GradientStep(const Model& model, Index threads, const cells::Memory& memory,
                           bool detect_anomaly, bool some_with_flow, Index threads_of_one)
    : model_(model),
      memory_(share_of(memory, threads)),
      detect_anomaly_(detect_anomaly),
      some_with_flow_(some_with_flow),
      threads_of_one_(static_cast<int>(threads_of_one)),
      penalty_tape_(model.stack().dtype()) {
  for (Index i = 0; i < threads; ++i) {
    parts_.push_back(std::make_unique<Part>(model.stack().dtype()));
    parts_.back()->tape.detect_anomaly(detect_anomaly);
    for (const auto& param : model.params()) {
      parts_.back()->gradients.emplace_back(param.dtype(), param.shape());
    }
  }
}

std::size_t GradientStep::peak_bytes() const {
  std::size_t total = 0;
  for (const auto& part : parts_) total += part->tape.peak_bytes();
  return total;
}

std::string GradientStep::fit(cells::UnrollOptions& options, Part& part, const tasks::Batch& batch,
                              bool with_flow) const {
  options.memory = memory_;
  if (!memory_.is_budget()) return "";
  const auto plan = [&](bool compile, bool flow) -> const cells::MemoryPlan& {
    const Index shortest = *std::min_element(batch.lengths.begin(), batch.lengths.end());
    const std::array<Index, 5> key{batch.x.shape()[0], batch.x.shape()[1], shortest, flow ? 1 : 0,
                                   compile ? 1 : 0};
    const auto known = part.plans.find(key);
    if (known != part.plans.end()) return known->second;
    const auto found = forecast_within(model_, batch, memory_, compile, flow).recurrence;
    return part.plans.emplace(key, found).first->second;
  };
  bool compile = options.compile && !detect_anomaly_;
  std::string recorded_because;
  if (compile) recorded_because = plan(true, with_flow || some_with_flow_).recorded_because;
  if (!recorded_because.empty()) options.compile = compile = false;
  options.memory = plan(compile, with_flow).memory();
  return recorded_because;
}

void GradientStep::run_part(Part& part, const tasks::Batch& batch, double normaliser,
                            const cells::UnrollOptions& options, bool with_flow) const {
  part.result = {};
  part.tape.reset();
  if (total_weight(batch) == 0) {  // a part in which nothing counts
    for (auto& gradient : part.gradients) gradient.fill(0);
    part.begun = false;  // nothing was computed that a next batch could continue
    return;
  }
  cells::UnrollOptions own = options;
  std::string recorded_because = fit(own, part, batch, with_flow);
  if (truncation_) {
    own.compile = false;
    recorded_because = "truncated backpropagation stops at single steps";
  }
  const bool goes_on = batch.continues && model_.stack().modifiers().goes_on();
  if (goes_on && model_.stack().modifiers().both_directions())
    refuse_both_directions("bidirectional");
  if (goes_on && !part.begun) {
    throw Error(ErrorKind::argument, "batch that continues", "a batch before it", "none");
  }
  const auto before = part.states;
  const auto run = [&] {
    const auto carried = goes_on ? carried_from(part.tape, before, batch) : cells::Carried();
    return model_.run(part.tape, batch, normaliser, own, carried);
  };
  // Where numbers stop being finite: by recording every step, which knows more of each value.
  const auto explain = [&](const Outcome& outcome, bool is_loss) -> std::optional<NonFinite> {
    const auto of = [&](const Var& loss) {
      return is_loss ? part.tape.first_non_finite(loss) : part.tape.first_non_finite_gradient(loss);
    };
    if (outcome.run.execution() != "compiled") return of(outcome.loss);
    own.compile = false;
    fit(own, part, batch, with_flow);
    part.tape.reset();
    return of(run().loss);
  };
  const Outcome outcome = run();
  keep_states(part.tape, outcome.run, part.states);
  part.begun = true;
  part.result.loss = outcome.loss.item();
  part.result.execution = outcome.run.execution();
  if (!recorded_because.empty()) part.result.execution += ": " + recorded_because;
  if (!std::isfinite(part.result.loss)) {
    const auto found = explain(outcome, /*is_loss=*/true);
    part.result.not_finite = found ? found->text() : "the loss is not finite";
    return;
  }
  pull(part, outcome, normaliser, with_flow);
  if (!all_finite(part.gradients)) {
    const auto found = explain(outcome, /*is_loss=*/false);
    part.result.not_finite = found ? found->text() : "a gradient is not finite";
    return;
  }
}

void GradientStep::pull(Part& part, const Outcome& outcome, double normaliser,
                        bool with_flow) const {
  const std::vector<Param> params = model_.params();
  std::vector<Var> wanted(params.begin(), params.end());
  if (truncation_) {
    const auto losses = losses_by_step(outcome, outcome.run.time(), normaliser);
    part.gradients =
        cells::truncated_backward(outcome.run.runs.front(), losses, *truncation_, wanted);
    return;
  }
  if (with_flow) {
    for (const cells::Unrolled& unrolled : outcome.run.runs) {
      const auto states = unrolled.all_states();
      wanted.insert(wanted.end(), states.begin(), states.end());
    }
  }
  const Adjoints adjoints = part.tape.backward(outcome.loss, wanted);
  for (std::size_t i = 0; i < params.size(); ++i) adjoints.copy_to(params[i], part.gradients[i]);
  if (with_flow) part.result.flow = flow_of(outcome.run, adjoints);
}

void GradientStep::add_penalty() {
  penalty_tape_.reset();
  const Var penalty = model_.penalty(penalty_tape_);
  if (!penalty) return;
  const std::vector<Param> params = model_.params();
  const Adjoints adjoints = penalty_tape_.backward(penalty, {params.begin(), params.end()});
  optim::Gradients& all = parts_.front()->gradients;
  for (std::size_t i = 0; i < params.size(); ++i) {
    accumulate(adjoints.view(params[i]), all[i].view());
  }
}

/// What anomaly mode finds is a result of the step, as it is without the mode.
void GradientStep::try_part(Part& part, const tasks::Batch& batch, double normaliser,
                            const cells::UnrollOptions& options, bool with_flow) const {
  try {
    run_part(part, batch, normaliser, options, with_flow);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::non_finite) throw;
    part.result = {};
    part.result.loss = std::numeric_limits<double>::quiet_NaN();
    part.result.not_finite = error.what();
  }
}

StepResult GradientStep::run(const tasks::Batch& batch, const cells::UnrollOptions& options,
                             bool with_flow) {
  const double normaliser = total_weight(batch);
  const auto count = static_cast<Index>(parts_.size());
  if (count == 1) {
    const SpareThreads spare(threads_of_one_);
    try_part(*parts_[0], batch, normaliser, options, with_flow);
  } else {
    const Index sequences = batch.weight.shape()[1];
    std::vector<std::exception_ptr> errors(parts_.size());
#pragma omp parallel for num_threads(static_cast <int>(count)) schedule(static, 1)
    for (Index i = 0; i < count; ++i) {
      const auto at = static_cast<std::size_t>(i);
      try {
        const Index begin = i * sequences / count, end = (i + 1) * sequences / count;
        cells::UnrollOptions own = options;
        own.first_row = begin;
        try_part(*parts_[at], part_of(batch, begin, end), normaliser, own, with_flow);
      } catch (...) {  // an exception must not leave a parallel region
        errors[at] = std::current_exception();
      }
    }
    for (const auto& error : errors) {
      if (error) std::rethrow_exception(error);
    }
  }
  StepResult result = parts_[0]->result;
  for (std::size_t i = 1; i < parts_.size(); ++i) {
    const StepResult& part = parts_[i]->result;
    result.loss += part.loss;
    if (result.not_finite.empty()) result.not_finite = part.not_finite;
    result.execution = execution_of_both(result.execution, part.execution);
    add(parts_[i]->gradients, parts_[0]->gradients);
    merge(part.flow, result.flow);
  }
  if (result.not_finite.empty()) add_penalty();
  return result;
}

}  // namespace carousel
