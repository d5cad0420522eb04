#pragma once
#include <autograd/support/random.hpp>
#include <autograd/tape.hpp>
#include <set>
#include <tests/fuzz/reference.hpp>

namespace carousel::fuzz {

/// Where the library and the reference part.
struct Failure {
  std::string kind;  ///< "value", "gradient", ...: shrinking keeps to it
  std::string text;
};

/// What was looked at. Excused are differences that also show when the reference itself computes
/// coarsely: ill-conditioned values, and kinks that rounding decides.
struct Counts {
  Index programs = 0, ops = 0, values = 0, gradients = 0, second = 0, float32 = 0, misuses = 0;
  Index excused = 0;
  std::map<std::string, Index> calls;  ///< by name in a program
  std::set<const Op*> ops_seen;        ///< on a tape
};

/// Runs programs through the library and the reference. Its tapes are used again, so that every
/// program but the first finds memory that others left.
class Checker {
 public:
  explicit Checker(Broken broken = {});
  /// Nothing where all agrees.
  std::optional<Failure> check(const Program& program);
  const Counts& counts() const { return counts_; }

 private:
  Broken broken_;
  Tape float64_{DType::float64}, float32_{DType::float32};
  Counts counts_;
};

/// The same failure with as few nodes as can be had by leaving out nodes and by putting leaves in
/// the place of calls, one after the other.
Program shrunk(Checker& checker, Program program, const Failure& failure);

/// Calls something wrongly, on values of a tape. Empty where that was refused with an Error, else
/// what happened.
std::string misuse(Tape& tape, const std::vector<Var>& values, Random& random);

/// Gets the reference of each op wrong by a thousandth, in value and in derivative, and expects
/// that programs which have it show that. The exit code.
int self_test();

}  // namespace carousel::fuzz
