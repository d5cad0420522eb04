#include <algorithm>

#include "numbers.hpp"
#include "torch_cells.hpp"

// libtorch's times for whole training steps: its layers, its LSTM cell in a loop, and single ops.

namespace carousel::bench {
namespace {

namespace nn = torch::nn;

Tensor tensor(std::vector<float> values, at::IntArrayRef shape) {
  return torch::from_blob(values.data(), shape, torch::kFloat).clone();
}

Tensor parameter_of(const std::vector<float>& values, at::IntArrayRef shape) {
  return tensor(values, shape).set_requires_grad(true);
}

Packed packed(const TorchCell& cell, const Workload& w) {
  const std::string name = cell.name, gates = cell.gates;
  const auto count = std::max<std::int64_t>(1, static_cast<std::int64_t>(gates.size()));
  Packed p;
  p.W = parameter_of(stacked("W", gates, w.hidden, w.input, w), {count * w.hidden, w.input});
  p.U = parameter_of(stacked("U", gates, w.hidden, w.hidden, w), {count * w.hidden, w.hidden});
  p.b = parameter_of(stacked("b", gates, w.hidden, 1, w), {count * w.hidden});
  if (name == "gru") p.more = parameter_of(stacked("b", "m", w.hidden, 1, w), {w.hidden});
  if (name == "peephole") {
    p.more = parameter_of(stacked("p", "ifo", w.hidden, 1, w), {3, w.hidden});
  }
  if (name == "traces") {
    p.more = parameter_of(stacked("V", "", w.hidden, w.hidden, w), {w.hidden, w.hidden});
  }
  return p;
}

/// The same numbers in one of libtorch's modules, which has a bias_ih and a bias_hh.
template <class Module> void set(Module& module, const Packed& p) {
  torch::NoGradGuard no_grad;
  for (auto& item : module->named_parameters()) {
    const std::string& name = item.key();
    const auto begins = [&name](const char* with) { return name.rfind(with, 0) == 0; };
    if (begins("weight_ih")) item.value().copy_(p.W);
    if (begins("weight_hh")) item.value().copy_(p.U);
    if (begins("bias_ih")) item.value().copy_(p.b);
    if (begins("bias_hh")) item.value().zero_();
    if (begins("bias_hh") && p.more.defined())
      item.value().slice(0, 2 * p.more.size(0)).copy_(p.more);
  }
}

class Benchmark {
 public:
  explicit Benchmark(const Options& options)
      : options_(options),
        w_(options.workload),
        xs_(tensor(input_numbers(w_), {w_.time, w_.batch, w_.input})),
        targets_(tensor(numbers("targets", w_.batch * Workload::targets, 1),
                        {w_.batch, Workload::targets})) {}

  void run() {
    for (const TorchCell& cell : torch_cells) {
      const std::string name = cell.name;
      op_by_op(cell);
      if (name == "lstm") fused(cell, [&] { return nn::LSTM(w_.input, w_.hidden); });
      if (name == "lstm") lstm_cell(cell);
      if (name == "gru") fused(cell, [&] { return nn::GRU(w_.input, w_.hidden); });
      if (name == "tanh") fused(cell, [&] { return nn::RNN(w_.input, w_.hidden); });
      if (name == "relu") {
        fused(cell, [&] {
          return nn::RNN(nn::RNNOptions(w_.input, w_.hidden).nonlinearity(torch::kReLU));
        });
      }
    }
  }

 private:
  /// Forward, loss on the last output, backward, clipping by the norm, Adam.
  template <class Last>
  void train(const Measurement& measurement, std::vector<Tensor> params, Last&& last) {
    const Tensor readout = parameter_of(parameter("readout", Workload::targets * w_.hidden, w_),
                                        {Workload::targets, w_.hidden});
    const Tensor bias =
        parameter_of(parameter("readout_bias", Workload::targets, w_), {Workload::targets});
    params.push_back(readout);
    params.push_back(bias);
    torch::optim::Adam optimizer(params, torch::optim::AdamOptions(1e-3));
    double last_loss = 0;
    const auto step = [&] {
      for (auto& param : params) param.mutable_grad().reset();  // quicker than filling with zeros
      const Tensor loss = torch::mse_loss(at::linear(last(), readout, bias), targets_);
      loss.backward();
      nn::utils::clip_grad_norm_(params, 1.0);
      optimizer.step();
      last_loss = loss.item<double>();
    };
    measure(options_, measurement, step, [&] { return last_loss; });
  }

  template <class Make> void fused(const TorchCell& cell, Make&& make) {
    const Measurement measurement{"torch", "fused", cell.name, "train"};
    if (!is_selected(options_, measurement)) return;
    auto module = make();
    set(module, packed(cell, w_));
    train(measurement, module->parameters(), [&] { return std::get<0>(module->forward(xs_))[-1]; });
  }

  void lstm_cell(const TorchCell& cell) {
    const Measurement measurement{"torch", "lstm_cell", cell.name, "train"};
    if (!is_selected(options_, measurement)) return;
    nn::LSTMCell module(w_.input, w_.hidden);
    set(module, packed(cell, w_));
    train(measurement, module->parameters(), [&] {
      std::tuple<Tensor, Tensor> state{zeros(), zeros()};
      for (const auto& x : xs_.unbind(0)) state = module->forward(x, state);
      return std::get<0>(state);
    });
  }

  void op_by_op(const TorchCell& cell) {
    const Measurement measurement{"torch", "op_by_op", cell.name, "train"};
    if (!is_selected(options_, measurement)) return;
    const Packed p = packed(cell, w_);
    std::vector<Tensor> params{p.W, p.U, p.b};
    if (p.more.defined()) params.push_back(p.more);
    train(measurement, params, [&] {
      State state;
      while (static_cast<int>(state.size()) < cell.states) state.push_back(zeros());
      for (const auto& x : at::linear(xs_, p.W, p.b).unbind(0)) state = cell.step(p, x, state);
      return state[0];
    });
  }

  Tensor zeros() const { return torch::zeros({w_.batch, w_.hidden}); }

  Options options_;
  Workload w_;
  Tensor xs_, targets_;
};

}  // namespace
}  // namespace carousel::bench

int main(int argc, char** argv) {
  using namespace carousel::bench;
  flush_denormals();
  const Options options = read_options(argc, argv, "Times libtorch's training steps.");
  print_version("torch", TORCH_VERSION);
  at::set_num_threads(options.threads);
  at::set_num_interop_threads(1);
  torch::globalContext().setFlushDenormal(true);
  Benchmark(options).run();
  return 0;
}
