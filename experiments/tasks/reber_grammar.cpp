#include <array>
#include <experiments/tasks/reber_grammar.hpp>
#include <utility>

namespace carousel::tasks {
namespace {

enum Symbol : std::uint8_t { B, T, P, S, X, V, E };

struct Edge {
  Symbol symbol;
  std::size_t to;
};

constexpr std::size_t end = 7;

/// The ways out of each state of the inner grammar.
const std::array<std::vector<Edge>, end>& inner_grammar() {
  static const std::array<std::vector<Edge>, end> edges{{
      {{B, 1}},
      {{T, 2}, {P, 3}},
      {{S, 2}, {X, 4}},
      {{T, 3}, {V, 5}},
      {{X, 3}, {S, 6}},
      {{P, 4}, {V, 6}},
      {{E, end}},
  }};
  return edges;
}

/// Builds a string and what could have stood in the place of each symbol but the first.
class Walk {
 public:
  explicit Walk(Random& random) : random_(random) {}

  std::size_t step(const std::vector<Edge>& edges) {
    std::bitset<reber_symbol_count> legal;
    for (const Edge& edge : edges) legal.set(edge.symbol);
    if (!string.symbols.empty()) string.legal.push_back(legal);
    const std::size_t way = edges.size() == 1 ? 0 : static_cast<std::size_t>(random_.below(2));
    string.symbols.push_back(edges[way].symbol);
    return edges[way].to;
  }

  ReberString string;

 private:
  Random& random_;
};

}  // namespace

std::string ReberString::text() const {
  std::string text;
  for (const Index symbol : symbols) text += reber_symbols[symbol];
  return text;
}

ReberString draw_reber_string(Random& random) {
  Walk walk(random);
  walk.step({{B, 0}});
  walk.step({{T, 0}, {P, 0}});
  const auto embedding = static_cast<Symbol>(walk.string.symbols.back());
  for (std::size_t state = 0; state != end;) state = walk.step(inner_grammar()[state]);
  walk.step({{embedding, 0}});
  walk.step({{E, 0}});
  return std::move(walk.string);
}

}  // namespace carousel::tasks
