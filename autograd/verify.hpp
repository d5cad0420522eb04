#pragma once
#include <autograd/tape.hpp>
#include <functional>

namespace carousel {

/// A gradient that does not match its function.
struct Finding {
  std::string op;      ///< op with shape and time step
  std::uint32_t node;  ///< its number on the tape
  int input;           ///< which input's gradient
  double pullback;     ///< ⟨pullback(u), v⟩
  double difference;   ///< central difference of ⟨u, forward⟩ along v
  double bound;        ///< how far apart the two may be
  /// "node 26 (tanh [20, 128] at time step 3) input 0: pullback 0.135, difference -0.135"
  std::string text() const;
};

struct Verification {
  Index checked = 0;  ///< directional comparisons made
  Index kinks = 0;    ///< skipped: the function is not smooth there
  Index views = 0;    ///< of `checked`, those of nodes that are views
  std::vector<Finding> findings;
  bool passed() const { return checked > 0 && findings.empty() && kinks * 100 <= checked; }
  std::string text() const;
};

/// A change made to the gradients that a pullback gave, for tests of the check itself.
using Mutation = std::function<void(const Op& op, std::vector<Tensor>& dx)>;

struct VerifyOptions {
  std::uint64_t seed = 1;
  double tolerance = 1e-6;            ///< relative
  Index most_per_op = 0;              ///< nodes looked at of each op; 0: all
  std::optional<std::uint32_t> node;  ///< only this one
  Mutation mutation;
};

/// Whether there is something to check about a node: a floating value that a gradient passes.
bool verifiable(const Node& node);

/// Checks every node of a tape on its own, in float64 whatever the tape's dtype: for each input
/// that carries a gradient, a random cotangent u of no symmetry and a random direction v, and
///
///     ⟨pullback(u), v⟩ = (⟨u, forward(x + h v)⟩ - ⟨u, forward(x - h v)⟩) / 2h
///
/// relative to the size of the two sides, plus the rounding error that the difference itself must
/// have. No absolute floor: a gradient of 1e-14 is checked as strictly as one of 1. Where two step
/// sizes, or the slopes of the two sides, disagree the function has a kink there, and the direction
/// is skipped and counted. What the pullback says that it does not read is NaN during the check.
Verification verify(const Tape& tape, const VerifyOptions& options = {});

}  // namespace carousel
