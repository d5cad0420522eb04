#include <omp.h>

#include <dnnl.hpp>
#include <iostream>

#include "numbers.hpp"
#include "onednn_cells.hpp"

// Forward and backward of oneDNN's recurrent primitives, as those use them who train with them:
// weights in the layouts that the primitives choose.

namespace carousel::bench {
namespace {

using namespace dnnl;
using Tag = memory::format_tag;

memory filled(const memory::desc& desc, const engine& processor, const std::vector<float>& values) {
  memory result(desc, processor);
  std::copy(values.begin(), values.end(), static_cast<float*>(result.get_data_handle()));
  return result;
}

void fill_zero(const memory& m) {
  auto* data = static_cast<char*>(m.get_data_handle());
  std::fill(data, data + m.get_desc().get_size(), 0);
}

/// oneDNN's plain layout of a matrix for each gate, [columns, gates, rows], from [rows, columns].
std::vector<float> columns_first(const char* name, const std::string& gates, std::int64_t rows,
                                 std::int64_t columns, const Workload& w) {
  const std::vector<float> from = stacked(name, gates, rows, columns, w);
  const auto stride = static_cast<std::int64_t>(gates.size()) * rows;
  std::vector<float> to(from.size());
  for (std::int64_t r = 0; r < stride; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) to[c * stride + r] = from[r * columns + c];
  }
  return to;
}

template <class Cell> class Recurrence {
 public:
  explicit Recurrence(const Workload& w) : w_(w), shapes_(shapes(w, Cell::gates, Cell::biases)) {
    forward_desc_ = Cell::forward(shapes_, processor_);
    const auto backward_desc = Cell::backward(shapes_, processor_, forward_desc_);
    const std::string gates = Cell::gates, biases = Cell::biases;
    weights_ = {
        filled(plain(w.input), processor_, columns_first("W", gates, w.hidden, w.input, w)),
        filled(plain(w.hidden), processor_, columns_first("U", gates, w.hidden, w.hidden, w))};
    gradients_ = {memory(plain(w.input), processor_), memory(plain(w.hidden), processor_)};
    const memory::desc forward_layouts[] = {forward_desc_.weights_layer_desc(),
                                            forward_desc_.weights_iter_desc()};
    const memory::desc backward_layouts[] = {backward_desc.weights_layer_desc(),
                                             backward_desc.weights_iter_desc()};
    const memory::desc gradient_layouts[] = {backward_desc.diff_weights_layer_desc(),
                                             backward_desc.diff_weights_iter_desc()};
    for (int i = 0; i < 2; ++i) {
      forward_weights_.emplace_back(forward_layouts[i], processor_);
      backward_weights_.emplace_back(backward_layouts[i], processor_);
      own_gradients_.emplace_back(gradient_layouts[i], processor_);
      to_forward_.emplace_back(weights_[i], forward_weights_[i]);
      to_backward_.emplace_back(weights_[i], backward_weights_[i]);
      from_own_.emplace_back(own_gradients_[i], gradients_[i]);
    }
    bias_gradient_ = memory(backward_desc.diff_bias_desc(), processor_);
    const memory bias = filled(shapes_.bias, processor_, stacked("b", biases, w.hidden, 1, w));
    const memory x = filled(shapes_.x, processor_, input_numbers(w));
    const memory h(shapes_.h, processor_), initial(shapes_.initial, processor_);
    fill_zero(initial);
    const memory workspace(forward_desc_.workspace_desc(), processor_);
    for (int i = 0; i < 2; ++i) to_forward_[i].execute(stream_, weights_[i], forward_weights_[i]);
    forward_ = typename Cell::Forward(forward_desc_);
    backward_ = typename Cell::Backward(backward_desc);
    forward_arguments_ = {{DNNL_ARG_SRC_LAYER, x},
                          {DNNL_ARG_SRC_ITER, initial},
                          {DNNL_ARG_WEIGHTS_LAYER, forward_weights_[0]},
                          {DNNL_ARG_WEIGHTS_ITER, forward_weights_[1]},
                          {DNNL_ARG_BIAS, bias},
                          {DNNL_ARG_DST_LAYER, h},
                          {DNNL_ARG_WORKSPACE, workspace}};
    if (Cell::has_two_states) forward_arguments_[DNNL_ARG_SRC_ITER_C] = initial;
    backward_arguments_ = forward_arguments_;
    backward_arguments_[DNNL_ARG_DIFF_SRC_ITER] = memory(shapes_.initial, processor_);
    if (Cell::has_two_states) {
      backward_arguments_[DNNL_ARG_DIFF_SRC_ITER_C] = memory(shapes_.initial, processor_);
    }
    backward_arguments_[DNNL_ARG_WEIGHTS_LAYER] = backward_weights_[0];
    backward_arguments_[DNNL_ARG_WEIGHTS_ITER] = backward_weights_[1];
    backward_arguments_[DNNL_ARG_DIFF_DST_LAYER] =
        filled(shapes_.h, processor_, cotangent_numbers(w));
    backward_arguments_[DNNL_ARG_DIFF_SRC_LAYER] = memory(shapes_.x, processor_);
    backward_arguments_[DNNL_ARG_DIFF_WEIGHTS_LAYER] = own_gradients_[0];
    backward_arguments_[DNNL_ARG_DIFF_WEIGHTS_ITER] = own_gradients_[1];
    backward_arguments_[DNNL_ARG_DIFF_BIAS] = bias_gradient_;
  }

  /// The two primitives alone, whatever it takes to give them their weights. The backward one adds
  /// to its gradients.
  void primitives() {
    forward_.execute(stream_, forward_arguments_);
    backward_.execute(stream_, backward_arguments_);
    stream_.wait();
  }

  /// What a training step needs between one change of the parameters and the next.
  void step() {
    for (int i = 0; i < 2; ++i) {
      to_forward_[i].execute(stream_, weights_[i], forward_weights_[i]);
      to_backward_[i].execute(stream_, weights_[i], backward_weights_[i]);
      fill_zero(own_gradients_[i]);
    }
    fill_zero(bias_gradient_);
    primitives();
    for (int i = 0; i < 2; ++i) from_own_[i].execute(stream_, own_gradients_[i], gradients_[i]);
    stream_.wait();
  }

  double gradient_norm() const {
    return std::sqrt(squares(gradients_[0]) + squares(gradients_[1]) + squares(bias_gradient_));
  }

  /// What is kept from the forward to the backward primitive, parameters aside.
  std::size_t kept_bytes() const {
    return forward_desc_.workspace_desc().get_size() + shapes_.x.get_size() + shapes_.h.get_size();
  }

 private:
  memory::desc plain(std::int64_t columns) const {
    return {{1, 1, columns, static_cast<std::int64_t>(std::string(Cell::gates).size()), w_.hidden},
            memory::data_type::f32,
            Tag::ldigo};
  }
  static double squares(const memory& m) {
    return sum_of_squares(static_cast<const float*>(m.get_data_handle()),
                          static_cast<std::int64_t>(m.get_desc().get_size() / sizeof(float)));
  }

  Workload w_;
  Shapes shapes_;
  engine processor_{engine::kind::cpu, 0};
  stream stream_{processor_};
  typename Cell::Forward::primitive_desc forward_desc_;
  typename Cell::Forward forward_;
  typename Cell::Backward backward_;
  std::vector<memory> weights_, forward_weights_, backward_weights_, own_gradients_, gradients_;
  memory bias_gradient_;
  std::vector<reorder> to_forward_, to_backward_, from_own_;
  std::unordered_map<int, memory> forward_arguments_, backward_arguments_;
};

template <class Cell> void measure_cell(const Options& options, const char* name) {
  const Measurement step{"onednn", "step", name, "grad"};
  const Measurement primitives{"onednn", "primitives", name, "grad"};
  if (!is_selected(options, step) && !is_selected(options, primitives)) return;
  Recurrence<Cell> recurrence(options.workload);
  recurrence.step();
  const double norm = recurrence.gradient_norm();
  const auto check = [norm] { return norm; };
  if (is_selected(options, step))
    measure(
        options, step, [&] { recurrence.step(); }, check);
  if (is_selected(options, primitives)) {
    measure(
        options, primitives, [&] { recurrence.primitives(); }, check);
  }
  std::printf("{\"kept_bytes\":%zu,\"of\":\"onednn\",\"cell\":\"%s\"}\n", recurrence.kept_bytes(),
              name);
}

}  // namespace
}  // namespace carousel::bench

int main(int argc, char** argv) {
  using namespace carousel::bench;
  flush_denormals();
  const Options options =
      read_options(argc, argv, "Times gradients by oneDNN's recurrent primitives.");
  const dnnl_version_t& version = *dnnl_version();
  print_version("onednn", std::to_string(version.major) + "." + std::to_string(version.minor) +
                              "." + std::to_string(version.patch));
  omp_set_num_threads(options.threads);
  try {
    measure_cell<Lstm>(options, "lstm");
    measure_cell<Gru>(options, "gru");
    measure_cell<Tanh>(options, "tanh");
  } catch (const dnnl::error& error) {
    std::cerr << "oneDNN: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
