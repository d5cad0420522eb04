#include <fmt/format.h>

#include <autograd/support/error.hpp>
#include <chrono>
#include <experiments/runner/experiment.hpp>
#include <experiments/runner/op_verification.hpp>
#include <iostream>

namespace carousel {
namespace {

std::vector<const Op*> chosen(const Registry& registry, const std::string& name) {
  if (name.empty()) return registry.ops;
  std::vector<std::string> names;
  for (const Op* op : registry.ops) {
    if (op->name == name) return {op};
    names.emplace_back(op->name);
  }
  throw unknown_name(ErrorKind::config, "carousel verify", "op", name, names);
}

void print_edges(const std::vector<const Op*>& ops) {
  for (const Op* op : ops) {
    if (op->edges.count == 0) {
      if (ops.size() == 1) std::cout << op->name << ": no edges are stated\n";
      continue;
    }
    std::cout << op->name << ": " << op->doc << "\n";
    for (int i = 0; i < op->edges.count; ++i) {
      std::cout << "  " << to_string(*op, op->edges.first[i]) << "\n";
    }
  }
}

std::string count_or_dash(Index count) { return count > 0 ? std::to_string(count) : "-"; }

}  // namespace

int run_verify(const Registry& registry, const VerifyOpsOptions& options) {
  const std::vector<const Op*> ops = chosen(registry, options.op);
  if (options.edges) {
    print_edges(ops);
    return exit_done;
  }
  const auto start = std::chrono::steady_clock::now();
  const auto line = [](const auto&... columns) {
    std::cout << fmt::format("{:<18}{:>10}{:>8}{:>10}{:>10}{:>8}\n", columns...);
  };
  line("op", "gradients", "kinks", "second", "float32", "edges");
  Index checks = 0, wrong = 0;
  for (const Op* op : ops) {
    const OpCheck result = check_op(*op, options.check);
    checks += result.checks();
    line(op->name, count_or_dash(result.gradients), count_or_dash(result.kinks),
         count_or_dash(result.second), count_or_dash(result.float32), count_or_dash(result.edges));
    if (result.passed()) continue;
    ++wrong;
    if (result.faults.empty()) {
      std::cout << "  WRONG: "
                << (result.gradients == 0 ? "its sampler gives nothing that could be checked"
                                          : "more than one in a hundred skipped at kinks")
                << "\n";
    }
    constexpr std::size_t most = 5;
    for (std::size_t i = 0; i < std::min(result.faults.size(), most); ++i) {
      std::cout << "  WRONG: " << result.faults[i] << "\n";
    }
    if (result.faults.size() > most) {
      std::cout << "  and " << result.faults.size() - most << " more\n";
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::cout << fmt::format("{} ops, {} checks from seed {}, {} ops wrong, {:.1f} s\n", ops.size(),
                           checks, options.check.seed, wrong, took.count());
  return wrong == 0 ? exit_done : exit_failed;
}

}  // namespace carousel
