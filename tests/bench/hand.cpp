#include <omp.h>

#include <iostream>
#include <memory>

#include "hand_lstm.hpp"

// The floor: the gradient of an LSTM that is fused by hand, the batch split over threads.

namespace carousel::bench {
namespace {

LstmWeights initial(const Workload& w) {
  LstmWeights weights{w.hidden, w.input};
  const auto U = stacked("U", "ifgo", w.hidden, w.hidden, w);
  const auto W = stacked("W", "ifgo", w.hidden, w.input, w);
  const auto b = stacked("b", "ifgo", w.hidden, 1, w);
  for (std::int64_t r = 0; r < 4 * w.hidden; ++r) {
    float* row = &weights.values[r * weights.columns];
    std::copy_n(&U[r * w.hidden], w.hidden, row);
    std::copy_n(&W[r * w.input], w.input, row + w.hidden);
    row[w.hidden + w.input] = b[r];
  }
  return weights;
}

class Gradient {
 public:
  Gradient(const Workload& w, int threads) : weights_(initial(w)), parts_(threads) {
    const auto xs = input_numbers(w), cotangent = cotangent_numbers(w);
    for (int i = 0; i < threads; ++i) {
      const std::int64_t begin = i * w.batch / threads, end = (i + 1) * w.batch / threads;
      parts_[i] = std::make_unique<HandLstm>(w, begin, end - begin, xs, cotangent);
    }
  }

  void run() {
    const int threads = static_cast<int>(parts_.size());
#pragma omp parallel for num_threads(threads) schedule(static, 1)
    for (int i = 0; i < threads; ++i) parts_[i]->run(weights_);
    std::vector<float>& sum = parts_[0]->gradient.values;
    for (int i = 1; i < threads; ++i) {
      const std::vector<float>& more = parts_[i]->gradient.values;
      for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += more[k];
    }
  }

  double norm() const {
    const std::vector<float>& sum = parts_[0]->gradient.values;
    return std::sqrt(sum_of_squares(sum.data(), static_cast<std::int64_t>(sum.size())));
  }

 private:
  LstmWeights weights_;
  std::vector<std::unique_ptr<HandLstm>> parts_;
};

}  // namespace
}  // namespace carousel::bench

int main(int argc, char** argv) {
  using namespace carousel::bench;
  flush_denormals();
  const Options options =
      read_options(argc, argv, "Times the gradient of an LSTM that is fused by hand.");
  const Workload& w = options.workload;
  const auto lanes = static_cast<std::int64_t>(xsimd::batch<float>::size);
  if (w.hidden % lanes != 0 || options.threads > w.batch) {
    std::cerr << "The hidden size has to be a multiple of " << lanes
              << ", and a thread needs a sequence.\n";
    return 2;
  }
  omp_set_num_threads(1);  // inside of oneDNN
  const Measurement measurement{"hand", "packed", "lstm", "grad"};
  if (!is_selected(options, measurement)) return 0;
  Gradient gradient(w, options.threads);
  measure(
      options, measurement, [&] { gradient.run(); }, [&] { return gradient.norm(); });
  return 0;
}
