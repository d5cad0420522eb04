#pragma once
#include <experiments/check_cell/subject.hpp>
#include <optional>

namespace carousel::check_cell {

/// What a cell is like at initialisation: numbers to compare, none of them right or wrong.
struct Character {
  Index parameters = 0;  ///< with input 2, hidden 32
  double flops = 0;      ///< of the matrix products of a step forward and back, one sequence
  double time = 0;       ///< of a training step over that of the built-in LSTM
  std::string execution;
  /// Singular values of the Jacobian of a step by the full state, after 20 steps; largest, median,
  /// smallest. Empty where there is no state.
  std::vector<double> jacobian;
  /// The first lag at which |dL/ds| of a loss on the last of 500 outputs is below 1e-3, and 1e-6,
  /// of what it is at lag 0; none where it stays above.
  std::optional<Index> lag_3, lag_6;
};
Character character_of(const Subject& subject, const Subject& lstm);

/// Shapes at which it is measured.
constexpr Index character_input = 2, character_hidden = 32, character_lags = 500;

}  // namespace carousel::check_cell
