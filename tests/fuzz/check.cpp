#include <tests/fuzz/comparison.hpp>

namespace carousel::fuzz {

Checker::Checker(Broken broken) : broken_(std::move(broken)) {}

std::optional<Failure> Checker::check(const Program& program) {
  ++counts_.programs;
  for (const Node& node : program.nodes) {
    if (node.leaf) continue;
    ++counts_.ops;
    ++counts_.calls[node.call.op];
  }
  const char* where = "float64";
  try {
    float64_.reset();
    Comparison wide(program, broken_, float64_, in_float64, counts_);
    wide.values();
    if (wide.differentiable()) {
      wide.gradients();
      if (drawn(program, "second order", 0.25)) wide.second_order();
    }
    for (const carousel::Node& node : float64_.nodes()) {
      if (node.op != nullptr) counts_.ops_seen.insert(node.op);
    }
    if (!drawn(program, "float32", 0.3)) return std::nullopt;
    where = "float32";
    float32_.reset();
    Comparison narrow(program, broken_, float32_, in_float32, counts_);
    narrow.values();
    if (narrow.differentiable()) narrow.gradients();
  } catch (const Failure& failure) {
    return Failure{failure.kind, std::string(where) + ": " + failure.text};
  } catch (const std::exception& error) {
    return Failure{"error", std::string(where) + ": " + error.what()};
  }
  return std::nullopt;
}

}  // namespace carousel::fuzz
