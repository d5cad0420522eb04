#pragma once
#include <autograd/support/settings.hpp>
#include <cells/any_cell.hpp>
#include <map>

namespace carousel::cells {

/// What is put around a cell, whatever the cell. In the order in which a layer applies it:
///
///     x   one dropout mask a sequence                              dropout_input
///     s   the cell's steps, with dropout_recurrent, zoneout and a learned s_0
///     y   both directions put together                             bidirectional
///     y   P y                                                      projection
///     y   layer norm with a gain and a bias                        layer_norm
///     y   + x, in all layers but the first                         residual
///     y   dropout, other numbers at each step, but the last layer  dropout
struct Modifiers {
  Index layers = 1;
  bool residual = false;
  /// none, or how the outputs of a second cell that runs backwards are added: concat, sum, mean.
  std::string bidirectional = "none";
  double dropout = 0;  ///< between layers
  /// One mask for all steps of a sequence (Gal and Ghahramani 2016), on x and on the states that
  /// the cell reads by its recurrent weights alone.
  double dropout_input = 0, dropout_recurrent = 0;
  /// By state, the probability that a unit keeps its old value (Krueger et al. 2017); the key ""
  /// is all states. In evaluation the mean of both.
  std::map<std::string, double> zoneout;
  bool layer_norm = false;               ///< of the output (Ba et al. 2016)
  Index projection = 0;                  ///< width of P y; 0: none
  std::string initial_state = "zeros";   ///< or learned: a vector for each state
  std::string masked_output = "repeat";  ///< or zero, at steps beyond a sequence's length
  /// Whether sequences that go on start in the state that they were left in: task (where the task
  /// has such sequences), true, or false (all begin afresh).
  std::string stateful = "task";

  /// Lists all but zoneout, which is a number or a map.
  void settings(Settings& s);
  /// Error (config) on modifiers that contradict each other or would do nothing, `where` first.
  void check(const std::string& where) const;

  bool both_directions() const { return bidirectional != "none"; }
  bool goes_on() const { return stateful != "false"; }
  bool in_step() const { return dropout_recurrent > 0 || !zoneout.empty(); }
};

}  // namespace carousel::cells
