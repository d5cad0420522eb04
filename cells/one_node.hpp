#pragma once
#include <cells/sequence.hpp>

/// What a recurrence that is one node of its tape has in common, however it computes.
namespace carousel::cells::detail {

/// The op of such a node: it is recorded by what computes it, never by record().
extern const Op recurrence_op;

/// `elements` of a flat value from `offset` on, as `shape`.
Var part_of(const Var& flat, Index offset, const Shape& shape);

/// Leaves whose gradients are dL/ds_t, into the result, and among the inputs of the node.
void add_probes(const Sequence& sequence, Tape& tape, Unrolled& result,
                std::vector<std::uint32_t>& inputs);

/// The node's value, all outputs and then last states from `final_offsets` on, as a result.
void unpack(const Sequence& sequence, const Var& packed, const std::vector<Index>& final_offsets,
            Unrolled& result);

}  // namespace carousel::cells::detail
