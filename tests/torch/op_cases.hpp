#pragma once
#include <ATen/ATen.h>

#include <autograd/losses.hpp>
#include <autograd/ops.hpp>
#include <autograd/tape.hpp>
#include <functional>
#include <string>
#include <vector>

/// The table of what is compared with libtorch, by families. A case runs on leaves of several
/// shapes; see compare.hpp for what is compared.
namespace carousel::testing {

/// What a leaf is drawn from.
enum class Draw {
  normal,    ///< 3·N(0, 1)
  positive,  ///< uniform in 0.1..3
  share,     ///< uniform in 0.05..0.95
  few,       ///< -1, 0 or 1: many elements are equal
  dominant,  ///< a matrix with N(0, 1) + (n + 3) on the diagonal
  labels,    ///< int64
  mask       ///< bool
};

struct Leaf {
  Shape shape;
  Draw draw = Draw::normal;
  Index classes = 0;      ///< labels are below that
  bool constant = false;  ///< libtorch has no derivative by it
};
using Leaves = std::vector<Leaf>;

inline Leaf normals(const Shape& shape) { return {shape}; }
inline Leaf positives(const Shape& shape) { return {shape, Draw::positive}; }
inline Leaf shares(const Shape& shape) { return {shape, Draw::share}; }
inline Leaf few(const Shape& shape) { return {shape, Draw::few}; }
inline Leaf dominant(Index n) { return {{n, n}, Draw::dominant}; }
inline Leaf labels(const Shape& shape, Index classes) { return {shape, Draw::labels, classes}; }
inline Leaf mask(const Shape& shape) { return {shape, Draw::mask}; }
inline Leaf constant(Leaf leaf) {
  leaf.constant = true;
  return leaf;
}

using Vars = const std::vector<Var>&;
using Tensors = const std::vector<at::Tensor>&;

struct OpCase {
  std::string name;
  std::vector<Leaves> rounds;
  std::function<Var(Vars)> ours;
  std::function<at::Tensor(Tensors)> theirs;
  int order = 2;             ///< the highest derivative that is compared; 0: only the value
  bool elementwise = false;  ///< compared at edge values, too; see edges_test.cpp
  double tolerance = 1e-10;  ///< relative to the largest element
};

std::vector<OpCase> arithmetic_cases();
std::vector<OpCase> function_cases();
std::vector<OpCase> activation_cases();
std::vector<OpCase> choice_cases();
std::vector<OpCase> loss_cases();
std::vector<OpCase> label_loss_cases();
std::vector<OpCase> reduction_cases();
std::vector<OpCase> shape_cases();
std::vector<OpCase> index_cases();
std::vector<OpCase> product_cases();

/// All of them.
std::vector<OpCase> all_cases();

// Helpers of the families.

/// Shapes for elementwise ops: ranks 0 to 4, extents of 0 and 1, odd ones, more than a lane.
const std::vector<Shape>& usual_shapes();

/// One leaf of each of the usual shapes.
std::vector<Leaves> alone(Draw draw = Draw::normal);
/// Two leaves of one shape; one beside a bias, on either side; one beside a scalar.
std::vector<Leaves> beside(Draw first = Draw::normal, Draw second = Draw::normal);

/// Elementwise ops of one and of two operands.
OpCase unary(const char* name, Var (*ours)(const Var&), at::Tensor (*theirs)(const at::Tensor&),
             Draw draw = Draw::normal, int order = 2);
OpCase binary(const char* name, Var (*ours)(const Var&, const Var&),
              at::Tensor (*theirs)(const at::Tensor&, const at::Tensor&), Draw first = Draw::normal,
              Draw second = Draw::normal, int order = 2);

/// The same case on leaves of many equal elements: at the kinks of a function. First derivatives.
OpCase tied(OpCase c);

}  // namespace carousel::testing
