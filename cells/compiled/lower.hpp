#pragma once
#include <cells/compiled/in_place.hpp>
#include <cells/compiled/program.hpp>

namespace carousel::cells::compiled {

/// A step as instructions, and what it takes from the outer tape: values that the loop reads.
struct Lowered {
  Program program;
  std::vector<int> sequences;  ///< values of the graph, with rows for each step: x, counts, drawn
  std::vector<int> constants;
};

/// `backward`: whether a gradient will be asked for.
Lowered lowered(const StepGraph& graph, const Hoisting& hoisting, const InPlace& in_place,
                bool backward);

}  // namespace carousel::cells::compiled
