#include <autograd/support/error.hpp>
#include <cells/library/mgu.hpp>
#include <cells/library/peephole_lstm.hpp>
#include <iostream>
#include <tests/plugins/mine.cpp>

#include "batch_step.hpp"
#include "cells.hpp"

// Carousel's times: cells written op by op, compiled and recorded step by step. Traces is what a
// plugin brings.

namespace carousel::bench {
namespace {

template <class Cell> void measure_cell(const Options& options, const char* name) {
  for (const char* variant : {"compiled", "eager"}) {
    for (const char* kind : {"grad", "train"}) {
      const Measurement measurement{"carousel", variant, name, kind};
      if (!is_selected(options, measurement)) continue;
      const bool train = std::string(kind) == "train";
      BatchStep step(cells::erase<Cell>(), options.workload,
                     {std::string(variant) == "compiled", options.threads}, train);
      measure(
          options, measurement, [&] { train ? step.train() : step.gradient(); },
          [&] { return train ? step.loss() : step.gradient_norm(); });
      std::printf("{\"kept_bytes\":%zu,\"peak_bytes\":%zu,\"of\":\"%s\",\"cell\":\"%s\"}\n",
                  step.kept_bytes(), step.peak_bytes(), variant, name);
    }
  }
}

void run(const Options& options) {
  measure_cell<Lstm>(options, "lstm");
  measure_cell<Gru>(options, "gru");
  measure_cell<Vanilla<tanh>>(options, "tanh");
  measure_cell<Vanilla<relu>>(options, "relu");
  measure_cell<cells::Mgu>(options, "mgu");
  measure_cell<cells::PeepholeLstm>(options, "peephole");
  measure_cell<ThreeGates>(options, "three_gates");
  measure_cell<Traces>(options, "traces");
}

}  // namespace
}  // namespace carousel::bench

int main(int argc, char** argv) {
  using namespace carousel::bench;
  flush_denormals();
  const Options options = read_options(argc, argv, "Times training steps of user-written cells.");
  try {
    run(options);
  } catch (const carousel::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
