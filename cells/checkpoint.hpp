#pragma once
#include <cells/carried.hpp>
#include <cells/sequence.hpp>

namespace carousel::cells::detail {

/// Records the recurrence as one node that keeps its outputs and the states at the boundaries of
/// segments of `segment` steps.
void record_as_one(const Sequence& sequence, Tape& tape, Index segment, Unrolled& result);

/// A recurrence as one node. Forward runs the steps on a nested tape that is emptied after every
/// segment; backward goes through the segments from the last to the first: it runs one again from
/// the state that was kept before it, and passes back over it (Chen et al. 2016, with one level of
/// recursion).
///
/// Every sum of gradients goes on in the order in which a recording of all steps has it, so that no
/// bit depends on the segments. Parameters, xs and what else is captured are summed in the outer
/// pass's own buffers. The gradient of a value that one segment hands to the next begins with what
/// comes from outside, goes on with what the next segment adds to it in place, and so enters the
/// pass over the segment that made it.
class CheckpointedRecurrence final : public Composite {
 public:
  CheckpointedRecurrence(const Sequence& sequence, Tape& tape, Index segment);

  /// Runs all steps; the value of the node: all outputs, then final states that are not the last
  /// output.
  View forward();
  /// Where the last value of each state begins in it.
  const std::vector<Index>& final_offsets() const { return final_offsets_; }
  /// Nodes of the outer tape that the steps use.
  const std::vector<std::uint32_t>& used() const { return used_; }
  /// Whether a backward pass may come.
  bool keeps() const { return keeps_; }
  /// The leaves whose gradients are dL/ds_t.
  void set_probes(const std::vector<Var>& probes);

  void pullback(carousel::detail::BackwardPass& pass, std::uint32_t node) override;
  std::optional<NonFinite> first_non_finite() override;

 private:
  using Pass = carousel::detail::BackwardPass;
  using Layouts = std::shared_ptr<const Layout>;

  /// What is kept of the end of a segment.
  struct Boundary {
    Carried values;         ///< not of the last one
    Layouts plain, probed;  ///< of gradients: usually, and where dL/ds_t is asked for
  };
  /// The segment on the nested tape.
  struct Recorded {
    Index segment = -1;
    std::vector<Var> received;        ///< leaves: the states, then the output if it is used
    std::vector<Position> positions;  ///< after each step
  };
  Index begin_of(Index segment) const { return segment * segment_; }
  Index end_of(Index segment) const { return std::min(sequence_.time, (segment + 1) * segment_); }
  std::size_t output_part() const { return sequence_.initial.size(); }
  View outputs_of(const View& packed, Index t) const;
  View final_of(const View& packed, std::size_t k) const;
  void record(Index segment);
  Position begin(Index segment);
  void check_used();
  void check_repeated(Index segment) const;
  Layout layout(bool probed) const;
  void keep_boundary(Index segment);
  void keep_final();
  void pass_over(Index segment, const View& dy, const Carried& after, const Carried& before,
                 bool probed, Pass& pass, std::uint32_t node);
  void write_probes(Index segment, Pass& inner, Pass& pass);

  Sequence sequence_;
  Index segment_, segments_;
  Nested nested_;
  bool keeps_;
  View packed_;
  std::vector<Index> final_offsets_;
  std::vector<std::uint32_t> used_, probes_;
  std::vector<Boundary> boundaries_;
  Recorded recorded_;
  void* passing_on_[2] = {nullptr, nullptr};  // memory for values where nothing is kept
};

}  // namespace carousel::cells::detail
