#include <algorithm>
#include <autograd/ops/table.hpp>
#include <autograd/support/error.hpp>
#include <cells/compiled/step_graph.hpp>
#include <cells/stack/modified_cell.hpp>

namespace carousel::cells {

using namespace carousel::detail;

namespace {

using compiled::Source;
using compiled::StepGraph;
using compiled::Value;

/// Values of a step by what they are made of.
class Reading {
 public:
  explicit Reading(const StepGraph& graph) : graph_(graph) {
    for (const Value& v : graph.values) {
      bool depends = v.source == Source::x || v.source == Source::state;
      for (const int input : v.inputs) depends = depends || depends_[index(input)];
      depends_.push_back(depends);
    }
  }

  bool by_weights_alone(int state) const {
    std::vector<bool> carries(graph_.values.size(), false);  // the state, only moved about
    for (std::size_t i = 0; i < carries.size(); ++i) {
      const Value& v = graph_.values[i];
      if (v.source == Source::state && v.index == state) carries[i] = true;
      for (const int input : v.inputs) {
        if (!carries[index(input)]) continue;
        if (v.op->view != nullptr || v.op == &concat_op) {
          carries[i] = true;
        } else if (!is_weighing(v, input)) {
          return false;
        }
      }
    }
    const auto goes_out = [&](int value) { return carries[index(value)]; };
    return !goes_out(graph_.output) &&
           std::none_of(graph_.next.begin(), graph_.next.end(), goes_out);
  }

 private:
  static std::size_t index(int value) { return static_cast<std::size_t>(value); }

  /// A product of that operand with what does not depend on x or the states: a matrix, or a vector
  /// unit by unit.
  bool is_weighing(const Value& v, int operand) const {
    const bool product =
        v.op == &linear_op || v.op == &affine_op || v.op == &matmul_op || v.op == &multiply_op;
    return product && std::all_of(v.inputs.begin(), v.inputs.end(), [&](int other) {
             return other == operand || (!depends_[index(other)] && is_weight(other));
           });
  }
  // 1 * h, say, is no weight.
  bool is_weight(int value) const { return graph_.values[index(value)].shape.rank() > 0; }

  const StepGraph& graph_;
  std::vector<bool> depends_;
};

}  // namespace

std::vector<bool> read_by_weights_alone(const AnyCell& cell) {
  Tape tape(cell.dtype());
  const Var xs = tape.input(Tensor(cell.dtype(), {1, 2, cell.sizes().input_size}));
  const detail::Sequence sequence(cell, xs, {});
  Nested nested(tape);
  std::vector<bool> result;
  try {
    const StepGraph graph = compiled::traced(sequence, 0, nested);
    const Reading reading(graph);
    for (std::size_t k = 0; k < cell.states().size(); ++k) {
      result.push_back(reading.by_weights_alone(static_cast<int>(k)));
    }
  } catch (const Error&) {
    if (nested.asked_for().empty()) throw;
  }
  nested.reset();
  return result;
}

}  // namespace carousel::cells
