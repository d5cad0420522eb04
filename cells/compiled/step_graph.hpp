#pragma once
#include <autograd/nested.hpp>
#include <autograd/ops/table.hpp>
#include <cells/sequence.hpp>

/// One step of a recurrence as data: the intermediate representation that everything here works on.
namespace carousel::cells::compiled {

/// Where a value of a step comes from.
enum class Source : std::uint8_t {
  x,         ///< the step's input [batch, features]
  counts,    ///< which sequences count at this step, bool [batch]
  state,     ///< a state as the step receives it
  captured,  ///< a value of the outer tape: a parameter, or what prepare() made
  constant,  ///< numbers that the step itself has put there, the same at every step
  drawn,     ///< the same, others at each step, with a row for each sequence: what dropout keeps
  op
};

struct Value {
  Source source = Source::op;
  int index = 0;           ///< of the state, the captured value, the constant, what is drawn
  const Op* op = nullptr;  ///< for Source::op
  Attr attr;
  std::vector<int> inputs;  ///< positions of earlier values
  Shape shape;
  DType dtype = DType::float32;
  bool requires_grad = false;
};

struct StepGraph {
  std::vector<Value> values;  ///< in an order in which they can be computed
  int output = -1;
  std::vector<int> next;  ///< the states that the step hands on
  /// The states as the cell made them: their gradient is dL/ds_t. With a mask that is before
  /// sequences that do not count got their old ones back; a last one of `next` is then the output,
  /// which they repeat.
  std::vector<int> computed;
  int counts = -1;                      ///< with a mask
  std::vector<std::uint32_t> captured;  ///< nodes of the outer tape, of this training step
  std::vector<Tensor> constants;
};

bool same(const Attr& a, const Attr& b);

/// A view other than a range of columns or rows: its operand's elements have to be together.
inline bool is_reshape(const Value& value) {
  return value.op != nullptr && value.op->view != nullptr &&
         value.op != &carousel::detail::slice_op;
}

/// Whether two steps do the same, on values of the same shapes; `captured` may be other ones.
bool same(const StepGraph& a, const StepGraph& b);
/// The same, where constants may be others, too, of the same shapes.
bool same_but_for_constants(const StepGraph& a, const StepGraph& b);

/// Whether a value has no gradient although an operand has: by NoGrad, which the passes do not
/// know.
bool stops_gradients(const StepGraph& graph);

/// The step at t as a graph, recorded without computing. Throws ReadsValue where the step asks for
/// a number.
StepGraph traced(const detail::Sequence& sequence, Index t, Nested& nested);

}  // namespace carousel::cells::compiled
