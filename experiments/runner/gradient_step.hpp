#pragma once
#include <cells/truncation.hpp>
#include <experiments/runner/gradient_flow.hpp>
#include <experiments/runner/memory_forecast.hpp>
#include <map>
#include <optim/optimizer.hpp>

namespace carousel {

/// What one batch gave.
struct StepResult {
  double loss = 0;
  /// Where a number stopped being finite, and why; empty when all is well.
  std::string not_finite;
  std::string execution;  ///< of the recurrence, see cells::Unrolled; empty where none was run
  /// Filled when asked for.
  GradientFlow flow;
};

/// What to say of two: why one was recorded, where one was.
std::string execution_of_both(const std::string& one, const std::string& other);

/// Loss and gradients of a batch. With several threads each takes a fixed range of the sequences on
/// a tape of its own, and the parts are added in their order: the numbers depend on how many
/// threads there are, never on their timing.
class GradientStep {
 public:
  /// `memory`: what the recurrence keeps; a budget is shared by the threads. `detect_anomaly`:
  /// every value and gradient is looked at, see Tape::detect_anomaly. `some_with_flow`: some steps
  /// will be asked for the gradient flow. Whether a budget allows compiling does not depend on
  /// whether it is this one, so that looking changes no number. `threads_of_one`: where there is
  /// one part, its products over time are split among so many threads.
  GradientStep(const Model& model, Index threads, const cells::Memory& memory = {},
               bool detect_anomaly = false, bool some_with_flow = false, Index threads_of_one = 1);

  /// A batch that `continues` starts in the state that the one before was left in.
  /// Gradients land in gradients(), in the order of model.params().
  StepResult run(const tasks::Batch& batch, const cells::UnrollOptions& options, bool with_flow);
  /// Backpropagation is truncated from now on, see cells::truncated_backward(): the steps are
  /// recorded then.
  void truncate(const std::optional<cells::Truncation>& truncation) { truncation_ = truncation; }
  optim::Gradients& gradients() { return parts_.front()->gradients; }
  /// The most that the tapes have had in use so far.
  std::size_t peak_bytes() const;

 private:
  struct Part {
    explicit Part(DType dtype) : tape(dtype) {}
    Tape tape;
    optim::Gradients gradients;
    StepResult result;
    std::vector<std::vector<Tensor>> states;  // that the last batch left its sequences in, by run
    bool begun = false;                       // there was one
    std::map<std::array<Index, 5>, cells::MemoryPlan> plans;  // what fits a budget, by shape
  };
  /// Sets how the recurrence is run; why its steps are recorded where that is for the budget.
  std::string fit(cells::UnrollOptions& options, Part& part, const tasks::Batch& batch,
                  bool with_flow) const;
  /// dL/dw of all parameters; of the states, too, for the flow.
  void pull(Part& part, const Outcome& outcome, double normaliser, bool with_flow) const;
  void add_penalty();
  void try_part(Part& part, const tasks::Batch& batch, double normaliser,
                const cells::UnrollOptions& options, bool with_flow) const;
  void run_part(Part& part, const tasks::Batch& batch, double normaliser,
                const cells::UnrollOptions& options, bool with_flow) const;

  const Model& model_;
  cells::Memory memory_;  // of a part
  bool detect_anomaly_, some_with_flow_;
  int threads_of_one_;
  std::optional<cells::Truncation> truncation_;
  Tape penalty_tape_;
  std::vector<std::unique_ptr<Part>> parts_;
};

}  // namespace carousel
