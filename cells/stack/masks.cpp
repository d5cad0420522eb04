#include <autograd/tape.hpp>
#include <cells/stack/masks.hpp>

namespace carousel::cells {
namespace {

/// Calls set(i, whether it is dropped) for all i of the rows.
template <class Set>
void draw(const std::string& stream, Index rows, Index columns, double probability,
          const Context& context, Set set) {
  for (Index row = 0; row < rows; ++row) {
    Random random = context.random(stream.c_str(), row);
    for (Index j = 0; j < columns; ++j) set(row * columns + j, random.uniform() < probability);
  }
}

}  // namespace

Var drawn_bits(Tape& tape, const std::string& stream, const Shape& shape, double probability,
               const Context& context) {
  Tensor bits(DType::boolean, shape);
  draw(stream, shape[0], shape[1], probability, context,
       [&](Index i, bool drawn) { bits.data<bool>()[i] = drawn; });
  return tape.input(bits);
}

Var dropout_mask(Tape& tape, const std::string& stream, const Shape& shape, double probability,
                 Context context) {
  context.t = 0;
  const Var mask = dropout_mask_over_time(tape, stream, shape.inserted(0, 1), probability, context);
  return reshape(mask, shape);
}

Var dropout_mask_over_time(Tape& tape, const std::string& stream, const Shape& shape,
                           double probability, Context context) {
  Tensor mask(tape.dtype(), shape);
  const double kept = 1 / (1 - probability);
  const Index step = shape[1] * shape[2];
  for (Index t = 0; t < shape[0]; ++t, ++context.t) {
    draw(stream, shape[1], shape[2], probability, context,
         [&](Index i, bool drawn) { mask.set(t * step + i, drawn ? 0 : kept); });
  }
  return tape.input(mask);
}

}  // namespace carousel::cells
