#pragma once
#include <cells/compiled/compiled_step.hpp>
#include <cells/unroll.hpp>
#include <memory>

namespace carousel::cells::compiled {

/// Records the recurrence as one node whose step has been compiled. Returns why that cannot be
/// done, having recorded nothing, or an empty text.
std::string record_compiled(const detail::Sequence& sequence, Tape& tape, Unrolled& result);

/// A value on its tape, where it is.
inline const View& view_on(const Tape& tape, const Var& v) { return tape.nodes()[v.id()].value; }
inline std::size_t bytes_of(const Buffer& buffer) {
  return static_cast<std::size_t>(buffer.elements) * size_of(buffer.dtype);
}

/// The node: forward and backward by replaying the step's instructions over time.
class CompiledRecurrence final : public Composite {
 public:
  /// `captured`: the nodes that the step's captured values are this time.
  CompiledRecurrence(const detail::Sequence& sequence, Tape& tape,
                     std::shared_ptr<CompiledStep> step, std::vector<std::uint32_t> captured);

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
  void evaluate_outside();

  detail::Sequence sequence_;
  Tape& outer_;
  Nested nested_;
  std::shared_ptr<CompiledStep> step_;
  std::vector<std::uint32_t> captured_;
  std::vector<Var> initial_;                // with a mask also of the output
  std::vector<Var> sequences_, constants_;  // on the outer tape
  std::vector<Memory> memory_;
  View packed_;
  std::vector<Index> final_offsets_;
  std::vector<std::uint32_t> probes_;
};

}  // namespace carousel::cells::compiled
