#pragma once
#include <cells/compiled/step_graph.hpp>

namespace carousel::cells::compiled {

/// What a value of a step changes with.
enum class Depends : std::uint8_t { nothing, input, state };

/// Which values leave the loop. What depends on parameters only is the same at every step: it is
/// computed on the outer tape, by the very ops of the step, and there is where its gradient goes.
/// What depends on x as well, row by row, is computed for the steps of a chunk at once.
struct Hoisting {
  std::vector<Depends> depends;  ///< by value
};

Hoisting hoisted(const StepGraph& graph);
/// What depends on x stays in the loop.
Hoisting constants_hoisted(const StepGraph& graph);

/// Whether the op treats each row by itself and so may be applied to the rows of several steps at
/// once, where `per_row[i]` says that operand i has a row for each sequence.
bool over_rows(const StepGraph& graph, const Value& value, const std::vector<bool>& per_row);

/// A state that is a part of what is not in the loop is copied, for all that read it: then it has a
/// gradient of its own. To be done before other passes, which read around views.
StepGraph with_states_in_loop(const StepGraph& graph);

/// A graph whose output and next states are values of their own, made by ops: what is handed out as
/// it was received, or as a part of something, or twice, is copied.
StepGraph with_own_results(StepGraph graph);

}  // namespace carousel::cells::compiled
