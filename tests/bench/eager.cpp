#include <autograd/ops.hpp>
#include <autograd/support/error.hpp>
#include <cells/builtin.hpp>
#include <cells/init.hpp>
#include <cells/unroll.hpp>
#include <experiments/runner/float_environment.hpp>
#include <iostream>
#include <optim/adam.hpp>
#include <optim/clip.hpp>

#include "measure.hpp"

namespace carousel::bench {
namespace {

///     i = σ(W_i x + U_i h + b_i)        f = σ(W_f x + U_f h + b_f)
///     g = tanh(W_g x + U_g h + b_g)     o = σ(W_o x + U_o h + b_o)
///     c' = f∘c + i∘g                    h' = o∘tanh(c')
///
/// An LSTM as one writes it down: a matrix for each gate, nothing packed.
struct GateLstm {
  struct State {
    Var h, c;
  };
  Param W_i, W_f, W_g, W_o, U_i, U_f, U_g, U_o, b_i, b_f, b_g, b_o;

  void declare(cells::Declaration<State>& d) {
    d.state("h", &State::h);
    d.state("c", &State::c);
    d.input("W_i", W_i), d.input("W_f", W_f), d.input("W_g", W_g), d.input("W_o", W_o);
    d.recurrent("U_i", U_i), d.recurrent("U_f", U_f), d.recurrent("U_g", U_g);
    d.recurrent("U_o", U_o);
    d.bias("b_i", b_i), d.bias("b_f", b_f), d.bias("b_g", b_g), d.bias("b_o", b_o);
  }
  cells::Step<State> step(const Var& x, const State& s) const {
    const Var i = sigmoid(linear(x, W_i, b_i) + linear(s.h, U_i));
    const Var f = sigmoid(linear(x, W_f, b_f) + linear(s.h, U_f));
    const Var g = tanh(linear(x, W_g, b_g) + linear(s.h, U_g));
    const Var o = sigmoid(linear(x, W_o, b_o) + linear(s.h, U_o));
    const Var c = f * s.c + i * g;
    const Var h = o * tanh(c);
    return {h, {h, c}};
  }
};

Tensor normal(const Shape& shape, const char* stream) {
  Random random(1, stream);
  Tensor values(DType::float32, shape);
  for (Index i = 0; i < values.size(); ++i) values.set(i, random.normal());
  return values;
}

/// A cell, its readout and its optimiser, trained on one batch.
class Training {
 public:
  Training(std::unique_ptr<cells::AnyCell> cell, const Workload& w)
      : cell_(std::move(cell)),
        xs_(normal({w.time, w.batch, w.input}, "xs")),
        targets_(normal({w.batch, Workload::targets}, "targets")),
        readout_("readout", DType::float32, {Workload::targets, w.hidden}, Role::readout),
        readout_bias_("readout_bias", DType::float32, {Workload::targets}, Role::bias) {
    cell_->build({w.input, w.hidden}, DType::float32);
    cells::initialise(*cell_, {}, 1);
    const double bound = 1 / std::sqrt(static_cast<double>(w.hidden));
    Random random(1, "readout");
    Tensor& weights = readout_.mutable_value();
    for (Index i = 0; i < weights.size(); ++i) weights.set(i, random.uniform(-bound, bound));
    optimizer_.add(cell_->params());
    optimizer_.add({readout_, readout_bias_});
    clip_.norm = 1;
    wanted_.assign(optimizer_.params().begin(), optimizer_.params().end());
    gradients_.resize(wanted_.size());
  }

  void step() {
    tape_.reset();
    const cells::Unrolled run = cells::unroll(*cell_, tape_.input(xs_));
    const Var prediction = linear(run.outputs.back(), readout_, readout_bias_);
    const Var loss = mean(squared_error(prediction, tape_.input(targets_)));
    const Adjoints adjoints = tape_.backward(loss, wanted_);
    for (std::size_t i = 0; i < wanted_.size(); ++i) adjoints.copy_to(wanted_[i], gradients_[i]);
    clip_.apply(gradients_);
    optimizer_.step(gradients_);
  }

 private:
  std::unique_ptr<cells::AnyCell> cell_;
  Tensor xs_, targets_;
  Param readout_, readout_bias_;
  optim::Adam optimizer_;
  optim::Clip clip_;
  std::vector<Var> wanted_;
  optim::Gradients gradients_;
  Tape tape_;
};

void run(const Options& options) {
  const auto time = [&options](const char* variant, std::unique_ptr<cells::AnyCell> cell) {
    Training training(std::move(cell), options.workload);
    report(options, "carousel", variant, [&training] { training.step(); });
  };
  time("packed", cells::cells().make("lstm"));
  time("gates", cells::erase<GateLstm>());
}

}  // namespace
}  // namespace carousel::bench

int main(int argc, char** argv) {
  using namespace carousel::bench;
  // Gradients that vanish over a thousand steps become denormal numbers, which cost the processor
  // a hundred times more than others. Both programs flush them to zero.
  carousel::flush_denormals_to_zero();
  const Options options =
      read_options(argc, argv, "Times training steps of an LSTM that Carousel runs op by op.");
  try {
    run(options);
  } catch (const carousel::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
