#include <autograd/ops.hpp>
#include <autograd/support/error.hpp>
#include <cells/compiled/recurrence.hpp>

namespace carousel::cells::compiled {

std::string record_compiled(const detail::Sequence& sequence, Tape& tape, Unrolled& result) {
  if (sequence.mask) return "some steps are masked";
  if (Nested(tape).detects_anomalies()) return "anomaly mode looks at every step";
  StepGraph graph;
  {
    Nested nested(tape);
    try {
      graph = traced(sequence, 0, nested);
      for (Index t = 1; sequence.cell->sees_context() && t < sequence.time; ++t) {
        if (!same(graph, traced(sequence, t, nested))) {
          return "the step is not the same at time step " + std::to_string(t);
        }
      }
    } catch (const Error&) {
      if (nested.asked_for().empty()) throw;
      return "the step reads the value of " + nested.asked_for();
    }
    nested.reset();
  }
  graph = with_own_results(std::move(graph));
  Nested gradients(tape);
  auto whole = std::make_unique<CompiledRecurrence>(sequence, tape, std::move(graph),
                                                    gradients.recording_gradients());
  const View value = whole->forward();
  std::vector<std::uint32_t> inputs = whole->used();
  result.initial = sequence.initial;
  if (gradients.recording_gradients()) {
    for (const auto& state : sequence.cell->states()) {
      result.probes.push_back(
          Nested::zeros_without_memory(tape, {sequence.time, sequence.batch, state.size}));
      inputs.push_back(result.probes.back().id());
    }
    whole->set_probes(result.probes);
  }
  std::vector<Index> offsets;
  for (std::size_t k = 0; k < sequence.initial.size(); ++k) {
    offsets.push_back(whole->final_offset(k));
  }
  const Var packed = Nested::close(tape, detail::recurrence_op, inputs, value, std::move(whole));
  const auto part_of = [&](Index offset, const Shape& shape) {
    return reshape(slice(packed, 0, offset, offset + shape.size()), shape);
  };
  result.packed_outputs = part_of(0, {sequence.time, sequence.batch, sequence.cell->output_size()});
  for (std::size_t k = 0; k < offsets.size(); ++k) {
    result.final.push_back(part_of(offsets[k], {sequence.batch, sequence.cell->states()[k].size}));
  }
  return "";
}

}  // namespace carousel::cells::compiled
