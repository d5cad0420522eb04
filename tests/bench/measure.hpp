#pragma once
#include <dlfcn.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

/// What the two benchmark programs share: their command line, the clock and the output. Includes
/// neither Carousel nor libtorch, so that each program holds one of them only.
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
};

/// Reads `--shape input,hidden,batch,time --repeats N`; on a wrong command line prints what is
/// expected and leaves the program with CLI11's exit code.
inline Options read_options(int argc, char** argv, const char* purpose) {
  CLI::App app{purpose};
  std::vector<std::int64_t> shape;
  Options options;
  app.add_option("--shape", shape, "input,hidden,batch,time")
      ->required()
      ->delimiter(',')
      ->expected(4)
      ->check(CLI::PositiveNumber);
  app.add_option("--repeats", options.repeats, "training steps to time, after two to warm up")
      ->check(CLI::PositiveNumber);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));
  }
  options.workload = {shape[0], shape[1], shape[2], shape[3]};
  return options;
}

/// The processor that OpenBLAS has chosen its kernels for, as it names it; empty with another BLAS.
inline std::string blas_kernels() {
  using Name = char* (*)();
  const auto name = reinterpret_cast<Name>(dlsym(RTLD_DEFAULT, "openblas_get_corename"));
  return name != nullptr ? name() : "";
}

/// Runs `step` twice to warm up, then `repeats` times, and prints one line of JSON with the wall
/// time of each of these in milliseconds.
template <class Step>
void report(const Options& options, const char* library, const char* variant, Step&& step) {
  using Clock = std::chrono::steady_clock;
  for (int i = 0; i < 2; ++i) step();
  std::vector<double> ms;
  for (int i = 0; i < options.repeats; ++i) {
    const auto start = Clock::now();
    step();
    ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  const Workload& w = options.workload;
  std::printf("{\"blas_kernels\":\"%s\",", blas_kernels().c_str());
  std::printf("\"library\":\"%s\",\"variant\":\"%s\",\"shape\":[%lld,%lld,%lld,%lld],\"ms\":[",
              library, variant, static_cast<long long>(w.input), static_cast<long long>(w.hidden),
              static_cast<long long>(w.batch), static_cast<long long>(w.time));
  for (std::size_t i = 0; i < ms.size(); ++i) std::printf(i == 0 ? "%.4f" : ",%.4f", ms[i]);
  std::printf("]}\n");
}

}  // namespace carousel::bench
