#include <autograd/ops/table.hpp>
#include <cells/checkpoint.hpp>
#include <cells/compiled/record.hpp>
#include <cells/plan.hpp>
#include <cells/sequence.hpp>

namespace carousel::cells {
namespace {

/// Ends the tape's time step, also when a step throws.
class OutsideAgain {
 public:
  explicit OutsideAgain(Tape& tape) : tape_(tape) {}
  ~OutsideAgain() { tape_.set_step(-1); }
  OutsideAgain(const OutsideAgain&) = delete;
  OutsideAgain& operator=(const OutsideAgain&) = delete;

 private:
  Tape& tape_;
};

void record_every_step(const detail::Sequence& sequence, Tape& tape, Unrolled& result) {
  result.states.resize(result.specs.size());
  detail::Position position{sequence.initial, {}, {}, {}};
  const auto keep = [&] {
    for (std::size_t k = 0; k < position.state.size(); ++k) {
      result.states[k].push_back(position.state[k]);
    }
  };
  keep();
  const OutsideAgain outside_again(tape);
  for (Index t = 0; t < sequence.time; ++t) {
    advance(sequence, t, tape, position);
    result.outputs.push_back(position.output);
    if (!position.computed.empty()) {
      result.computed[static_cast<std::size_t>(t) + 1] = position.computed;
    }
    keep();
  }
  // Last states that share memory with others and the output, without being the same value: a copy
  // gathers what comes from outside, so that the sum is the same whatever is kept.
  const auto root = [&](const Var& v) { return tape.nodes()[v.id()].root; };
  for (const Var& state : position.state) {
    bool shares = position.output && root(position.output) == root(state);
    for (const Var& other : position.state) {
      shares = shares || (other.id() != state.id() && root(other) == root(state));
    }
    const bool is_output = position.output && position.output.id() == state.id();
    result.final.push_back(shares && !is_output ? record(carousel::detail::copy_op, {&state})
                                                : state);
  }
}

MemoryPlan plan_of(const detail::Sequence& sequence, const UnrollOptions& options) {
  const Shape shape = sequence.xs.shape();
  MemoryPlan plan;
  if (options.memory.is_full() || shape.size() == 0) return plan;
  if (!options.memory.is_budget()) {
    plan.segment = options.memory.segment_steps(shape[0], shape[1]);
    return plan;
  }
  Workload workload;
  workload.time = shape[0];
  workload.batch = shape[1];
  workload.training = options.training;
  workload.compile = options.compile && !Nested(sequence.xs.tape()).detects_anomalies();
  for (Index t = 0; t < sequence.time; ++t) workload.masked += sequence.masks_some(t) ? 1 : 0;
  workload.gradient_of_xs = sequence.xs.requires_grad();
  return plan_memory(*sequence.cell, workload, options.memory);
}

}  // namespace

Unrolled unroll(const AnyCell& cell, const Var& xs, const UnrollOptions& options) {
  detail::Sequence sequence(cell, xs, options);
  Tape& tape = xs.tape();
  Unrolled result;
  result.time = sequence.time;
  result.first_step = sequence.first_step;
  result.specs = cell.states();
  result.mask = sequence.mask;
  const MemoryPlan plan = plan_of(sequence, options);
  const Index segment = plan.segment;
  if (options.compile) {
    const std::string reason = plan.recorded_because.empty()
                                   ? compiled::record_compiled(sequence, tape, segment, result)
                                   : plan.recorded_because;
    result.execution = reason.empty() ? "compiled" : "eager: " + reason;
    if (reason.empty()) return result;
  }
  if (segment == 0) {
    record_every_step(sequence, tape, result);
  } else {
    detail::record_as_one(sequence, tape, segment, result);
  }
  return result;
}

}  // namespace carousel::cells
