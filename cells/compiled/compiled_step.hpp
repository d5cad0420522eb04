#pragma once
#include <autograd/nested.hpp>
#include <cells/compiled/lower.hpp>
#include <cells/compiled/replay.hpp>
#include <memory>

namespace carousel::cells::compiled {

/// Which passes a step goes through. All of them, but for tests: results are the same up to
/// rounding without any.
struct Passes {
  bool sums = true;      ///< with_sums_in_order
  bool joins = true;     ///< with_joined_ops
  bool hoists = true;    ///< hoisted; else all but constants is computed at each step
  bool in_place = true;  ///< in_place
  bool packs = true;     ///< products with packed weights
  bool operator==(const Passes& o) const {
    return sums == o.sums && joins == o.joins && hoists == o.hoists && in_place == o.in_place &&
           packs == o.packs;
  }
};

/// A step that has gone through all passes: what a recurrence replays, whatever T is.
class CompiledStep {
 public:
  /// `backward`: whether a gradient will be asked for.
  CompiledStep(StepGraph traced, bool backward, const Passes& passes);
  CompiledStep(const CompiledStep&) = delete;
  CompiledStep& operator=(const CompiledStep&) = delete;

  /// The one for this step: that of an earlier training step on the same tape, where it is the
  /// same. StepGraph::captured of it is that of the training step that made it.
  static std::shared_ptr<CompiledStep> of(const StepGraph& traced, bool backward,
                                          const Passes& passes, Nested& nested);

  const StepGraph& graph() const { return graph_; }
  const Hoisting& hoisting() const { return hoisting_; }
  const InPlace& in_place() const { return in_place_; }
  const Program& program() const { return lowered_.program; }
  const Lowered& lowered() const { return lowered_; }
  Replay& before() { return before_; }
  Replay& forward() { return forward_; }
  Replay& backward() { return backward_; }
  Replay& after() { return after_; }

 private:
  StepGraph traced_, graph_;
  bool with_gradients_;
  Passes passes_;
  Hoisting hoisting_;
  InPlace in_place_;
  Lowered lowered_;
  Replay before_, forward_, backward_, after_;
};

}  // namespace carousel::cells::compiled
