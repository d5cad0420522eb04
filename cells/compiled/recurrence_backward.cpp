#include <algorithm>
#include <autograd/backward_pass.hpp>
#include <autograd/support/error.hpp>
#include <cells/compiled/recurrence.hpp>
#include <cstring>

namespace carousel::cells::compiled {

using namespace carousel::detail;
using Home = Buffer::Home;

namespace {

/// Steps whose rows make one product for a gradient of a weight.
Index rows_together(Index batch) {
  constexpr Index rows = 512;
  return std::max<Index>(1, rows / batch);
}

}  // namespace

void CompiledRecurrence::set_probes(const std::vector<Var>& probes) {
  for (const Var& probe : probes) probes_.push_back(probe.id());
}

void CompiledRecurrence::pullback(Pass& pass, std::uint32_t node) {
  const StepGraph& graph = step_->graph();
  const Program& program = step_->program();
  const Node& self = pass.tape().nodes()[node];
  for (const std::uint32_t id : used()) {
    if (!pass.tells_steps_apart(id)) continue;
    throw Error(ErrorKind::argument, "cell '" + sequence_.cell->name() + "'",
                "a backward pass that is the same at every step",
                "one that stops at some, or takes a gradient apart by step",
                "Unroll the cell without `compile`.");
  }
  const View dy = pass.gradient(node);
  const Index time = sequence_.time;
  std::vector<Memory> memory = memory_;
  std::vector<std::pair<void*, std::size_t>> borrowed;
  const auto borrow = [&](std::size_t bytes) {
    void* taken = nested_.take_gradient(bytes);
    borrowed.emplace_back(taken, bytes);
    return static_cast<std::byte*>(taken);
  };
  // Others may have added to the gradient of xs, and the step assigns.
  std::vector<std::pair<View, std::uint32_t>> apart;
  // A gradient that nobody asked for is computed all the same, into memory that is given back.
  const auto gradient_of = [&](const Var& v, std::size_t bytes) {
    if (pass.flows(self, v.id())) return pass.room(v.id());
    View spare = view_on(outer_, v);
    spare.data = borrow(bytes);
    fill_zero(dense(spare.data, {static_cast<Index>(bytes / size_of(spare.dtype))}, spare.dtype));
    return spare;
  };
  for (std::size_t i = 0; i < memory.size(); ++i) {
    const Buffer& buffer = program.buffers[i];
    Memory& m = memory[i];
    if (m.first != nullptr) continue;
    m.slot = bytes_of(buffer);
    switch (buffer.home) {
      case Home::d_outputs:
        m.first = static_cast<std::byte*>(dy.data);
        m.slots = static_cast<int>(time);
        break;
      case Home::d_sequence: {
        const Var& v = sequences_[static_cast<std::size_t>(buffer.index)];
        const std::size_t bytes = static_cast<std::size_t>(time) * m.slot;
        m.slots = static_cast<int>(time);
        const int value = step_->lowered().sequences[static_cast<std::size_t>(buffer.index)];
        if (graph.values[static_cast<std::size_t>(value)].source == Source::op) {
          m.first = static_cast<std::byte*>(gradient_of(v, bytes).data);
          break;
        }
        View own = view_on(outer_, v);
        own.data = m.first = borrow(bytes);
        std::memset(m.first, 0, bytes);
        apart.emplace_back(own, v.id());
        break;
      }
      case Home::d_constant:
        m.first = static_cast<std::byte*>(
            gradient_of(constants_[static_cast<std::size_t>(buffer.index)], m.slot).data);
        break;
      case Home::probe:  // only where dL/ds_t is asked for
        m.slots = static_cast<int>(time);
        if (pass.flows(self, probes_[static_cast<std::size_t>(buffer.index)])) {
          m.first = static_cast<std::byte*>(
              pass.room(probes_[static_cast<std::size_t>(buffer.index)]).data);
        }
        break;
      case Home::turns:
        m.slots = 2;
        m.first = borrow(2 * m.slot);
        break;
      case Home::kept:
        m.slots = static_cast<int>(time);
        m.first = borrow(static_cast<std::size_t>(time) * m.slot);
        break;
      default:
        m.first = borrow(m.slot);
        break;
    }
    if (buffer.state >= 0) {
      m.before = borrow(m.slot);
      std::memset(m.before, 0, m.slot);
    }
  }
  // What the last step's states get from outside.
  const auto slot_of = [&](const Place& place, Index t) {
    const Memory& m = memory[static_cast<std::size_t>(place.buffer)];
    return dense(m.first + static_cast<std::size_t>(m.slots == 2 ? t & 1 : t) * m.slot, place.shape,
                 place.dtype);
  };
  for (std::size_t k = 0; k < graph.next.size(); ++k) {
    if (graph.next[k] == graph.output) continue;
    const View last = slot_of(program.d_states[k], time - 1);
    const auto bytes = static_cast<std::size_t>(last.shape.size()) * size_of(last.dtype);
    std::memcpy(last.data,
                static_cast<std::byte*>(dy.data) +
                    final_offsets_[k] * static_cast<Index>(size_of(dy.dtype)),
                bytes);
  }
  Replay &back = step_->backward(), &after = step_->after();
  back.bind(memory);
  after.bind(memory);
  const Index together = rows_together(sequence_.batch);
  for (Index end = time; end > 0;) {
    const Index begin = (end - 1) / together * together;
    for (Index t = end; t-- > begin;) {
      back.step(t);
    }
    after.steps(begin, end);
    end = begin;
  }
  for (std::size_t k = 0; k < graph.next.size(); ++k) {
    if (!pass.flows(self, initial_[k].id())) continue;
    const Place& place = program.d_states[k];
    const Memory& m = memory[static_cast<std::size_t>(place.buffer)];
    accumulate(dense(m.before, place.shape, place.dtype), pass.room(initial_[k].id()));
  }
  for (const auto& [own, id] : apart) {
    if (pass.flows(self, id)) accumulate(own, pass.room(id));
  }
  for (const auto& [taken, bytes] : borrowed) nested_.give_back_gradient(taken, bytes);
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
