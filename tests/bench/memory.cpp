#include <autograd/ops.hpp>
#include <autograd/support/error.hpp>
#include <cells/builtin.hpp>
#include <cells/init.hpp>
#include <cells/unroll.hpp>
#include <experiments/runner/float_environment.hpp>
#include <iostream>

#include "measure.hpp"

// What keeping less of a recurrence costs: forward and backward of an LSTM with a loss on its last
// output, everything kept and segments of about √T steps by turns, and the peak of each.

namespace carousel::bench {
namespace {

class Pass {
 public:
  Pass(const Workload& w, cells::Memory memory)
      : cell_(cells::cells().make("lstm")), xs_(DType::float32, {w.time, w.batch, w.input}) {
    cell_->build({w.input, w.hidden}, DType::float32);
    cells::initialise(*cell_, {}, 1);
    Random random(1, "xs");
    for (Index i = 0; i < xs_.size(); ++i) xs_.set(i, random.normal());
    wanted_.assign(cell_->params().begin(), cell_->params().end());
    options_.memory = memory;
  }

  void step() {
    tape_.reset();
    const cells::Unrolled run = cells::unroll(*cell_, tape_.input(xs_), options_);
    const Adjoints adjoints = tape_.backward(mean(square(run.last())), wanted_);
    norm_ = adjoints.norm(wanted_.front());
  }
  std::size_t peak() const { return tape_.peak_bytes(); }
  double norm() const { return norm_; }

 private:
  std::unique_ptr<cells::AnyCell> cell_;
  Tensor xs_;
  std::vector<Var> wanted_;
  cells::UnrollOptions options_;
  Tape tape_;
  double norm_ = 0;
};

void run(const Options& options) {
  Pass full(options.workload, {}), sqrt(options.workload, cells::Memory::sqrt());
  for (int round = 0; round < 3; ++round) {
    report(options, "carousel", "full", [&full] { full.step(); });
    report(options, "carousel", "sqrt", [&sqrt] { sqrt.step(); });
  }
  if (full.norm() != sqrt.norm()) std::printf("the gradients differ\n");
  std::printf("{\"peak_bytes\":{\"full\":%zu,\"sqrt\":%zu}}\n", full.peak(), sqrt.peak());
}

}  // namespace
}  // namespace carousel::bench

int main(int argc, char** argv) {
  using namespace carousel::bench;
  carousel::flush_denormals_to_zero();
  const Options options =
      read_options(argc, argv, "Times a recurrence that keeps everything, and one that does not.");
  try {
    run(options);
  } catch (const carousel::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
