#include <algorithm>
#include <autograd/backward_pass.hpp>
#include <autograd/failures/misuse.hpp>
#include <autograd/ops/table.hpp>
#include <cells/compiled/recurrence.hpp>
#include <cstring>

namespace carousel::cells::compiled {

using namespace carousel::detail;
using Home = Buffer::Home;

CompiledRecurrence::CompiledRecurrence(const detail::Sequence& sequence, Tape& tape,
                                       std::shared_ptr<CompiledStep> step,
                                       std::vector<std::uint32_t> captured)
    : sequence_(sequence),
      outer_(tape),
      nested_(tape),
      step_(std::move(step)),
      captured_(std::move(captured)) {
  initial_ = sequence.initial;
  if (sequence.mask) {
    initial_.push_back(tape.zeros({sequence.batch, sequence.cell->output_size()}));
  }
  evaluate_outside();
}

// The values that the loop reads, by the ops of the step on the outer tape: over all steps at once
// where they depend on x.
void CompiledRecurrence::evaluate_outside() {
  const StepGraph& graph = step_->graph();
  std::vector<Var> known(graph.values.size());
  const auto evaluate = [&](const auto& self, int value) -> Var {
    Var& result = known[static_cast<std::size_t>(value)];
    if (result) return result;
    const auto& v = graph.values[static_cast<std::size_t>(value)];
    switch (v.source) {
      case Source::x:
        result = reshape(sequence_.xs, {sequence_.time * sequence_.batch, v.shape[1]});
        break;
      case Source::counts:
        result = reshape(sequence_.counts, {sequence_.time * sequence_.batch});
        break;
      case Source::captured:
        result = outer_.value_of(captured_[static_cast<std::size_t>(v.index)]);
        break;
      case Source::constant:
        result = outer_.input(graph.constants[static_cast<std::size_t>(v.index)]);
        break;
      default: {
        std::vector<Var> operands;
        for (const int input : v.inputs) operands.push_back(self(self, input));
        result = record(*v.op, operands, v.attr);
      }
    }
    return result;
  };
  for (const int value : step_->lowered().sequences)
    sequences_.push_back(evaluate(evaluate, value));
  for (const int value : step_->lowered().constants) {
    Var constant = evaluate(evaluate, value);
    if (!view_on(outer_, constant).contiguous()) constant = record(copy_op, {&constant});
    constants_.push_back(constant);
  }
}

std::vector<std::uint32_t> CompiledRecurrence::used() const {
  std::vector<std::uint32_t> ids;
  for (const auto* list : {&sequences_, &constants_, &initial_}) {
    for (const Var& v : *list) {
      if (std::find(ids.begin(), ids.end(), v.id()) == ids.end()) ids.push_back(v.id());
    }
  }
  return ids;
}

View CompiledRecurrence::forward() {
  const StepGraph& graph = step_->graph();
  const Program& program = step_->program();
  const Index time = sequence_.time, out = sequence_.batch * sequence_.cell->output_size();
  const DType dtype = sequence_.cell->dtype();
  Index end = time * out;
  for (std::size_t k = 0; k < sequence_.initial.size(); ++k) {
    if (graph.next[k] == graph.output) {
      final_offsets_.push_back((time - 1) * out);
      continue;
    }
    final_offsets_.push_back(end);
    end += program.states[k].shape.size();
  }
  packed_ = dense(nested_.take(static_cast<std::size_t>(end) * size_of(dtype)), {end}, dtype);
  memory_.resize(program.buffers.size());
  for (std::size_t i = 0; i < memory_.size(); ++i) {
    const Buffer& buffer = program.buffers[i];
    Memory& m = memory_[i];
    m.slot = bytes_of(buffer);
    m.shared = buffer.home == Home::constant || buffer.home == Home::d_constant;
    if (buffer.home == Home::outputs) {
      m.first = static_cast<std::byte*>(packed_.data);
      m.slots = static_cast<int>(time);
    } else if (buffer.home == Home::sequence) {
      const View& view = view_on(outer_, sequences_[static_cast<std::size_t>(buffer.index)]);
      m.first = static_cast<std::byte*>(view.data);
      m.slots = static_cast<int>(time);
    } else if (buffer.home == Home::constant) {
      m.first = static_cast<std::byte*>(
          view_on(outer_, constants_[static_cast<std::size_t>(buffer.index)]).data);
    }
  }
  // Memory for what only this recurrence has; the gradients come with the pass.
  std::vector<bool> in_forward(memory_.size(), false);
  const auto mark = [&](const Place& place) {
    if (place) in_forward[static_cast<std::size_t>(place.buffer)] = true;
  };
  for (const Instruction& i : program.forward) {
    for (const Place& x : i.x) mark(x);
    mark(i.y);
  }
  for (std::size_t i = 0; i < memory_.size(); ++i) {
    const Buffer& buffer = program.buffers[i];
    Memory& m = memory_[i];
    if (!in_forward[i]) continue;
    if (buffer.home == Home::scratch) m.first = static_cast<std::byte*>(nested_.take(m.slot));
    if (buffer.home == Home::turns) {
      m.slots = 2;
      m.first = static_cast<std::byte*>(nested_.take(2 * m.slot));
    }
    if (buffer.home == Home::kept) {
      m.slots = static_cast<int>(time);
      m.first = static_cast<std::byte*>(nested_.take(static_cast<std::size_t>(time) * m.slot));
    }
    if (buffer.state >= 0) {
      const View& initial = view_on(outer_, initial_[static_cast<std::size_t>(buffer.state)]);
      m.before = static_cast<std::byte*>(nested_.take(m.slot));
      copy(initial, dense(m.before, initial.shape, dtype));
    }
  }
  Replay& replay = step_->forward();
  replay.bind(memory_);
  for (Index t = 0; t < time; ++t) replay.step(t);
  for (std::size_t k = 0; k < sequence_.initial.size(); ++k) {
    if (graph.next[k] == graph.output) continue;
    const Place& place = program.states[k];
    const Memory& m = memory_[static_cast<std::size_t>(place.buffer)];
    const auto last = static_cast<std::size_t>(m.slots == 2 ? (time - 1) & 1 : time - 1);
    std::memcpy(static_cast<std::byte*>(packed_.data) +
                    final_offsets_[k] * static_cast<Index>(size_of(dtype)),
                m.first + last * m.slot, m.slot);
  }
  return packed_;
}

}  // namespace carousel::cells::compiled
