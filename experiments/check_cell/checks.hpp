#pragma once
#include <experiments/check_cell/subject.hpp>
#include <string>
#include <vector>

namespace carousel::check_cell {

/// What came of one check: what was measured, or what is wrong and what is to be done about it.
struct Outcome {
  bool passed = true;
  std::string text;
};

struct Check {
  const char* name;
  Outcome (*run)(const Subject& subject);
};

/// contract.cpp: shapes, names, parameters that are used.
Outcome contract(const Subject& subject);
Outcome parameters_reached(const Subject& subject);
/// gradients.cpp
Outcome local_gradients(const Subject& subject);
Outcome directional_derivatives(const Subject& subject);
Outcome vanishing_gradients(const Subject& subject);
/// sequences.cpp: batches, padding, parts of sequences.
Outcome batch_of_two(const Subject& subject);
Outcome permuted_batch(const Subject& subject);
Outcome padding(const Subject& subject);
Outcome step_by_step(const Subject& subject);
Outcome state_between_calls(const Subject& subject);
/// execution.cpp: how it is run changes nothing.
Outcome memory_modes(const Subject& subject);
Outcome compiled_as_recorded(const Subject& subject);
Outcome float32_drift(const Subject& subject);
Outcome saved_and_loaded(const Subject& subject);
Outcome determinism(const Subject& subject);

/// An error is a check that fails.
Outcome outcome_of(const Check& check, const Subject& subject);

/// All of them, in the order in which their failures explain each other.
const std::vector<Check>& all_checks();

}  // namespace carousel::check_cell
