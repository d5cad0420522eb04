#include <algorithm>
#include <autograd/backward_pass.hpp>
#include <autograd/ops/one_thread.hpp>
#include <autograd/support/error.hpp>
#include <cells/compiled/recurrence.hpp>
#include <cstring>

namespace carousel::cells::compiled {

using namespace carousel::detail;
using Home = Buffer::Home;

/// Memory of the outer tape for gradients, given back at the end of the pass.
class CompiledRecurrence::Borrowed {
 public:
  explicit Borrowed(const Nested& nested) : nested_(nested) {}
  ~Borrowed() {
    for (const auto& [memory, bytes] : taken_) nested_.give_back_gradient(memory, bytes);
  }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;

  std::byte* take(std::size_t bytes, bool zeros = false) {
    void* memory = nested_.take_gradient(bytes);
    taken_.emplace_back(memory, bytes);
    if (zeros) std::memset(memory, 0, bytes);
    return static_cast<std::byte*>(memory);
  }

 private:
  Nested nested_;
  std::vector<std::pair<void*, std::size_t>> taken_;
};

void CompiledRecurrence::set_probes(const std::vector<Var>& probes) {
  for (const Var& probe : probes) probes_.push_back(probe.id());
}

CompiledRecurrence::Memories CompiledRecurrence::gradient_memory(Pass& pass, std::uint32_t node,
                                                                 Borrowed& borrowed) const {
  using Slots = Memory::Slots;
  const Node& self = pass.tape().nodes()[node];
  Memories memory = memory_;
  for (std::size_t i = 0; i < memory.size(); ++i) {
    const Buffer& buffer = step_->program().buffers[i];
    if (!buffer.gradient) continue;
    Memory& m = memory[i];
    m.slot = bytes_of(buffer);
    m.slots = Slots::each;
    switch (buffer.home) {
      case Home::d_outputs:
        m.first = static_cast<std::byte*>(pass.gradient(node).data);
        break;
      case Home::chunk:  // a state has what it hands to the chunk before in a slot of its own, too
        m.first =
            borrowed.take(static_cast<std::size_t>(std::min(chunk_, sequence_.time) + 1) * m.slot) +
            m.slot;
        continue;
      case Home::d_constant: {
        m.slots = Slots::one;
        m.shared = true;
        const Var& v = constants_[static_cast<std::size_t>(buffer.index)];
        // A gradient that nobody asked for is computed all the same.
        m.first = pass.flows(self, v.id()) ? static_cast<std::byte*>(pass.room(v.id()).data)
                                           : borrowed.take(m.slot, /*zeros=*/true);
        break;
      }
      case Home::probe: {  // only where dL/ds_t is asked for
        const std::uint32_t probe = probes_[static_cast<std::size_t>(buffer.index)];
        if (pass.flows(self, probe)) m.first = static_cast<std::byte*>(pass.room(probe).data);
        break;
      }
      case Home::turns:
        m.slots = Slots::two;
        m.first = borrowed.take(2 * m.slot);
        break;
      default:
        m.slots = Slots::one;
        m.first = borrowed.take(m.slot);
        break;
    }
    if (buffer.state >= 0) m.before = borrowed.take(m.slot, /*zeros=*/true);
  }
  return memory;
}

// What the last step's states get from outside.
void CompiledRecurrence::last_states(const View& dy, const Memories& memory) const {
  const StepGraph& graph = step_->graph();
  for (std::size_t k = 0; k < sequence_.initial.size(); ++k) {
    if (graph.next[k] == graph.output) continue;
    const Memory& m = memory_of(memory, step_->program().d_states[k]);
    std::memcpy(m.at(sequence_.time - 1),
                static_cast<std::byte*>(dy.data) +
                    final_offsets_[k] * static_cast<Index>(size_of(dy.dtype)),
                m.slot);
  }
}

void CompiledRecurrence::first_states(Pass& pass, const Node& self, const Memories& memory) const {
  for (std::size_t k = 0; k < initial_.size(); ++k) {
    if (!pass.flows(self, initial_[k].id())) continue;
    const Place& place = step_->program().d_states[k];
    const View first = dense(memory_of(memory, place).at(-1), place.shape, place.dtype);
    accumulate(first, pass.room(initial_[k].id()));
  }
}

void CompiledRecurrence::pass_over_chunk(Pass& pass, const Node& self, Memories& memory,
                                         Index begin, Index end) {
  const Program& program = step_->program();
  step_->backward().bind(memory);
  step_->after().bind(memory);
  for (Index t = end; t-- > begin;) step_->backward().step(t);
  step_->after().steps(begin, end);
  if (!program.d_x) return;
  for (std::size_t i = 0; i < sequences_.size(); ++i) {
    const auto value = static_cast<std::size_t>(step_->lowered().sequences[i]);
    if (step_->graph().values[value].source != Source::x) continue;
    if (!pass.flows(self, sequences_[i].id())) return;
    const Memory& m = memory_of(memory, program.d_x);
    const Shape rows = program.d_x.shape.with(0, (end - begin) * sequence_.batch);
    View to = pass.room(sequences_[i].id());
    to.data = static_cast<std::byte*>(to.data) + static_cast<std::size_t>(begin) * m.slot;
    to.shape = rows;
    accumulate(dense(m.at(begin), rows, program.d_x.dtype), to);
  }
}

void CompiledRecurrence::pullback(Pass& pass, std::uint32_t node) {
  const Node& self = pass.tape().nodes()[node];
  std::vector<std::uint32_t> ids = used();
  ids.insert(ids.end(), captured_.begin(), captured_.end());
  ids.push_back(sequence_.xs.id());
  for (const std::uint32_t id : ids) {
    if (!pass.tells_steps_apart(id)) continue;
    throw Error(ErrorKind::argument, "cell '" + sequence_.cell->name() + "'",
                "a backward pass that is the same at every step",
                "one that stops at some, or takes a gradient apart by step",
                "Unroll the cell without `compile`.");
  }
  Borrowed borrowed(nested_);
  Memories memory = gradient_memory(pass, node, borrowed);
  const auto& buffers = step_->program().buffers;
  if (segments() > 1) {  // others may have used the step since
    step_->forward().bind(memory_);
    step_->forward().pack();
  }
  step_->backward().bind(memory);
  step_->backward().pack();
  const OneThread one_thread;  // once for all products of the loop
  bool is_last = true;
  for (Index s = segments(); s-- > 0;) {
    run_segment(s);
    for (std::size_t i = 0; i < memory.size(); ++i) {
      if (!buffers[i].gradient) memory[i] = memory_[i];
    }
    for (Index end = end_of(s); end > begin_of(s);) {
      const Index begin = (end - 1) / chunk_ * chunk_;
      move_chunks(memory, begin);
      if (is_last) last_states(pass.gradient(node), memory);
      for (std::size_t i = 0; i < memory.size() && !is_last; ++i) {
        const bool carried = buffers[i].gradient && buffers[i].home == Home::chunk;
        if (!carried || buffers[i].state < 0) continue;
        std::memcpy(memory[i].at(end - 1), memory[i].first - memory[i].slot, memory[i].slot);
      }
      is_last = false;
      pass_over_chunk(pass, self, memory, begin, end);
      end = begin;
    }
  }
  first_states(pass, self, memory);
}

std::optional<NonFinite> CompiledRecurrence::first_non_finite() {
  nested_.reset();
  const Nested::Recording recording(nested_);
  detail::Position position{{}, {}, {}, {}};
  for (const Var& s : sequence_.initial) position.state.push_back(nested_.here(s));
  for (Index t = 0; t < sequence_.time; ++t) advance(sequence_, t, nested_.tape(), position);
  return nested_.first_non_finite();
}

}  // namespace carousel::cells::compiled
