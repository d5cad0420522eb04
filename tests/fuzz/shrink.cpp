#include <tests/fuzz/check.hpp>

namespace carousel::fuzz {
namespace {

/// Without a node and all that needs it.
Program without_node(const Program& program, std::size_t dropped) {
  Program result;
  result.seed = program.seed;
  std::vector<int> now(program.nodes.size(), -1);
  for (std::size_t i = 0; i < program.nodes.size(); ++i) {
    Node node = program.nodes[i];
    bool kept = i != dropped;
    for (int& input : node.call.inputs) {
      input = now[static_cast<std::size_t>(input)];
      kept = kept && (node.leaf || input >= 0);
    }
    if (!kept) continue;
    now[i] = static_cast<int>(result.nodes.size());
    result.nodes.push_back(node);
  }
  return result;
}

/// With a leaf of the same numbers in the place of a call.
std::optional<Program> with_leaf(const Program& program, std::size_t replaced) {
  if (program.nodes[replaced].leaf) return std::nullopt;
  const Array<First> value = values_of<First>(program)[replaced];
  Leaf leaf;
  leaf.kind = value.kind;
  leaf.role = value.kind == Kind::floating ? Role::variable : Role::constant;
  leaf.shape = value.shape;
  for (const First& x : value.x) {
    leaf.x.push_back(static_cast<double>(static_cast<float>(primal(x))));
  }
  Program result = program;
  result.nodes[replaced] = {leaf, {}, program.nodes[replaced].misuse};
  return result;
}

bool fails(Checker& checker, const Program& program, const Failure& failure) {
  const std::optional<Failure> found = checker.check(program);
  return found && found->kind == failure.kind;
}

}  // namespace

Program shrunk(Checker& checker, Program program, const Failure& failure) {
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (std::size_t i = program.nodes.size(); i-- > 0;) {
      if (i >= program.nodes.size()) continue;
      const Program less = without_node(program, i);
      if (!less.nodes.empty() && fails(checker, less, failure)) {
        program = less;
        smaller = true;
        continue;
      }
      const std::optional<Program> leaf = with_leaf(program, i);
      if (leaf && fails(checker, *leaf, failure)) {
        program = *leaf;
        smaller = true;
      }
    }
  }
  return program;
}

}  // namespace carousel::fuzz
