#include <algorithm>
#include <cells/compiled/compiled_step.hpp>
#include <cells/compiled/join.hpp>
#include <cells/compiled/sums.hpp>

namespace carousel::cells::compiled {
namespace {

/// What stays with a tape. A new shape of the batch is a new step; few are used by turns.
struct KnownSteps {
  static constexpr std::size_t most = 16;
  std::vector<std::shared_ptr<CompiledStep>> steps;  // the last used one first
};

}  // namespace

CompiledStep::CompiledStep(StepGraph traced, bool backward)
    : traced_(std::move(traced)),
      graph_(with_own_results(with_joined_ops(with_sums_in_order(traced_)))),
      with_gradients_(backward),
      hoisting_(hoisted(graph_)),
      in_place_(compiled::in_place(graph_, hoisting_)),
      lowered_(compiled::lowered(graph_, hoisting_, in_place_, backward)),
      before_(program().before, program(), false),
      forward_(program().forward, program(), true),
      backward_(program().backward, program(), true),
      after_(program().after, program(), false) {}

std::shared_ptr<CompiledStep> CompiledStep::of(const StepGraph& traced, bool backward,
                                               Nested& nested) {
  auto& steps = nested.beside<KnownSteps>().steps;
  const auto known = std::find_if(steps.begin(), steps.end(), [&](const auto& step) {
    return step->with_gradients_ == backward && same(step->traced_, traced);
  });
  if (known != steps.end()) {
    std::rotate(steps.begin(), known, known + 1);
  } else {
    if (steps.size() == KnownSteps::most) steps.pop_back();
    steps.insert(steps.begin(), std::make_shared<CompiledStep>(traced, backward));
  }
  return steps.front();
}

}  // namespace carousel::cells::compiled
