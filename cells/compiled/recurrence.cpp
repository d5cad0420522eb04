#include <algorithm>
#include <autograd/backward_pass.hpp>
#include <autograd/failures/misuse.hpp>
#include <autograd/ops/table.hpp>
#include <cells/compiled/recurrence.hpp>
#include <cstring>

namespace carousel::cells::compiled {

using namespace carousel::detail;
using Home = Buffer::Home;

namespace {

constexpr Op compiled_recurrence() {
  Op op{};
  op.name = "recurrence";
  op.doc = "all steps of a cell, compiled";
  op.arity = -1;
  op.shape = [](const Operands&, const Attr&) { return Shape{}; };
  op.forward = [](const Forward&) {};
  op.pullback = [](const Pullback&) {};
  return op;
}
const Op recurrence_op = compiled_recurrence();

std::size_t bytes_of(const Buffer& buffer) {
  return static_cast<std::size_t>(buffer.elements) * size_of(buffer.dtype);
}

/// Steps whose rows make one product for a gradient of a weight.
Index rows_together(Index batch) {
  constexpr Index rows = 512;
  return std::max<Index>(1, rows / batch);
}

const View& view_on(Tape& tape, const Var& v) { return tape.nodes()[v.id()].value; }

}  // namespace

CompiledRecurrence::CompiledRecurrence(const detail::Sequence& sequence, Tape& tape,
                                       StepGraph graph, bool backward)
    : sequence_(sequence),
      outer_(tape),
      nested_(tape),
      graph_(std::move(graph)),
      hoisting_(hoisted(graph_)),
      lowered_(lowered(graph_, hoisting_, backward)) {
  evaluate_outside();
}

// The values that the loop reads, by the ops of the step on the outer tape: over all steps at once
// where they depend on x.
void CompiledRecurrence::evaluate_outside() {
  std::vector<Var> known(graph_.values.size());
  const auto evaluate = [&](const auto& self, int value) -> Var {
    Var& result = known[static_cast<std::size_t>(value)];
    if (result) return result;
    const auto& v = graph_.values[static_cast<std::size_t>(value)];
    switch (v.source) {
      case Source::x:
        result = reshape(sequence_.xs, {sequence_.time * sequence_.batch, v.shape[1]});
        break;
      case Source::captured:
        result = outer_.value_of(graph_.captured[static_cast<std::size_t>(v.index)]);
        break;
      case Source::constant:
        result = outer_.input(graph_.constants[static_cast<std::size_t>(v.index)]);
        break;
      default: {
        std::vector<Var> operands;
        for (const int input : v.inputs) operands.push_back(self(self, input));
        result = record(*v.op, operands, v.attr);
      }
    }
    return result;
  };
  for (const int value : lowered_.sequences) sequences_.push_back(evaluate(evaluate, value));
  for (const int value : lowered_.constants) {
    Var constant = evaluate(evaluate, value);
    if (!view_on(outer_, constant).contiguous()) constant = record(copy_op, {&constant});
    constants_.push_back(constant);
  }
}

std::vector<std::uint32_t> CompiledRecurrence::used() const {
  std::vector<std::uint32_t> ids;
  for (const auto* list : {&sequences_, &constants_, &sequence_.initial}) {
    for (const Var& v : *list) {
      if (std::find(ids.begin(), ids.end(), v.id()) == ids.end()) ids.push_back(v.id());
    }
  }
  return ids;
}

void* CompiledRecurrence::zeros(std::size_t bytes) {
  void* memory = nested_.take(bytes);
  std::memset(memory, 0, bytes);
  return memory;
}

View CompiledRecurrence::forward() {
  const Program& program = lowered_.program;
  const Index time = sequence_.time, out = sequence_.batch * sequence_.cell->output_size();
  const DType dtype = sequence_.cell->dtype();
  Index end = time * out;
  for (std::size_t k = 0; k < graph_.next.size(); ++k) {
    if (graph_.next[k] == graph_.output) {
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
      const View& initial =
          view_on(outer_, sequence_.initial[static_cast<std::size_t>(buffer.state)]);
      m.before = static_cast<std::byte*>(nested_.take(m.slot));
      copy(initial, dense(m.before, initial.shape, dtype));
    }
  }
  Replay replay(program.forward, memory_);
  for (Index t = 0; t < time; ++t) replay.step(t);
  for (std::size_t k = 0; k < graph_.next.size(); ++k) {
    if (graph_.next[k] == graph_.output) continue;
    const Place& place = program.states[k];
    const Memory& m = memory_[static_cast<std::size_t>(place.buffer)];
    const auto last = static_cast<std::size_t>(m.slots == 2 ? (time - 1) & 1 : time - 1);
    std::memcpy(static_cast<std::byte*>(packed_.data) +
                    final_offsets_[k] * static_cast<Index>(size_of(dtype)),
                m.first + last * m.slot, m.slot);
  }
  return packed_;
}

void CompiledRecurrence::set_probes(const std::vector<Var>& probes) {
  for (const Var& probe : probes) probes_.push_back(probe.id());
}

void CompiledRecurrence::pullback(Pass& pass, std::uint32_t node) {
  const Program& program = lowered_.program;
  const Node& self = pass.tape().nodes()[node];
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
        const int value = lowered_.sequences[static_cast<std::size_t>(buffer.index)];
        if (graph_.values[static_cast<std::size_t>(value)].source == Source::op) {
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
  for (std::size_t k = 0; k < graph_.next.size(); ++k) {
    if (graph_.next[k] == graph_.output) continue;
    const View last = slot_of(program.d_states[k], time - 1);
    const auto bytes = static_cast<std::size_t>(last.shape.size()) * size_of(last.dtype);
    std::memcpy(last.data,
                static_cast<std::byte*>(dy.data) +
                    final_offsets_[k] * static_cast<Index>(size_of(dy.dtype)),
                bytes);
  }
  Replay back(program.backward, memory), after(program.after, memory);
  const Index together = rows_together(sequence_.batch);
  for (Index end = time; end > 0;) {
    const Index begin = (end - 1) / together * together;
    for (Index t = end; t-- > begin;) {
      back.step(t);
    }
    after.steps(begin, end);
    end = begin;
  }
  for (std::size_t k = 0; k < graph_.next.size(); ++k) {
    if (!pass.flows(self, sequence_.initial[k].id())) continue;
    const Place& place = program.d_states[k];
    const Memory& m = memory[static_cast<std::size_t>(place.buffer)];
    accumulate(dense(m.before, place.shape, place.dtype), pass.room(sequence_.initial[k].id()));
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

std::string record_compiled(const detail::Sequence& sequence, Tape& tape, Unrolled& result) {
  if (sequence.mask) return "some steps are masked";
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
  const Var packed = Nested::close(tape, recurrence_op, inputs, value, std::move(whole));
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
