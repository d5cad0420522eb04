#pragma once
#include <tests/fuzz/compare.hpp>

namespace carousel::fuzz {

/// What two results may differ by, relative to their size, all far above the rounding of the dtype.
struct Tolerance {
  double value, gradient, second;
  double grain;     ///< of the coarse arithmetic that excuses more
  double rounding;  ///< in a pass back, relative to the terms that cancel in it
  double smallest;  ///< numbers below may be 0
};
constexpr Tolerance in_float64{1e-9, 1e-7, 1e-6, 1e-13, 1e-11, 1e-300};
constexpr Tolerance in_float32{1e-3, 1e-2, 0, 1e-6, 1e-4, 1e-36};

/// Whether something is done with a program; the same after shrinking it.
bool drawn(const Program& program, const char* what, double share);

/// One program on one tape beside the reference. Every difference is thrown as a Failure.
class Comparison {
 public:
  Comparison(const Program& program, const Broken& broken, Tape& tape, const Tolerance& tolerance,
             Counts& counts);
  /// Records the program, with misuses in between at times, and compares every node.
  void values();
  /// Whether there is a derivative; the two have to agree.
  bool differentiable();
  void gradients();
  void second_order();

 private:
  using Result = std::function<Numbers(const Evaluation&)>;

  Var input_like(int node, const Numbers& x);
  void compare(const char* kind, const std::string& what, const Numbers& found,
               const Numbers& expected, double bound, const Result& result, const Evaluation& how);
  double cancelling(const Evaluation& how);
  bool near_a_choice() const;
  void compare_value(int node);
  void choose_wanted();
  void compare_gradients(const std::vector<Tensor>& found, const std::string& by);
  void compare_slope(const std::string& what, double found, double terms, const Evaluation& how);
  void compare_bend(const std::vector<Var>& xs, const std::vector<Var>& vs);
  void compare_forward_product(const std::vector<Var>& xs, const std::vector<Var>& vs);

  const Program& program_;
  Tape& tape_;
  Tolerance tolerance_;
  Counts& counts_;
  Evaluation how_;                  // all leaves move
  Directions w_;                    // the second way they move
  std::vector<Numbers> direction_;  // of each node
  std::vector<Array<First>> reference_;
  std::vector<Sink> sinks_;
  std::vector<Var> vars_;
  Var loss_;
  std::vector<int> wanted_;
  std::vector<Var> wanted_vars_;
};

}  // namespace carousel::fuzz
