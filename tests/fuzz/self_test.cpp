#include <cstdio>
#include <tests/fuzz/check.hpp>
#include <tests/fuzz/generator.hpp>

namespace carousel::fuzz {
namespace {

constexpr double share = 1e-3;  // by which an op is wrong
constexpr int most = 60;        // programs with an op, of which one has to show that it is wrong
constexpr int most_tried = 4000;

bool has(const Program& program, const std::string& op) {
  return std::any_of(program.nodes.begin(), program.nodes.end(),
                     [&](const Node& node) { return !node.leaf && node.call.op == op; });
}

/// The programs, of the first ones, that have an op.
std::vector<Program> programs_with(const std::string& op) {
  std::vector<Program> result;
  for (std::uint64_t seed = 1; seed <= most_tried && result.size() < most; ++seed) {
    Program program = random_program(seed);
    if (has(program, op)) result.push_back(std::move(program));
  }
  return result;
}

bool found(const std::vector<Program>& programs, const Broken& broken) {
  Checker checker(broken);
  return std::any_of(programs.begin(), programs.end(), [&](const Program& program) {
    const std::optional<Failure> failure = checker.check(program);
    return failure && failure->kind != "error";
  });
}

/// Ops without a derivative: no wrong one can show.
bool stops(const std::string& op) {
  static const std::set<std::string> ops{
      "sign",  "detach",    "greater",    "greater_equal", "less",       "less_equal",
      "equal", "not_equal", "x > c",      "x >= c",        "x < c",      "x <= c",
      "x = c", "x != c",    "logical_or", "logical_and",   "logical_not"};
  return ops.count(op) > 0;
}

}  // namespace

int self_test() {
  int values = 0, slopes = 0, faults = 0;
  const auto expect = [&](bool right, const std::string& op, const char* what) {
    if (right) return true;
    std::printf("FAILED: %s: %s\n", op.c_str(), what);
    ++faults;
    return false;
  };
  for (const auto& entry : all_proposals()) {
    const std::string& op = entry.first;
    const std::vector<Program> programs = programs_with(op);
    values += expect(found(programs, {op, share, 0}), op, "wrong values are not found");
    const bool slope = found(programs, {op, 0, share});
    if (stops(op)) {
      expect(!slope, op, "a wrong derivative of an op that has none was found");
    } else {
      slopes += expect(slope, op, "wrong derivatives are not found");
    }
  }
  std::printf("found wrong values of %d ops and wrong derivatives of %d, of %zu ops\n", values,
              slopes, all_proposals().size());
  return faults > 0 ? 1 : 0;
}

}  // namespace carousel::fuzz
