#include <autograd/nested.hpp>
#include <autograd/support/error.hpp>
#include <cells/one_node.hpp>

namespace carousel::cells::detail {
namespace {

[[noreturn]] void refuse() {
  throw Error(ErrorKind::argument, "recurrence", "a recording of every step",
              "a recurrence that is one node", "Unroll it with memory full, and not compiled.");
}

constexpr Op recurrence() {
  Op op{};
  op.name = "recurrence";
  op.doc = "all steps of a cell, as one node";
  op.arity = -1;
  op.forward = [](const Forward&) { refuse(); };
  op.pullback = [](const Pullback&) { refuse(); };
  return op;
}

}  // namespace

const Op recurrence_op = recurrence();

Var part_of(const Var& flat, Index offset, const Shape& shape) {
  return reshape(slice(flat, 0, offset, offset + shape.size()), shape);
}

void add_probes(const Sequence& sequence, Tape& tape, Unrolled& result,
                std::vector<std::uint32_t>& inputs) {
  for (const auto& state : sequence.cell->states()) {
    result.probes.push_back(
        Nested::zeros_without_memory(tape, {sequence.time, sequence.batch, state.size}));
    inputs.push_back(result.probes.back().id());
  }
}

void unpack(const Sequence& sequence, const Var& packed, const std::vector<Index>& final_offsets,
            Unrolled& result) {
  result.initial = sequence.initial;
  result.packed_outputs =
      part_of(packed, 0, {sequence.time, sequence.batch, sequence.cell->output_size()});
  for (std::size_t k = 0; k < final_offsets.size(); ++k) {
    result.final.push_back(
        part_of(packed, final_offsets[k], {sequence.batch, sequence.cell->states()[k].size}));
  }
}

}  // namespace carousel::cells::detail
