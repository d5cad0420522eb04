#pragma once
#include <cells/any_cell.hpp>

namespace carousel::cells {

/// bool [batch, n], true with that probability: by the seed, the update, context.t, the sequence's
/// place in the whole batch and the stream's name, and by nothing else.
Var drawn_bits(Tape& tape, const std::string& stream, const Shape& shape, double probability,
               const Context& context);

/// [batch, n]: 0 with that probability, else 1 / (1 - probability). One for a whole sequence.
Var dropout_mask(Tape& tape, const std::string& stream, const Shape& shape, double probability,
                 Context context);

/// The same for xs [time, batch, n], other numbers at each step from context.t on.
Var dropout_mask_over_time(Tape& tape, const std::string& stream, const Shape& shape,
                           double probability, Context context);

}  // namespace carousel::cells
