#include <torch/torch.h>

#include "measure.hpp"

namespace carousel::bench {
namespace {

using States = std::tuple<torch::Tensor, torch::Tensor>;

/// libtorch's own cell, at::lstm_cell.
States library_cell(torch::nn::LSTMCell& cell, const torch::Tensor& x, const States& s) {
  return cell->forward(x, s);
}

/// The same cell from single ops, on the library cell's parameters:
///
///     i, f, g, o = W x + b_ih + U h + b_hh;  c' = σ(f)∘c + σ(i)∘tanh(g);  h' = σ(o)∘tanh(c')
States cell_by_hand(torch::nn::LSTMCell& cell, const torch::Tensor& x, const States& s) {
  const auto& [h, c] = s;
  const auto gates = at::add(at::linear(x, cell->weight_ih, cell->bias_ih),
                             at::linear(h, cell->weight_hh, cell->bias_hh));
  const auto parts = at::chunk(gates, 4, 1);
  const auto next_c = at::add(at::mul(at::sigmoid(parts[1]), c),
                              at::mul(at::sigmoid(parts[0]), at::tanh(parts[2])));
  return {at::mul(at::sigmoid(parts[3]), at::tanh(next_c)), next_c};
}

void run(const Options& options) {
  const Workload& w = options.workload;
  const auto time = [&](const char* variant, const auto& step_of) {
    torch::manual_seed(1);
    const auto xs = torch::randn({w.time, w.batch, w.input});
    const auto targets = torch::randn({w.batch, Workload::targets});
    torch::nn::LSTMCell cell(w.input, w.hidden);
    torch::nn::Linear readout(w.hidden, Workload::targets);
    std::vector<torch::Tensor> params = cell->parameters();
    for (const auto& param : readout->parameters()) params.push_back(param);
    torch::optim::Adam optimizer(params, torch::optim::AdamOptions(1e-3));
    report(options, "torch", variant, [&] {
      for (auto& param : params) param.mutable_grad().reset();  // quicker than filling with zeros
      States state{torch::zeros({w.batch, w.hidden}), torch::zeros({w.batch, w.hidden})};
      for (const auto& x : xs.unbind(0)) state = step_of(cell, x, state);
      const auto loss = torch::mse_loss(readout->forward(std::get<0>(state)), targets);
      loss.backward();
      torch::nn::utils::clip_grad_norm_(params, 1.0);
      optimizer.step();
    });
  };
  time("lstm_cell", library_cell);
  time("by_hand", cell_by_hand);
}

}  // namespace
}  // namespace carousel::bench

int main(int argc, char** argv) {
  using namespace carousel::bench;
  const Options options =
      read_options(argc, argv, "Times training steps of an LSTM that libtorch runs op by op.");
  at::set_num_threads(1);
  at::set_num_interop_threads(1);
  torch::globalContext().setFlushDenormal(true);  // as the other program does
  run(options);
  return 0;
}
