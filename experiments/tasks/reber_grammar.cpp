#include <experiments/tasks/reber_grammar.hpp>

namespace carousel::tasks {
namespace {

enum Symbol : Index { B, T, P, S, X, V, E };

struct Edge {
  Symbol symbol;
  int to;
};

// The inner grammar, which has two ways out of every state; at `end` only E is left.
constexpr int end = 5;
constexpr Edge edges[end][2] = {
    {{T, 1}, {P, 2}},    // behind B
    {{S, 1}, {X, 3}},    // behind T
    {{T, 2}, {V, 4}},    // behind P
    {{X, 2}, {S, end}},  // behind X
    {{P, 3}, {V, end}},  // behind V
};

constexpr unsigned bit(Symbol symbol) { return 1U << static_cast<unsigned>(symbol); }

unsigned ways_out(int state) {
  return state == end ? bit(E) : bit(edges[state][0].symbol) | bit(edges[state][1].symbol);
}

}  // namespace

std::string ReberString::text() const {
  std::string result;
  for (const Index symbol : symbols) result += reber_symbols[symbol];
  return result;
}

ReberString draw_reber(Random& random) {
  ReberString string;
  const auto add = [&string](Symbol symbol, unsigned legal_next) {
    string.symbols.push_back(symbol);
    string.legal.push_back(legal_next);
  };
  const Symbol kept = random.below(2) == 0 ? T : P;  // what has to be remembered
  add(B, bit(T) | bit(P));
  add(kept, bit(B));
  int state = 0;
  add(B, ways_out(state));
  while (state != end) {
    const Edge& edge = edges[state][random.below(2)];
    state = edge.to;
    add(edge.symbol, ways_out(state));
  }
  add(E, bit(kept));
  add(kept, bit(E));
  add(E, 0);
  return string;
}

}  // namespace carousel::tasks
