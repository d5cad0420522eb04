#pragma once
#include <autograd/tape.hpp>
#include <cells/any_cell.hpp>
#include <cells/memory.hpp>
#include <map>

namespace carousel::cells {

/// How a recurrence is run over a sequence.
struct UnrollOptions {
  bool training = false;
  std::uint64_t seed = 0;  ///< for random cells
  Index training_step = 0;
  Index first_row = 0;   ///< of the sequences in the batch that they are a part of
  Index first_step = 0;  ///< t of the first step, where a longer sequence is run in parts
  /// State before the first step, in the cell's order; empty: zeros.
  std::vector<Var> initial;
  /// Steps that count, as the length of each sequence [batch] or as a bool mask [time, batch]; at
  /// most one of the two. At the other steps the state stays as it is, the output repeats the last
  /// one (zeros where there is none yet), and what stands in x is never read.
  std::vector<Index> lengths;
  std::optional<Tensor> mask;
  /// What is kept for the backward pass. Anything but `full` may record the recurrence as one node
  /// (a budget does so where it has to): `outputs` and `states` of the result are empty then, the
  /// cell must live until the last backward pass, and a second derivative does not go through it. A
  /// budget does not count the gradients of states, which all_states() asks for.
  Memory memory;
  /// Compile the step instead of recording every one. Where that cannot be done the steps are
  /// recorded, and Unrolled::execution says why. The result is as with a `memory` that is not full.
  bool compile = false;
};

/// A recurrence over T steps, on a tape.
struct Unrolled {
  Index time = 0, first_step = 0;
  std::vector<StateSpec> specs;

  /// All outputs, [time, batch, output].
  Var sequence() const;
  /// The output of step t, [batch, output].
  Var output(Index t) const;
  /// That of the last step.
  Var last() const { return output(time - 1); }
  /// s_T of state k, [batch, size].
  Var final_state(std::size_t k) const;

  /// Position of a state; an unknown name is an error with the known ones.
  std::size_t position(const std::string& state) const;
  /// What to ask backward() for to see the gradient flow: the states that a gradient reaches.
  std::vector<Var> all_states() const;
  /// Total dL/ds_t of a state for t = 0..T, [time+1, batch, size]: through everything that the
  /// value feeds, the step's own output included.
  Tensor adjoint(const Adjoints& adjoints, const std::string& state) const;
  /// One row of it: dL/ds_t of sequence b, [size], where it stands.
  View adjoint_row(const Adjoints& adjoints, std::size_t state, std::size_t t, Index b) const;

  // Where everything is kept:
  std::vector<Var> outputs;              ///< t = 0..T-1, [batch, output] each
  std::vector<std::vector<Var>> states;  ///< states[k][t], t = 0..T: s_t is what step t receives
  std::optional<Tensor> mask;            ///< bool [time, batch]; none where every step counts
  /// What a step with masked sequences computed, before their old state was put back, by state; the
  /// key is the t of the s_t that it made. For a sequence that counts there, this is the value that
  /// the step's own output was made of.
  std::map<std::size_t, std::vector<Var>> computed;

  /// "eager", "compiled", or "eager: " and why it was not compiled.
  std::string execution = "eager";
  std::vector<Var> final;  ///< s_T, as final_state() gives it

  // Otherwise:
  Var packed_outputs;        ///< [time, batch, output]
  std::vector<Var> initial;  ///< s_0
  /// [time, batch, size] each: values whose only use is their gradient, which is dL/ds_t for t =
  /// 1..T.
  std::vector<Var> probes;
};

/// Runs the cell over xs [time, batch, features]: the gradient of anything computed from the result
/// is backpropagation through time.
Unrolled unroll(const AnyCell& cell, const Var& xs, const UnrollOptions& options = {});

}  // namespace carousel::cells
