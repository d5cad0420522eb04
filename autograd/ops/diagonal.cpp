#include <autograd/ops.hpp>
#include <autograd/ops/move.hpp>
#include <autograd/ops/samples.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/ops/terms.hpp>
#include <autograd/support/error.hpp>

namespace carousel {
namespace detail {
namespace {

// --- the diagonal of the last two axes, and back ---

/// The walk along the diagonals of [..., n, n].
Steps diagonal_of(const View& matrices) {
  const Steps s = steps_of(matrices);
  Steps d = s;
  d.extent = {1, s.extent[0], s.extent[1], s.extent[3]};
  d.step = {0, s.step[0], s.step[1], s.step[2] + s.step[3]};
  return d;
}
Shape diagonal_shape(const Operands& x, const Attr&) {
  const Shape& s = x[0].shape;
  if (s.rank() < 2 || s[s.rank() - 1] != s[s.rank() - 2] || !is_floating(x[0].dtype)) {
    throw Error(ErrorKind::argument, x.op, "floating square matrices [..., n, n]",
                std::string(name(x[0].dtype)) + " " + to_string(s));
  }
  return s.without(s.rank() - 1);
}
Shape diagonal_matrix_shape(const Operands& x, const Attr&) {
  const Shape& s = x[0].shape;
  if (s.rank() < 1 || !is_floating(x[0].dtype)) {
    throw Error(ErrorKind::argument, x.op, "floating diagonals [..., n]",
                std::string(name(x[0].dtype)) + " " + to_string(s));
  }
  return s.inserted(s.rank(), s.columns());
}
void diagonal_forward(const Forward& k) {
  move(k.x[0], diagonal_of(k.x[0]), k.y, steps_of(k.y), k.add);
}
void diagonal_matrix_forward(const Forward& k) {
  start_sum(k.y, k.add);
  move(k.x[0], steps_of(k.x[0]), k.y, diagonal_of(k.y), k.add);
}
void diagonal_terms(Terms& k) { k.add(0, diagonal_matrix_op, {k.dy()}); }
void diagonal_matrix_terms(Terms& k) { k.add(0, diagonal_op, {k.dy()}); }

void sample_diagonal(Sampler& s) {
  const Index n = s.extent();
  diagonal(s.normal({n, n}));
  diagonal(s.normal({2, 3, n, n}));
}
void sample_diagonal_matrix(Sampler& s) {
  diagonal_matrix(s.normal({s.extent()}));
  diagonal_matrix(s.normal({2, 3, s.extent()}));
}

}  // namespace

const Op diagonal_op = adding(by_terms<diagonal_terms>(
    op("diagonal", "[..., n, n] -> [..., n]", 1, diagonal_shape, sample_diagonal),
    diagonal_forward));
const Op diagonal_matrix_op = adding(by_terms<diagonal_matrix_terms>(
    op("diagonal_matrix", "[..., n] -> [..., n, n], zeros elsewhere", 1, diagonal_matrix_shape,
       sample_diagonal_matrix),
    diagonal_matrix_forward));

}  // namespace detail

using namespace detail;

Var diagonal(const Var& x) { return record(diagonal_op, {&x}); }
Var diagonal_matrix(const Var& x) { return record(diagonal_matrix_op, {&x}); }

}  // namespace carousel
