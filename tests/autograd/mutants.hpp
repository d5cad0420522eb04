#pragma once
#include <autograd/pullback_program.hpp>
#include <functional>
#include <string>

// Wrong pullbacks, made from right ones.
namespace carousel::testing {

using Gradients = std::vector<Tensor>;

/// A pullback that is wrong in one way: its name, and the gradients that it gives.
struct Mutant {
  std::string name;
  Gradients dx;
};

/// The pullback's program with one node changed as one mistypes it: another operation, operands
/// swapped, another operand, another constant, axis or range, a factor left out; and the gradients
/// that it gives with a sign, a factor, two of them swapped, or elements in another order.
std::vector<Mutant> mutants_of(const detail::PullbackProgram& program);

/// What the program computes as it is.
Gradients gradients_of(const detail::PullbackProgram& program);

}  // namespace carousel::testing
