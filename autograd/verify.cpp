#include <algorithm>
#include <autograd/node_check.hpp>
#include <autograd/verify.hpp>
#include <cmath>
#include <map>

namespace carousel {
namespace {

/// The checks of one node, added to `result`.
void verify_node(const Tape& tape, std::uint32_t id, const VerifyOptions& options, Random& random,
                 Verification& result) {
  const Node& node = tape.nodes()[id];
  detail::NodeCheck check(tape, node);
  const Tensor y = check.forward();
  const Tensor u = detail::random_like(check.shape(), random);
  std::vector<Tensor> dx = check.pullback(y, u, nullptr);
  const std::vector<Tensor> twice = check.pullback(y, u, &dx);
  std::vector<Tensor> once_more = dx;
  for (std::size_t i = 0; i < dx.size(); ++i) once_more[i] = detail::moved(twice[i], dx[i], -1);
  if (options.mutation) options.mutation(*node.op, dx);

  for (int i = 0; i < check.count(); ++i) {
    if (!check.floating(i) || check.value(i).size() == 0) continue;
    const auto at = static_cast<std::size_t>(i);
    const Tensor v = detail::direction(check.value(i), random);
    const detail::Differences found = detail::differences(
        u, y, [&](double h) { return check.forward(i, detail::moved(check.value(i), v, h)); });
    double terms = 0;
    for (Index j = 0; j < v.size(); ++j) terms += std::abs(dx[at].at(j) * v.at(j));
    if (!std::isfinite(terms)) terms = 0;  // wrong unless the difference is not finite either
    ++result.checked;
    if (node.op->view != nullptr) ++result.views;
    if (found.kink(terms)) {
      ++result.kinks;
      continue;
    }
    const double difference = found.near.value;
    const double bound = options.tolerance * (terms + std::abs(difference)) + found.near.rounding +
                         found.disagreement();
    const auto report = [&](double value) {
      if (std::abs(value - difference) <= bound) return true;  // false for NaN
      result.findings.push_back({tape.describe(id), id, i, value, difference, bound});
      return false;
    };
    if (report(detail::dot(dx[at], v))) report(detail::dot(once_more[at], v));
  }
}

}  // namespace

bool verifiable(const Node& node) {
  return node.op != nullptr && node.op->differentiable && node.value.shape.size() > 0 &&
         is_floating(node.value.dtype);
}

Verification verify(const Tape& tape, const VerifyOptions& options) {
  Verification result;
  Random random(options.seed, "verify");
  std::map<std::string, Index> seen;
  for (std::uint32_t id = 0; id < tape.nodes().size(); ++id) {
    const Node& node = tape.nodes()[id];
    if (!verifiable(node) || (options.node && *options.node != id)) continue;
    if (options.most_per_op > 0 && ++seen[node.op->name] > options.most_per_op) continue;
    verify_node(tape, id, options, random, result);
  }
  return result;
}

namespace {
std::string short_number(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", x);
  return text;
}
}  // namespace

std::string Finding::text() const {
  return "node " + std::to_string(node) + " (" + op + ") input " + std::to_string(input) +
         ": pullback " + short_number(pullback) + ", difference " + short_number(difference) +
         (std::isfinite(pullback) && std::isfinite(difference)
              ? " (may differ by " + short_number(bound) + ")"
              : " (its operands or its value are not finite there)");
}

std::string Verification::text() const {
  std::string text = std::to_string(checked) + " directional checks, " +
                     std::to_string(findings.size()) + " wrong, " + std::to_string(kinks) +
                     " skipped at kinks";
  constexpr std::size_t most = 10;
  for (std::size_t i = 0; i < std::min(findings.size(), most); ++i) {
    text += "\n  " + findings[i].text();
  }
  if (findings.size() > most) {
    text += "\n  and " + std::to_string(findings.size() - most) + " more";
  }
  return text;
}

}  // namespace carousel
