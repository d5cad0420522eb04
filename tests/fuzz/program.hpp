#pragma once
#include <optional>
#include <tests/fuzz/array.hpp>

namespace carousel::fuzz {

/// How a loss ends.
enum class End { none, mean, sum };

/// One call of a function of ops.hpp, losses.hpp or linear_algebra.hpp. Each op says in calls_*.cpp
/// which of the arguments it takes.
struct Call {
  std::string op;
  std::vector<int> inputs;  ///< numbers of earlier nodes
  Extents shape;            ///< a target shape
  std::vector<int> axes;    ///< a list or an order of axes
  bool keep = false;        ///< reduced axes stay with extent 1
  int axis = 0;
  Index begin = 0, end = 0, step = 1;  ///< a range, an index, numbers of elements
  double a = 0, b = 0;                 ///< constants
  End reduction = End::none;
  bool no_grad = false;  ///< recorded under NoGrad
};

/// Where a program starts. A parameter is handed to the ops as a Param that is on no tape yet.
enum class Role { variable, constant, parameter };

struct Leaf {
  Role role = Role::variable;
  Kind kind = Kind::floating;
  Extents shape;
  std::vector<double> x;  ///< numbers that float32 can hold, too
};

struct Node {
  std::optional<Leaf> leaf;
  Call call;  ///< where it is no leaf
  /// Not 0: something is called wrongly before it, drawn with this number.
  std::uint64_t misuse = 0;
};

/// A DAG: the inputs of a node stand before it.
struct Program {
  std::uint64_t seed = 0;  ///< of directions, weights and misuses
  std::vector<Node> nodes;

  /// How often each node is an input.
  std::vector<int> uses() const;
};

/// "%3 = slice(%1, axis=0, 1..4)": one line a node, with the shapes given.
std::string listing(const Program& program, const std::vector<Extents>& shapes);

}  // namespace carousel::fuzz
