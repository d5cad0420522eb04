#pragma once
#include <autograd/support/random.hpp>
#include <string>

namespace carousel::tasks {

/// A string of the embedded Reber grammar, with what may follow each of its symbols.
struct ReberString {
  std::vector<Index> symbols;   ///< places in reber_symbols
  std::vector<unsigned> legal;  ///< legal[t]: a bit for each symbol that may follow symbol t

  std::string text() const;
};

constexpr const char reber_symbols[] = "BTPSXVE";
constexpr Index reber_symbol_count = 7;

/// Draws a string, each of two ways with probability 1/2: B, then T or P, then a string of the
/// Reber grammar (Reber 1967), then the same T or P again, then E.
ReberString draw_reber(Random& random);

}  // namespace carousel::tasks
