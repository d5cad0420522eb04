#include <algorithm>
#include <autograd/backward_pass.hpp>
#include <autograd/failures/misuse.hpp>
#include <autograd/ops/one_thread.hpp>
#include <autograd/ops/table.hpp>
#include <cells/compiled/recurrence.hpp>
#include <cstring>

namespace carousel::cells::compiled {

using namespace carousel::detail;
using Home = Buffer::Home;

Index steps_of_chunk(Index batch) {
  constexpr Index rows = 512;
  return std::max<Index>(1, rows / std::max<Index>(1, batch));
}

CompiledRecurrence::CompiledRecurrence(const detail::Sequence& sequence, Tape& tape, Index segment,
                                       std::shared_ptr<CompiledStep> step,
                                       std::vector<std::uint32_t> captured,
                                       const std::vector<Tensor>& drawn)
    : sequence_(sequence),
      outer_(tape),
      nested_(tape),
      step_(std::move(step)),
      captured_(std::move(captured)),
      chunk_(steps_of_chunk(sequence.batch)),
      segment_(segment == 0 ? sequence.time : (segment + chunk_ - 1) / chunk_ * chunk_) {
  initial_ = sequence.initial;
  if (sequence.mask) {
    initial_.push_back(tape.zeros({sequence.batch, sequence.cell->output_size()}));
  }
  evaluate_outside(drawn);
}

// The values that the loop reads, by the ops of the step on the outer tape: over all steps at once
// where they depend on x.
void CompiledRecurrence::evaluate_outside(const std::vector<Tensor>& drawn) {
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
      case Source::drawn:
        result = outer_.input(drawn[static_cast<std::size_t>(v.index)]);
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

// Memory for what only this recurrence has; that for gradients comes with the pass.
void CompiledRecurrence::take_memory() {
  using Slots = Memory::Slots;
  const Program& program = step_->program();
  const auto states = static_cast<std::size_t>(initial_.size());
  boundaries_.assign(static_cast<std::size_t>(segments()), std::vector<std::byte*>(states));
  memory_.resize(program.buffers.size());
  for (std::size_t i = 0; i < memory_.size(); ++i) {
    const Buffer& buffer = program.buffers[i];
    if (buffer.gradient) continue;
    Memory& m = memory_[i];
    m.slot = bytes_of(buffer);
    m.shared = buffer.home == Home::constant;
    const auto take = [&](Index slots) {
      return static_cast<std::byte*>(nested_.take(static_cast<std::size_t>(slots) * m.slot));
    };
    m.slots = buffer.home == Home::scratch || m.shared ? Slots::one : Slots::each;
    switch (buffer.home) {
      case Home::outputs:
        m.first = static_cast<std::byte*>(packed_.data);
        break;
      case Home::sequence:
        m.first = static_cast<std::byte*>(
            view_on(outer_, sequences_[static_cast<std::size_t>(buffer.index)]).data);
        break;
      case Home::constant:
        m.first = static_cast<std::byte*>(
            view_on(outer_, constants_[static_cast<std::size_t>(buffer.index)]).data);
        break;
      case Home::turns:
        m.slots = Slots::two;
        m.first = take(2);
        break;
      case Home::chunk:
        m.first = take(std::min(chunk_, sequence_.time));
        break;
      case Home::kept:  // a state has that before the first step in a slot of its own, too
        m.first = take(std::min(segment_, sequence_.time) + (buffer.state >= 0 ? 1 : 0));
        if (buffer.state >= 0) m.first += m.slot;
        break;
      default:
        m.first = take(1);
        break;
    }
    if (buffer.state < 0) continue;
    const auto k = static_cast<std::size_t>(buffer.state);
    for (std::size_t s = 0; s < boundaries_.size(); ++s) {
      if (s == 0 || buffer.home != Home::outputs) boundaries_[s][k] = take(1);
    }
    const View& initial = view_on(outer_, initial_[k]);
    copy(initial, dense(boundaries_[0][k], initial.shape, initial.dtype));
  }
}

void CompiledRecurrence::move_chunks(Memories& memory, Index t) const {
  for (std::size_t i = 0; i < memory.size(); ++i) {
    if (step_->program().buffers[i].home == Home::chunk) memory[i].base = t;
  }
}

void CompiledRecurrence::run_segment(Index segment) {
  if (in_memory_ == segment) return;
  const Program& program = step_->program();
  const Index begin = begin_of(segment), end = end_of(segment);
  for (std::size_t i = 0; i < memory_.size(); ++i) {
    const Buffer& buffer = program.buffers[i];
    if (buffer.gradient) continue;
    Memory& m = memory_[i];
    if (buffer.home == Home::kept || buffer.home == Home::turns) m.base = begin;
    if (buffer.state < 0) continue;
    const bool outputs = buffer.home == Home::outputs;
    std::byte* before = boundaries_[outputs ? 0 : static_cast<std::size_t>(segment)]
                                   [static_cast<std::size_t>(buffer.state)];
    if (buffer.home == Home::kept) {
      std::memcpy(m.first - m.slot, before, m.slot);
    } else {
      m.before = before;
    }
  }
  in_memory_ = -1;  // until all of it has been run
  for (Index t = begin; t < end;) {
    move_chunks(memory_, t);
    step_->before().bind(memory_);
    step_->forward().bind(memory_);
    const Index chunk_end = std::min(end, t + chunk_);
    step_->before().steps(t, chunk_end);
    for (; t < chunk_end; ++t) step_->forward().step(t);
  }
  in_memory_ = segment;
}

View CompiledRecurrence::forward() {
  const StepGraph& graph = step_->graph();
  const Program& program = step_->program();
  const Index time = sequence_.time, out = sequence_.batch * sequence_.cell->output_size();
  const DType dtype = sequence_.cell->dtype();
  Index size = time * out;
  for (std::size_t k = 0; k < sequence_.initial.size(); ++k) {
    if (graph.next[k] == graph.output) {
      final_offsets_.push_back((time - 1) * out);
      continue;
    }
    final_offsets_.push_back(size);
    size += program.states[k].shape.size();
  }
  packed_ = dense(nested_.take(static_cast<std::size_t>(size) * size_of(dtype)), {size}, dtype);
  take_memory();
  step_->forward().bind(memory_);
  step_->forward().pack();
  const OneThread one_thread;  // once for all products of the loop
  for (Index s = 0; s < segments(); ++s) {
    run_segment(s);
    if (s + 1 == segments()) break;
    for (std::size_t k = 0; k < program.states.size(); ++k) {
      std::byte* boundary = boundaries_[static_cast<std::size_t>(s) + 1][k];
      const Memory& m = memory_of(memory_, program.states[k]);
      if (boundary != nullptr) std::memcpy(boundary, m.at(end_of(s) - 1), m.slot);
    }
  }
  for (std::size_t k = 0; k < sequence_.initial.size(); ++k) {
    if (graph.next[k] == graph.output) continue;
    const Memory& m = memory_of(memory_, program.states[k]);
    std::memcpy(static_cast<std::byte*>(packed_.data) +
                    final_offsets_[k] * static_cast<Index>(size_of(dtype)),
                m.at(time - 1), m.slot);
  }
  return packed_;
}

}  // namespace carousel::cells::compiled
