#include <omp.h>

#include <iostream>

#include "numbers.hpp"
#include "packed_product.hpp"

// What the products of a gradient would take if nothing else were to do and each ran, on every
// thread, at the best rate that one core reaches at its shape.

namespace carousel::bench {
namespace {

using Size = std::int64_t;

std::vector<float> some(Size count) { return numbers("limit", count, 1); }

/// Operations in a nanosecond: of the quickest of many runs of some 20 µs each.
template <class Run> double rate(double operations, Run&& run) {
  using Clock = std::chrono::steady_clock;
  const int calls = static_cast<int>(std::clamp(2e6 / operations, 1.0, 1000.0));
  double best = 0;
  run();  // makes oneDNN's kernel
  const auto begin = Clock::now();
  while (Clock::now() - begin < std::chrono::milliseconds(30)) {
    const auto start = Clock::now();
    for (int i = 0; i < calls; ++i) run();
    const double ns = std::chrono::duration<double, std::nano>(Clock::now() - start).count();
    best = std::max(best, calls * operations / ns);
  }
  return best;
}

/// C [m, n] = A [m, k] B [k, n] with a packed B.
double packed_rate(Size m, Size k, Size n) {
  PackedProduct product(m, k, n, k, n, false);
  std::vector<float> a = some(m * k), b = some(k * n), c(m * n);
  product.pack(b.data(), false);
  return rate(2.0 * m * k * n, [&] { product(a.data(), c.data()); });
}

/// C [m, n] = Aᵀ B over the rows of A [rows, m] and B [rows, n].
double transposed_rate(Size m, Size n, Size rows) {
  const std::vector<float> a = some(rows * m), b = some(rows * n);
  std::vector<float> c(m * n);
  return rate(2.0 * m * n * rows, [&] {
    transposed_product(m, n, rows, a.data(), m, b.data(), n, false, c.data(), n);
  });
}

/// With G gates, of a part of the batch:
///     forward          [rows, hidden] U^T and as many operations for each input
///     dL/dh            [rows, G hidden] U
///     weight gradients [G hidden, hidden] over 512 rows, and as many operations for each input
void run(const Options& options, const char* cell, Size gates) {
  const Workload& w = options.workload;
  const Measurement measurement{"limit", "products", cell, "grad"};
  if (!is_selected(options, measurement)) return;
  constexpr Size chunk = 512;
  const Size rows = std::max<Size>(1, w.batch / options.threads), G = gates * w.hidden;
  const double forward = packed_rate(rows, w.hidden, G), back = packed_rate(rows, G, w.hidden);
  const double weights = transposed_rate(G, w.hidden, chunk);
  const double steps = static_cast<double>(w.batch * w.time);
  const double of_state = 2.0 * steps * static_cast<double>(G * w.hidden);
  const double of_both = 2.0 * steps * static_cast<double>(G * (w.hidden + w.input));
  const double ns = (of_both / forward + of_state / back + of_both / weights) / options.threads;
  std::printf("{\"rates\":[%.2f,%.2f,%.2f],\"cell\":\"%s\",\"operations\":%.0f}\n", forward, back,
              weights, cell, of_state + 2 * of_both);
  print(options, measurement, 0, peak_kib(), {ns / 1e6});
}

}  // namespace
}  // namespace carousel::bench

int main(int argc, char** argv) {
  using namespace carousel::bench;
  flush_denormals();
  const Options options =
      read_options(argc, argv, "Tells how long the products of a gradient take at the least.");
  omp_set_num_threads(1);
  run(options, "lstm", 4);
  run(options, "gru", 3);
  run(options, "tanh", 1);
  return 0;
}
