#include <cells/compiled/replay.hpp>

namespace carousel::cells::compiled {

Replay::Replay(const std::vector<Instruction>& instructions, const std::vector<Memory>& memory) {
  for (const Instruction& instruction : instructions) {
    Prepared prepared;
    prepared.instruction = &instruction;
    const auto add = [&](const Place& place) {
      Operand operand{place, {}};
      if (place) operand.memory = memory[static_cast<std::size_t>(place.buffer)];
      prepared.operands.push_back(operand);
      prepared.views.push_back({nullptr, place.shape, place.stride, place.dtype});
    };
    for (const Place& x : instruction.x) add(x);
    add(instruction.y);
    add(instruction.dy);
    bool asked_for = true;
    for (const auto& target : instruction.dx) {
      add(target.place);
      asked_for = asked_for && (!target.place || prepared.operands.back().memory.first != nullptr);
      prepared.slots.push_back({prepared.views.back(), target.wanted, target.fresh});
    }
    if (asked_for) prepared_.push_back(std::move(prepared));
  }
}

std::byte* Replay::address(const Operand& operand, Index t) {
  const Memory& m = operand.memory;
  const Index offset = operand.place.offset * static_cast<Index>(size_of(operand.place.dtype));
  if (m.slots == 0) return m.first + offset;
  const Index slot = t + operand.place.shift;
  if (slot < 0) return m.before + offset;
  return m.first + static_cast<std::size_t>(m.slots == 2 ? slot & 1 : slot) * m.slot + offset;
}

void Replay::run(Prepared& p) {
  const Instruction& i = *p.instruction;
  const std::size_t n = i.x.size();
  const View& y = p.views[n];
  switch (i.kind) {
    case Instruction::Kind::forward: {
      const bool into_gradient = !i.dx.empty();
      i.op->forward({{p.views.data(), static_cast<int>(n), i.op->name},
                     into_gradient ? p.views[n + 2] : y,
                     &i.attr,
                     into_gradient ? !i.dx[0].fresh : i.add});
      break;
    }
    case Instruction::Kind::pullback:
      for (std::size_t k = 0; k < p.slots.size(); ++k) p.slots[k].view = p.views[n + 2 + k];
      i.op->pullback({{p.views.data(), static_cast<int>(n), i.op->name},
                      y,
                      p.views[n + 1],
                      p.slots.data(),
                      &i.attr});
      break;
    case Instruction::Kind::add:
      if (i.dx[0].fresh) {
        copy(p.views[0], p.views[n + 2]);
      } else {
        accumulate(p.views[0], p.views[n + 2]);
      }
      break;
    case Instruction::Kind::clear:
      fill_zero(y);
      break;
  }
}

void Replay::at(Prepared& p, Index t, Index steps) {
  for (std::size_t k = 0; k < p.operands.size(); ++k) {
    const Operand& operand = p.operands[k];
    if (!operand.place) continue;
    p.views[k].data = address(operand, t);
    if (steps != 1 && !operand.memory.shared) {
      p.views[k].shape = operand.place.shape.with(0, steps * operand.place.shape[0]);
    }
  }
}

void Replay::step(Index t) {
  for (Prepared& p : prepared_) {
    at(p, t, 1);
    run(p);
  }
}

void Replay::steps(Index begin, Index end) {
  for (Prepared& p : prepared_) {
    bool before = false;
    for (const Operand& operand : p.operands) {
      before = before || (operand.place && operand.place.shift < 0);
    }
    const bool alone = before && begin == 0;
    const auto over = [&](Index from, Index to) {
      if (from >= to) return;
      at(p, from, to - from);
      run(p);
      for (std::size_t k = 0; k < p.operands.size(); ++k) {
        p.views[k].shape = p.operands[k].place.shape;
      }
    };
    over(begin + (alone ? 1 : 0), end);
    if (alone) over(0, 1);
  }
}

}  // namespace carousel::cells::compiled
