#include <autograd/support/error.hpp>
#include <cells/compiled/record.hpp>
#include <cells/compiled/recurrence.hpp>
#include <cells/one_node.hpp>

namespace carousel::cells::compiled {

Compilation compiled(const detail::Sequence& sequence, Tape& tape, const Passes& passes) {
  Nested nested(tape);
  if (nested.detects_anomalies()) return {nullptr, "anomaly mode looks at every step", {}};
  StepGraph graph;
  try {
    graph = traced(sequence, 0, nested);
    for (Index t = 1; sequence.cell->sees_context() && t < sequence.time; ++t) {
      const StepGraph other = traced(sequence, t, nested);
      if (same(graph, other) && graph.captured == other.captured) continue;
      return {nullptr, "the step is not the same at time step " + std::to_string(t), {}};
    }
  } catch (const Error&) {
    if (nested.asked_for().empty()) throw;
    return {nullptr, "the step reads the value of " + nested.asked_for(), {}};
  }
  nested.reset();
  if (nested.recording_gradients() && stops_gradients(graph)) {
    return {nullptr, "a part of the step has no gradient", {}};
  }
  return {CompiledStep::of(graph, nested.recording_gradients(), passes, nested), "",
          graph.captured};
}

std::string record_compiled(const detail::Sequence& sequence, Tape& tape, Index segment,
                            Unrolled& result, const Passes& passes) {
  Compilation found = compiled(sequence, tape, passes);
  if (found.step == nullptr) return found.reason;
  auto whole = std::make_unique<CompiledRecurrence>(sequence, tape, segment, std::move(found.step),
                                                    std::move(found.captured));
  const View value = whole->forward();
  std::vector<std::uint32_t> inputs = whole->used();
  if (Nested(tape).recording_gradients()) {
    detail::add_probes(sequence, tape, result, inputs);
    whole->set_probes(result.probes);
  }
  const std::vector<Index> final_offsets = whole->final_offsets();
  detail::unpack(sequence,
                 Nested::close(tape, detail::recurrence_op, inputs, value, std::move(whole)),
                 final_offsets, result);
  return "";
}

}  // namespace carousel::cells::compiled
