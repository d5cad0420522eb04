#include <autograd/op.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <tests/fuzz/check.hpp>
#include <tests/fuzz/generator.hpp>

// Random programs of ops: the library against a reference that shares no code with it.

namespace carousel::fuzz {
namespace {

constexpr const char* usage = R"(Usage: fuzz [--seed N] [--programs K | --seconds S] [--trace]
            [--break OP | --break-slope OP]
       fuzz --list | --self-test

Runs random programs, numbers N, N + 1, ..., through the library and through dual numbers, and
compares values, gradients and second derivatives. The first difference is shrunk and printed, and
the exit code is 1. `--seed` of a failure with `--programs 1` repeats it.

  --seed N          number of the first program; default 1
  --programs K      so many programs; default 1000
  --seconds S       as many programs as this time allows
  --trace           prints each program's number before it runs: the last one is that of a crash
  --break OP        the reference gets the values of OP wrong, which has to be found
  --break-slope OP  ... their derivatives only
  --list            the names of all ops that programs have
  --self-test       breaks each of them in turn
)";

struct Options {
  std::uint64_t seed = 1;
  Index programs = 1000;
  double seconds = 0;
  bool trace = false, list = false, self_test = false;
  Broken broken;
};

[[noreturn]] void refuse(const std::string& what) {
  std::fprintf(stderr, "fuzz: %s\n%s", what.c_str(), usage);
  std::exit(2);
}

Options parsed(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--help" || name == "-h") {
      std::fputs(usage, stdout);
      std::exit(0);
    }
    options.trace = options.trace || name == "--trace";
    options.list = options.list || name == "--list";
    options.self_test = options.self_test || name == "--self-test";
    if (name == "--trace" || name == "--list" || name == "--self-test") continue;
    if (++i == argc) refuse(name + " needs a value, or is unknown");
    const std::string value = argv[i];
    if (name == "--break" || name == "--break-slope") {
      if (all_proposals().count(value) == 0) refuse("there is no op '" + value + "'; see --list");
      options.broken.op = value;
      (name == "--break" ? options.broken.value : options.broken.slope) = 1e-3;
      continue;
    }
    char* end = nullptr;
    const double number = std::strtod(value.c_str(), &end);
    if (*end != '\0' || value.empty() || number < 0) refuse(name + ": no number: " + value);
    if (name == "--seed") {
      options.seed = std::strtoull(value.c_str(), nullptr, 10);
    } else if (name == "--programs") {
      options.programs = static_cast<Index>(number);
    } else if (name == "--seconds") {
      options.seconds = number;
    } else {
      refuse("unknown option " + name);
    }
  }
  return options;
}

void print(const Program& program) {
  std::vector<Extents> shapes;
  for (const auto& value : values_of<First>(program)) shapes.push_back(value.shape);
  std::fputs(listing(program, shapes).c_str(), stdout);
}

void report(Checker& checker, const Program& program, const Failure& failure) {
  std::printf("FAILED: program %llu: %s\n", static_cast<unsigned long long>(program.seed),
              failure.text.c_str());
  const Program small = shrunk(checker, program, failure);
  const std::optional<Failure> left = checker.check(small);
  std::printf("shrunk from %zu to %zu nodes: %s\n", program.nodes.size(), small.nodes.size(),
              left ? left->text.c_str() : "passes; it is what other programs left in memory");
  print(left ? small : program);
}

void summarise(const Counts& c, double seconds) {
  std::printf(
      "%lld programs, %lld ops, %.0f s: compared %lld values, %lld first and %lld second "
      "derivatives, %lld in float32; %lld misuses refused; %lld differences excused\n",
      static_cast<long long>(c.programs), static_cast<long long>(c.ops), seconds,
      static_cast<long long>(c.values), static_cast<long long>(c.gradients),
      static_cast<long long>(c.second), static_cast<long long>(c.float32),
      static_cast<long long>(c.misuses), static_cast<long long>(c.excused));
  std::string unseen;
  for (const Op* op : all_ops()) {
    if (c.ops_seen.count(op) == 0) unseen += std::string(" ") + op->name;
  }
  std::printf("%zu of %zu ops of the table were on a tape%s%s\n", c.ops_seen.size(),
              all_ops().size(), unseen.empty() ? "" : "; not:", unseen.c_str());
}

int run(const Options& options) {
  if (options.list) {
    for (const auto& entry : all_proposals()) std::printf("%s\n", entry.first.c_str());
    return 0;
  }
  if (options.self_test) return self_test();
  std::printf("fuzz --seed %llu\n", static_cast<unsigned long long>(options.seed));
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  Checker checker(options.broken);
  for (Index i = 0; options.seconds > 0 ? elapsed() < options.seconds : i < options.programs; ++i) {
    const std::uint64_t seed = options.seed + static_cast<std::uint64_t>(i);
    if (options.trace) {
      std::printf("program %llu\n", static_cast<unsigned long long>(seed));
      std::fflush(stdout);
    }
    const Program program = random_program(seed);
    const std::optional<Failure> failure = checker.check(program);
    if (!failure) continue;
    report(checker, program, *failure);
    return 1;
  }
  summarise(checker.counts(), elapsed());
  return 0;
}

}  // namespace
}  // namespace carousel::fuzz

int main(int argc, char** argv) { return carousel::fuzz::run(carousel::fuzz::parsed(argc, argv)); }
