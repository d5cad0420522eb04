#include <algorithm>
#include <cells/compiled/lowering.hpp>
#include <cells/compiled/rewriting.hpp>

namespace carousel::cells::compiled {

Lowering::Lowering(const StepGraph& graph, const Hoisting& hoisting, const InPlace& in_place)
    : graph_(graph),
      hoisting_(hoisting),
      in_place_(in_place),
      places_(graph, hoisting, in_place, result_),
      uses_(uses(graph)) {}

Lowered Lowering::run(bool backward) {
  forward();
  places_.value(graph_.output);
  for (const int next : graph_.next) program().states.push_back(places_.value(next));
  if (backward) this->backward();
  return std::move(result_);
}

void Lowering::forward() {
  for (int i = 0; i < static_cast<int>(graph_.values.size()); ++i) {
    if (!is_computed(i) || in_place_.into[static_cast<std::size_t>(i)] >= 0) continue;
    const auto& into = in_place_.into;
    const auto product = std::find(into.begin(), into.end(), i);
    if (product == into.end()) {
      emit(i, i);
    } else {
      emit(static_cast<int>(product - into.begin()), i);
    }
  }
}

// Computes a value, or adds it to the sum `into` that it is a part of.
void Lowering::emit(int value, int into) {
  const Value& v = at(value);
  Instruction step;
  step.op = v.op;
  step.attr = v.attr;
  for (const int input : v.inputs) step.x.push_back(places_.value(input));
  step.y = places_.value(into);
  step.add = into != value;
  (depends(value) == Depends::input ? program().before : program().forward).push_back(step);
}

Lowered lowered(const StepGraph& graph, const Hoisting& hoisting, const InPlace& in_place,
                bool backward) {
  return Lowering(graph, hoisting, in_place).run(backward);
}

}  // namespace carousel::cells::compiled
