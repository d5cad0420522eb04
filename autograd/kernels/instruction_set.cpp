#include <autograd/kernels/instruction_set.hpp>
#include <autograd/support/error.hpp>
#include <cstdlib>
#include <vector>

namespace carousel {
namespace detail {
namespace {

struct InstructionSet {
  const char *key, *name;
  bool here;  // the processor has it
  const KernelSet& (*kernels)();
};

// The largest one first.
std::vector<InstructionSet> instruction_sets() {
  std::vector<InstructionSet> sets;
#ifdef CAROUSEL_X86_KERNELS
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  sets.push_back({"avx512", "AVX-512", avx512, avx512_kernels});
  sets.push_back({"avx2", "AVX2", avx2, avx2_kernels});
#endif
  sets.push_back({"baseline", "baseline", true, baseline_kernels});
  return sets;
}

InstructionSet chosen() {
  const char* variable = std::getenv("CAROUSEL_INSTRUCTIONS");
  const std::string wanted = variable == nullptr ? "" : variable;
  std::string known;
  for (const InstructionSet& set : instruction_sets()) {
    if (!set.here) continue;
    if (wanted.empty() || wanted == set.key) return set;
    known += (known.empty() ? "" : ", ") + std::string(set.key);
  }
  throw Error(ErrorKind::argument, "CAROUSEL_INSTRUCTIONS", "one of " + known, "'" + wanted + "'",
              "Without it the first of these is taken.");
}

const InstructionSet& used() {
  static const InstructionSet set = chosen();  // a property of the process
  return set;
}

}  // namespace

const KernelSet& kernels() { return used().kernels(); }

}  // namespace detail

std::string instruction_set() { return detail::used().name; }

}  // namespace carousel
