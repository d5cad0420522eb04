#include <autograd/support/error.hpp>
#include <cells/compiled/record.hpp>
#include <cells/compiled/recurrence.hpp>
#include <cells/one_node.hpp>
#include <cstring>

namespace carousel::cells::compiled {

namespace {

Compilation refused(std::string reason) {
  Compilation result;
  result.reason = std::move(reason);
  return result;
}

/// The constants of a step that are others from one t to the next. The first step must outlive it.
class Drawn {
 public:
  Drawn(const StepGraph& first, Index time, Index batch)
      : first_(first.constants), time_(time), batch_(batch), over_time_(first_.size()) {}

  /// Returns why that cannot be compiled, or an empty text.
  std::string see(const StepGraph& step, Index t) {
    for (std::size_t i = 0; i < first_.size(); ++i) {
      if (over_time_[i].shape().rank() == 0 && identical(step.constants[i], first_[i])) continue;
      if (!has_row_for_each(first_[i])) {
        return "numbers " + to_string(first_[i].shape()) +
               " that the step puts on the tape, without a row for each sequence, change with time";
      }
      if (over_time_[i].shape().rank() == 0) {
        over_time_[i] = Tensor(first_[i].dtype(), {time_, first_[i].shape().size()});
        for (Index before = 0; before < t; ++before) put(first_[i], before, over_time_[i]);
      }
      put(step.constants[i], t, over_time_[i]);
    }
    return "";
  }

  /// Makes values of the step of them.
  void move_to(StepGraph& graph, std::vector<Tensor>& drawn) {
    for (Value& v : graph.values) {
      if (v.source != Source::constant) continue;
      const auto i = static_cast<std::size_t>(v.index);
      if (over_time_[i].shape().rank() == 0) continue;
      v.source = Source::drawn;
      v.index = static_cast<int>(drawn.size());
      drawn.push_back(std::move(over_time_[i]));
      graph.constants[i] = Tensor();
    }
  }

 private:
  // Numbers [n] are a bias over features, also where n is the batch; a mask [batch] is over rows.
  bool has_row_for_each(const Tensor& numbers) const {
    const Shape& shape = numbers.shape();
    const int least = numbers.dtype() == DType::boolean ? 1 : 2;
    return shape.rank() >= least && shape[0] == batch_;
  }
  static void put(const Tensor& step, Index t, Tensor& over_time) {
    const auto bytes = static_cast<std::size_t>(step.shape().size()) * size_of(step.dtype());
    std::memcpy(static_cast<std::byte*>(over_time.raw()) + static_cast<std::size_t>(t) * bytes,
                step.raw(), bytes);
  }

  const std::vector<Tensor>& first_;
  Index time_, batch_;
  std::vector<Tensor> over_time_;  // rank 0: the same so far
};

}  // namespace

Compilation compiled(const detail::Sequence& sequence, Tape& tape, const Passes& passes) {
  Nested nested(tape);
  if (nested.detects_anomalies()) return refused("anomaly mode looks at every step");
  StepGraph graph;
  Compilation result;
  try {
    graph = traced(sequence, 0, nested);
    Drawn drawn(graph, sequence.time, sequence.batch);
    for (Index t = 1; sequence.cell->sees_context() && t < sequence.time; ++t) {
      const StepGraph other = traced(sequence, t, nested);
      if (!same_but_for_constants(graph, other) || graph.captured != other.captured) {
        return refused("the step is not the same at time step " + std::to_string(t));
      }
      std::string reason = drawn.see(other, t);
      if (!reason.empty()) return refused(std::move(reason));
    }
    drawn.move_to(graph, result.drawn);
  } catch (const Error&) {
    if (nested.asked_for().empty()) throw;
    return refused("the step reads the value of " + nested.asked_for());
  }
  nested.reset();
  if (nested.recording_gradients() && stops_gradients(graph)) {
    return refused("a part of the step has no gradient");
  }
  result.step = CompiledStep::of(graph, nested.recording_gradients(), passes, nested);
  result.captured = std::move(graph.captured);
  return result;
}

std::string record_compiled(const detail::Sequence& sequence, Tape& tape, Index segment,
                            Unrolled& result, const Passes& passes) {
  Compilation found = compiled(sequence, tape, passes);
  if (found.step == nullptr) return found.reason;
  auto whole = std::make_unique<CompiledRecurrence>(sequence, tape, segment, std::move(found.step),
                                                    std::move(found.captured), found.drawn);
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
