#pragma once
#include <cells/compiled/step_graph.hpp>
#include <functional>

namespace carousel::cells::compiled {

/// Makes a graph out of another one: values are taken over with what they are made of, in an order
/// in which they can be computed, unless a pass puts others in their place.
class Rewriting {
 public:
  explicit Rewriting(const StepGraph& from)
      : from_(from), now_(from.values.size(), -1), replacement_(from.values.size()) {}

  /// Instead of the value `old`: what `made` returns, a value of the new graph. Called once, when
  /// it is needed.
  void replace(int old, std::function<int()> made) {
    replacement_[static_cast<std::size_t>(old)] = std::move(made);
  }
  /// The value that `old` is in the new graph.
  int at(int old);
  /// The value as it was, also where there is a replacement for it.
  int as_it_was(int old);
  /// A new value; `inputs` are values of the new graph.
  int make(const Op& op, const Attr& attr, std::vector<int> inputs);
  /// The part begin..end of the last axis of a value of the new graph.
  int columns(int of, Index begin, Index end);
  const Value& value(int now) const { return result_.values[static_cast<std::size_t>(now)]; }

  /// The new graph: what the output and the states handed on need.
  StepGraph finish();

 private:
  const StepGraph& from_;
  StepGraph result_;
  std::vector<int> now_;
  std::vector<std::function<int()>> replacement_;
};

/// A view other than of columns or rows, a reshape, of what is a part of something: of a copy. What
/// it was made of in the trace had elements of its own.
StepGraph with_dense_reshapes(const StepGraph& graph);

/// How many values use each value; an output and a state handed on are uses, too.
std::vector<int> uses(const StepGraph& graph);

}  // namespace carousel::cells::compiled
