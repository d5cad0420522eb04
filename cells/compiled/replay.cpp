#include <autograd/kernels/loops_of.hpp>
#include <autograd/ops/one_thread.hpp>
#include <autograd/ops/table.hpp>
#include <cells/compiled/replay.hpp>

namespace carousel::cells::compiled {

using namespace carousel::detail;

namespace {

/// x·W or x·Wᵀ with a constant W.
std::optional<PackedProduct> packed_product(const Instruction& i, const Program& program) {
  if (i.op != &linear_op && i.op != &times_op) return std::nullopt;
  if (program.buffers[static_cast<std::size_t>(i.x[1].buffer)].home != Buffer::Home::constant) {
    return std::nullopt;
  }
  const Place& y = i.dx.empty() ? i.y : i.dx[0].place;
  PackedProduct::Shapes shapes{};
  shapes.rows = i.x[0].shape.rows();
  shapes.k = i.x[0].shape.columns();
  shapes.n = y.shape.columns();
  shapes.stride_x = i.x[0].stride;
  shapes.stride_y = y.stride;
  shapes.transposed = i.op == &linear_op;
  shapes.add = i.dx.empty() ? i.add : !i.dx[0].fresh;
  return PackedProduct(y.dtype, shapes);
}

}  // namespace

Replay::Replay(const std::vector<Instruction>& instructions, const Program& program,
               bool stepwise) {
  prepared_.reserve(instructions.size());  // addresses within are kept
  for (const Instruction& instruction : instructions) {
    Prepared& prepared = prepared_.emplace_back();
    prepared.instruction = &instruction;
    const auto add = [&](const Place& place) {
      prepared.operands.emplace_back();
      prepared.operands.back().place = place;
      prepared.operands.back().offset = place.offset * static_cast<Index>(size_of(place.dtype));
      prepared.views.push_back({nullptr, place.shape, place.stride, place.dtype});
    };
    for (const Place& x : instruction.x) add(x);
    add(instruction.y);
    add(instruction.dy);
    for (const auto& target : instruction.dx) {
      add(target.place);
      prepared.slots.push_back({prepared.views.back(), target.wanted, target.fresh});
    }
    for (std::size_t k = 0; k < prepared.operands.size(); ++k) {
      if (prepared.operands[k].place) prepared.operands[k].address = &prepared.views[k].data;
    }
    if (!stepwise) continue;
    prepared.packed = packed_product(instruction, program);
    put_together(prepared);
  }
}

// An elementwise op's loop. One that adds, or whose gradient is a sum over rows, is left as it is.
void Replay::put_together(Prepared& p) {
  const Instruction& i = *p.instruction;
  if (i.op == nullptr || i.op->kernel == nullptr) return;
  const auto n = i.x.size();
  const Operands x{p.views.data(), static_cast<int>(n), i.op->name};
  const auto goes_to = [&](std::size_t operand, bool read, void*& address) {
    p.operands[operand].address = read ? &address : nullptr;
  };
  if (i.kind == Instruction::Kind::forward) {
    if (i.add || !i.dx.empty()) return;
    p.forward = forward_loop({x, p.views[n], &i.attr});
    for (std::size_t k = 0; k < n; ++k) goes_to(k, true, p.forward->x[k].data);
    goes_to(n, true, p.forward->y.data);
    p.kernel = &i.op->kernel().in(i.y.dtype);
  } else if (i.kind == Instruction::Kind::pullback) {
    for (const auto& target : i.dx) {
      if (target.wanted && target.place.shape != i.dy.shape) return;
    }
    p.pullback = pullback_loop({x, p.views[n], p.views[n + 1], p.slots.data(), &i.attr});
    for (std::size_t k = 0; k < n; ++k) {
      goes_to(k, (i.op->reads >> k & 1U) != 0, p.pullback->x[k].data);
      goes_to(n + 2 + k, i.dx[k].wanted, p.pullback->dx[k].data);
    }
    goes_to(n, (i.op->reads & reads_y) != 0, p.pullback->y.data);
    goes_to(n + 1, true, p.pullback->dy.data);
    p.kernel = &i.op->kernel().in(i.dy.dtype);
  }
}

void Replay::bind(const std::vector<Memory>& memory) {
  for (Prepared& p : prepared_) {
    p.asked_for = true;
    p.moving.clear();
    for (std::size_t k = 0; k < p.operands.size(); ++k) {
      Operand& operand = p.operands[k];
      if (!operand.place) continue;
      operand.memory = memory[static_cast<std::size_t>(operand.place.buffer)];
      const bool is_target = k >= p.instruction->x.size() + 2;
      if (is_target && operand.memory.first == nullptr) p.asked_for = false;
      if (operand.address == nullptr) continue;
      if (operand.moves()) {
        p.moving.push_back(&operand);
      } else {
        *operand.address = operand.at(0);
      }
    }
  }
}

void Replay::pack() {
  for (Prepared& p : prepared_) {
    if (p.packed) p.packed->pack(p.operands[1].memory.first + p.operands[1].offset);
  }
}

void Replay::run(Prepared& p) {
  const Instruction& i = *p.instruction;
  if (p.forward) {
    p.kernel->forward(*p.forward);
    return;
  }
  if (p.pullback) {
    p.kernel->pullback(*p.pullback);
    return;
  }
  if (p.packed) {
    p.packed->run(p.views[0].data, p.views[i.x.size() + (i.dx.empty() ? 0 : 2)].data);
    return;
  }
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

void Replay::step(Index t) {
  for (Prepared& p : prepared_) {
    if (!p.asked_for) continue;
    for (const Operand* operand : p.moving) *operand->address = operand->at(t);
    run(p);
  }
}

void Replay::over(Prepared& p, Index begin, Index end) {
  if (begin >= end) return;
  for (const Operand* operand : p.moving) *operand->address = operand->at(begin);
  for (std::size_t k = 0; k < p.operands.size(); ++k) {
    const Operand& operand = p.operands[k];
    if (!operand.place || operand.memory.shared) continue;
    const Shape& shape = operand.place.shape;
    p.views[k].shape = shape.with(0, (end - begin) * shape[0]);
  }
  run(p);
}

void Replay::steps(Index begin, Index end) {
  for (Prepared& p : prepared_) {
    if (!p.asked_for) continue;
    bool alone = false;  // what stands before the first step stands elsewhere
    for (const Operand& operand : p.operands) {
      const Memory& m = operand.memory;
      alone = alone || (operand.place && operand.place.shift < 0 && begin == m.base &&
                        m.before != nullptr && m.slots == Memory::Slots::each);
    }
    over(p, begin + (alone ? 1 : 0), end);
    if (alone) over(p, begin, begin + 1);
  }
}

}  // namespace carousel::cells::compiled
