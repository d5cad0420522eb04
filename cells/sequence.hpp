#pragma once
#include <cells/any_cell.hpp>
#include <cells/unroll.hpp>

namespace carousel::cells::detail {

/// bool [time, batch]: t < lengths[b]; nullopt where every step counts. Errors where lengths or a
/// mask do not fit.
std::optional<Tensor> mask_of(const AnyCell& cell, Index time, Index batch,
                              const UnrollOptions& options);

/// What a recurrence runs over, checked: everything that its steps need and that does not change
/// from one to the next.
struct Sequence {
  /// Errors where xs, the initial state, lengths or mask do not fit the cell. Records what the cell
  /// prepares, and an initial state of zeros where none is given.
  Sequence(const AnyCell& of, const Var& values, const UnrollOptions& options);

  const AnyCell* cell;
  Var xs;  ///< [time, batch, features]
  Index time, batch;
  std::shared_ptr<const void> prepared;
  std::vector<Var> initial;
  std::optional<Tensor> mask;  ///< bool [time, batch]; none where every step counts
  Var counts;                  ///< the same on the tape
  Context context;             ///< of step 0
  Index first_step;

  /// Whether some sequence does not count at step t.
  bool masks_some(Index t) const;
};

/// Where a recurrence is: what one step hands to the next.
struct Position {
  std::vector<Var> state;
  Var output;                 ///< empty before the first step
  std::vector<Var> computed;  ///< states before masked sequences got their old ones back; or empty
  std::vector<std::uint32_t> received;  ///< nodes of the states that the step received
};

/// Step t: on the tape that records at present.
void advance(const Sequence& sequence, Index t, Tape& tape, Position& position);

}  // namespace carousel::cells::detail
