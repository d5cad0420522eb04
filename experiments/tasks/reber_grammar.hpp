#pragma once
#include <autograd/support/random.hpp>
#include <bitset>
#include <string>
#include <vector>

namespace carousel::tasks {

/// The seven symbols, in the order of the input features.
constexpr char reber_symbols[] = "BTPSXVE";
constexpr Index reber_symbol_count = 7;

/// A string of the embedded Reber grammar: B, then T or P, a string of the Reber grammar, the same
/// T or P again, E. The inner grammar is the automaton
///
///     0 -B-> 1      1 -T-> 2   1 -P-> 3     2 -S-> 2   2 -X-> 4     3 -T-> 3   3 -V-> 5
///     6 -E-> end    4 -X-> 3   4 -S-> 6     5 -P-> 4   5 -V-> 6
struct ReberString {
  std::vector<Index> symbols;
  /// What the grammar allows after each symbol but the last one.
  std::vector<std::bitset<reber_symbol_count>> legal;

  /// "BTBTXSETE"
  std::string text() const;
};

/// Walks through the grammar; where there are two ways, each is taken with probability 1/2.
ReberString draw_reber_string(Random& random);

}  // namespace carousel::tasks
