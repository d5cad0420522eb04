#include <algorithm>
#include <cells/compiled/compiled_step.hpp>
#include <cells/compiled/join.hpp>
#include <cells/compiled/rewriting.hpp>
#include <cells/compiled/sums.hpp>

namespace carousel::cells::compiled {
namespace {

/// What stays with a tape. A new shape of the batch is a new step; few are used by turns.
struct KnownSteps {
  static constexpr std::size_t most = 16;
  std::vector<std::shared_ptr<CompiledStep>> steps;  // the last used one first
};

StepGraph rewritten(StepGraph graph, const Passes& passes) {
  graph = with_states_in_loop(graph);
  if (passes.sums) graph = with_sums_in_order(graph);
  if (passes.joins) graph = with_joined_ops(std::move(graph));
  return with_own_results(with_dense_reshapes(graph));
}

}  // namespace

CompiledStep::CompiledStep(StepGraph traced, bool backward, const Passes& passes)
    : traced_(std::move(traced)),
      graph_(rewritten(traced_, passes)),
      with_gradients_(backward),
      passes_(passes),
      hoisting_(passes.hoists ? hoisted(graph_) : constants_hoisted(graph_)),
      in_place_(passes.in_place ? compiled::in_place(graph_, hoisting_) : nothing_in_place(graph_)),
      lowered_(compiled::lowered(graph_, hoisting_, in_place_, backward)),
      before_(program().before, program(), false),
      forward_(program().forward, program(), passes.packs),
      backward_(program().backward, program(), passes.packs),
      after_(program().after, program(), false) {}

std::shared_ptr<CompiledStep> CompiledStep::of(const StepGraph& traced, bool backward,
                                               const Passes& passes, Nested& nested) {
  auto& steps = nested.beside<KnownSteps>().steps;
  const auto known = std::find_if(steps.begin(), steps.end(), [&](const auto& step) {
    return step->with_gradients_ == backward && step->passes_ == passes &&
           same(step->traced_, traced);
  });
  if (known != steps.end()) {
    std::rotate(steps.begin(), known, known + 1);
  } else {
    if (steps.size() == KnownSteps::most) steps.pop_back();
    steps.insert(steps.begin(), std::make_shared<CompiledStep>(traced, backward, passes));
  }
  return steps.front();
}

}  // namespace carousel::cells::compiled
