#pragma once
#include <dlfcn.h>
#if defined(__SSE2__)
#include <pmmintrin.h>
#endif

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

/// What the benchmark's programs share: their command line, the clock and the output. Includes
/// none of the libraries that are compared, so that each program holds one of them only.
namespace carousel::bench {

/// A training step's sizes: xs [time, batch, input], states [batch, hidden], targets
/// [batch, targets].
struct Workload {
  std::int64_t input = 2, hidden = 128, batch = 50, time = 200;
  static constexpr std::int64_t targets = 10;
};

struct Options {
  Workload workload;
  int repeats = 10;
  double milliseconds = 0;
  int threads = 1;
  std::vector<std::string> cells, kinds, variants;  ///< those to measure; empty: all
};

/// One thing to measure: a cell, run by an engine, a library, in one of its ways.
struct Measurement {
  std::string engine, variant, cell, kind;
};

inline bool is_selected(const Options& options, const Measurement& m) {
  const auto in = [](const std::vector<std::string>& names, const std::string& name) {
    return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
  };
  return in(options.cells, m.cell) && in(options.kinds, m.kind) && in(options.variants, m.variant);
}

/// Gradients that vanish over a thousand steps become denormal numbers, which cost the processor a
/// hundred times more than others. All programs flush them to zero, in the calling thread and in
/// those that it starts.
inline void flush_denormals() {
#if defined(__SSE2__)
  _MM_SET_FLUSH_ZERO_MODE(_MM_FLUSH_ZERO_ON);
  _MM_SET_DENORMALS_ZERO_MODE(_MM_DENORMALS_ZERO_ON);
#endif
}

/// The most memory that the process has had so far, in KiB, less what it had at the first call.
inline long peak_kib() {
  const auto now = [] {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
      if (line.rfind("VmHWM:", 0) == 0) return std::stol(line.substr(6));
    }
    return 0L;
  };
  static const long before = now();
  return now() - before;
}

/// Reads `--shape input,hidden,batch,time` and what else there is; on a wrong command line prints
/// what is expected and leaves the program with CLI11's exit code. `more` adds a program's own.
template <class More> Options read_options(int argc, char** argv, const char* purpose, More more) {
  CLI::App app{purpose};
  std::vector<std::int64_t> shape;
  Options options;
  app.add_option("--shape", shape, "input,hidden,batch,time")
      ->required()
      ->delimiter(',')
      ->expected(4)
      ->check(CLI::PositiveNumber);
  app.add_option("--repeats", options.repeats, "steps to time, after two to warm up")
      ->check(CLI::PositiveNumber);
  app.add_option("--milliseconds", options.milliseconds,
                 "time the steps that fit, 3 to 200, instead of --repeats")
      ->check(CLI::PositiveNumber);
  app.add_option("--threads", options.threads, "threads that share the batch")
      ->check(CLI::PositiveNumber);
  app.add_option("--cells", options.cells, "measure these cells only")->delimiter(',');
  app.add_option("--kinds", options.kinds, "train, grad or both")->delimiter(',');
  app.add_option("--variants", options.variants, "measure these variants only")->delimiter(',');
  more(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  peak_kib();
  options.workload = {shape[0], shape[1], shape[2], shape[3]};
  return options;
}

inline Options read_options(int argc, char** argv, const char* purpose) {
  return read_options(argc, argv, purpose, [](CLI::App&) {});
}

/// The processor that OpenBLAS has chosen its kernels for, as it names it; empty with another BLAS.
inline std::string blas_kernels() {
  using Name = char* (*)();
  const auto name = reinterpret_cast<Name>(dlsym(RTLD_DEFAULT, "openblas_get_corename"));
  return name != nullptr ? name() : "";
}

/// Prints what the library calls its version.
inline void print_version(const char* library, const std::string& version) {
  std::printf("{\"version\":\"%s\",\"of\":\"%s\"}\n", version.c_str(), library);
}

/// Prints one line of JSON. `check` is a number that every library has to agree on: of a training
/// step the first loss, of a gradient its norm.
inline void print(const Options& options, const Measurement& m, double check, long kib,
                  const std::vector<double>& ms) {
  const Workload& w = options.workload;
  std::printf("{\"blas_kernels\":\"%s\",\"library\":\"%s\",\"variant\":\"%s\",\"cell\":\"%s\",",
              blas_kernels().c_str(), m.engine.c_str(), m.variant.c_str(), m.cell.c_str());
  std::printf("\"kind\":\"%s\",\"threads\":%d,\"check\":%.7g,\"kib\":%ld,", m.kind.c_str(),
              options.threads, check, kib);
  std::printf("\"shape\":[%lld,%lld,%lld,%lld],\"ms\":[", static_cast<long long>(w.input),
              static_cast<long long>(w.hidden), static_cast<long long>(w.batch),
              static_cast<long long>(w.time));
  for (std::size_t i = 0; i < ms.size(); ++i) std::printf(i == 0 ? "%.4f" : ",%.4f", ms[i]);
  std::printf("]}\n");
  std::fflush(stdout);
}

/// Runs `step` twice to warm up, then as often as the options say, and prints the wall time of each
/// of these in milliseconds. `check` is asked after the first one and is not timed.
template <class Step, class Check>
void measure(const Options& options, const Measurement& measurement, Step&& step, Check&& check) {
  using Clock = std::chrono::steady_clock;
  const auto time = [&step] {
    const auto start = Clock::now();
    step();
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  };
  step();
  const double checked = check();
  const double expected = time();
  int repeats = options.repeats;
  if (options.milliseconds > 0) {
    repeats = static_cast<int>(std::clamp(options.milliseconds / expected, 3.0, 200.0));
  }
  std::vector<double> ms;
  for (int i = 0; i < repeats; ++i) ms.push_back(time());
  print(options, measurement, checked, peak_kib(), ms);
}

/// The same of a program without a number to agree on.
template <class Step>
void report(const Options& options, const char* library, const char* variant, Step&& step) {
  measure(options, {library, variant, "lstm", "grad"}, step, [] { return 0.0; });
}

}  // namespace carousel::bench
