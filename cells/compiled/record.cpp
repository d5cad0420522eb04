#include <autograd/ops.hpp>
#include <autograd/support/error.hpp>
#include <cells/compiled/recurrence.hpp>
#include <cells/one_node.hpp>

namespace carousel::cells::compiled {

std::string record_compiled(const detail::Sequence& sequence, Tape& tape, Index segment,
                            Unrolled& result) {
  if (Nested(tape).detects_anomalies()) return "anomaly mode looks at every step";
  StepGraph graph;
  {
    Nested nested(tape);
    try {
      graph = traced(sequence, 0, nested);
      for (Index t = 1; sequence.cell->sees_context() && t < sequence.time; ++t) {
        const StepGraph other = traced(sequence, t, nested);
        if (!same(graph, other) || graph.captured != other.captured) {
          return "the step is not the same at time step " + std::to_string(t);
        }
      }
    } catch (const Error&) {
      if (nested.asked_for().empty()) throw;
      return "the step reads the value of " + nested.asked_for();
    }
    nested.reset();
  }
  Nested gradients(tape);
  auto whole = std::make_unique<CompiledRecurrence>(
      sequence, tape, segment, CompiledStep::of(graph, gradients.recording_gradients(), gradients),
      graph.captured);
  const View value = whole->forward();
  std::vector<std::uint32_t> inputs = whole->used();
  if (gradients.recording_gradients()) {
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
