#pragma once
#include <cells/compiled/compiled_step.hpp>
#include <cells/unroll.hpp>
#include <memory>

namespace carousel::cells::compiled {

/// Steps of a chunk: those whose rows make one product for what depends on x, and for the gradient
/// of a weight. A function of the batch alone, so that segments change no bit.
Index steps_of_chunk(Index batch);

/// A value on its tape, where it is.
inline const View& view_on(const Tape& tape, const Var& v) { return tape.nodes()[v.id()].value; }
inline std::size_t bytes_of(const Buffer& buffer) {
  return static_cast<std::size_t>(buffer.elements) * size_of(buffer.dtype);
}

/// The node: forward and backward by replaying the step's instructions over time.
class CompiledRecurrence final : public Composite {
 public:
  /// `captured`: the nodes that the step's captured values are this time; `drawn`: what is drawn,
  /// at each t.
  CompiledRecurrence(const detail::Sequence& sequence, Tape& tape, Index segment,
                     std::shared_ptr<CompiledStep> step, std::vector<std::uint32_t> captured,
                     const std::vector<Tensor>& drawn);

  /// Runs all steps; the node's value: all outputs, then the last of each state that is not the
  /// output.
  View forward();
  const std::vector<Index>& final_offsets() const { return final_offsets_; }
  /// Nodes of the outer tape that it depends on, without the probes.
  std::vector<std::uint32_t> used() const;
  void set_probes(const std::vector<Var>& probes);

  void pullback(carousel::detail::BackwardPass& pass, std::uint32_t node) override;
  std::optional<NonFinite> first_non_finite() override;

 private:
  using Pass = carousel::detail::BackwardPass;
  using Memories = std::vector<Memory>;
  void evaluate_outside(const std::vector<Tensor>& drawn);
  void take_memory();
  void run_segment(Index segment);
  Index begin_of(Index segment) const { return segment * segment_; }
  Index end_of(Index segment) const { return std::min(sequence_.time, begin_of(segment + 1)); }
  Index segments() const { return (sequence_.time + segment_ - 1) / segment_; }
  /// Moves the buffers that hold a chunk to the one that begins at t.
  void move_chunks(Memories& memory, Index t) const;
  const Memory& memory_of(const Memories& memory, const Place& place) const {
    return memory[static_cast<std::size_t>(place.buffer)];
  }

  class Borrowed;
  Memories gradient_memory(Pass& pass, std::uint32_t node, Borrowed& borrowed) const;
  void last_states(const View& dy, const Memories& memory) const;
  void first_states(Pass& pass, const Node& self, const Memories& memory) const;
  void pass_over_chunk(Pass& pass, const Node& self, Memories& memory, Index begin, Index end);

  detail::Sequence sequence_;
  Tape& outer_;
  Nested nested_;
  std::shared_ptr<CompiledStep> step_;
  std::vector<std::uint32_t> captured_;
  Index chunk_, segment_;                   // steps
  std::vector<Var> initial_;                // with a mask also of the output
  std::vector<Var> sequences_, constants_;  // on the outer tape
  Memories memory_;
  std::vector<std::vector<std::byte*>> boundaries_;  // states before each segment, by state
  Index in_memory_ = -1;                             // the segment whose values are there
  View packed_;
  std::vector<Index> final_offsets_;
  std::vector<std::uint32_t> probes_;
};

}  // namespace carousel::cells::compiled
