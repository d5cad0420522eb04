#include <cells/compiled/lowering.hpp>

namespace carousel::cells::compiled {

Lowering::Lowering(const StepGraph& graph, const Hoisting& hoisting)
    : graph_(graph), hoisting_(hoisting), places_(graph, hoisting, result_) {
  uses_.resize(graph.values.size());
  for (const Value& v : graph.values) {
    for (const int i : v.inputs) ++uses_[static_cast<std::size_t>(i)];
  }
  for (const int next : graph.next) ++uses_[static_cast<std::size_t>(next)];
  ++uses_[static_cast<std::size_t>(graph.output)];
}

Lowered Lowering::run(bool backward) {
  forward();
  program().output = places_.value(graph_.output);
  for (const int next : graph_.next) program().states.push_back(places_.value(next));
  if (backward) this->backward();
  return std::move(result_);
}

void Lowering::forward() {
  for (int i = 0; i < static_cast<int>(graph_.values.size()); ++i) {
    const Value& v = at(i);
    if (!in_loop(v, i)) continue;
    Instruction step;
    step.op = v.op;
    step.attr = v.attr;
    for (const int input : v.inputs) step.x.push_back(places_.value(input));
    step.y = places_.value(i);
    program().forward.push_back(step);
  }
}

Lowered lowered(const StepGraph& graph, const Hoisting& hoisting, bool backward) {
  return Lowering(graph, hoisting).run(backward);
}

}  // namespace carousel::cells::compiled
