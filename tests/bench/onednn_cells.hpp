#pragma once
#include <dnnl.hpp>
#include <string>

#include "measure.hpp"

/// oneDNN's recurrent primitives behind one set of names: their descriptors take other arguments
/// for each cell. The initial state is zeros that stand in memory: where it is left out, which
/// should mean the same, oneDNN 2.6.3 gives wrong gradients of U for LSTM and tanh. There is no
/// gradient of the last state.
namespace carousel::bench {

struct Shapes {
  dnnl::memory::desc x, h, initial, W, U, bias, none;
};

inline Shapes shapes(const Workload& w, const std::string& gates, const std::string& biases) {
  using dnnl::memory;
  using Tag = memory::format_tag;
  const auto f32 = memory::data_type::f32;
  const auto count = static_cast<std::int64_t>(gates.size());
  return {{{w.time, w.batch, w.input}, f32, Tag::tnc},
          {{w.time, w.batch, w.hidden}, f32, Tag::tnc},
          {{1, 1, w.batch, w.hidden}, f32, Tag::ldnc},
          {{1, 1, w.input, count, w.hidden}, f32, Tag::any},
          {{1, 1, w.hidden, count, w.hidden}, f32, Tag::any},
          {{1, 1, static_cast<std::int64_t>(biases.size()), w.hidden}, f32, Tag::ldgo},
          {}};
}

constexpr auto training = dnnl::prop_kind::forward_training;
constexpr auto backward_pass = dnnl::prop_kind::backward;
constexpr auto one_way = dnnl::rnn_direction::unidirectional_left2right;

struct Lstm {
  using Forward = dnnl::lstm_forward;
  using Backward = dnnl::lstm_backward;
  static constexpr bool has_two_states = true;
  static constexpr const char *gates = "ifgo", *biases = "ifgo";

  static Forward::primitive_desc forward(const Shapes& s, const dnnl::engine& e) {
    return {Forward::desc(training, one_way, s.x, s.initial, s.initial, s.W, s.U, s.bias, s.h,
                          s.none, s.none),
            e};
  }
  static Backward::primitive_desc backward(const Shapes& s, const dnnl::engine& e,
                                           const Forward::primitive_desc& hint) {
    return {Backward::desc(backward_pass, one_way, s.x, s.initial, s.initial, s.W, s.U, s.bias, s.h,
                           s.none, s.none, s.x, s.initial, s.initial, s.W, s.U, s.bias, s.h, s.none,
                           s.none),
            e, hint};
  }
};

/// The reset gate acts on the product, as in PyTorch; z is oneDNN's u, n its o.
struct Gru {
  using Forward = dnnl::lbr_gru_forward;
  using Backward = dnnl::lbr_gru_backward;
  static constexpr bool has_two_states = false;
  static constexpr const char *gates = "zrn", *biases = "zrnm";  // m: inside of the reset

  static Forward::primitive_desc forward(const Shapes& s, const dnnl::engine& e) {
    return {Forward::desc(training, one_way, s.x, s.initial, s.W, s.U, s.bias, s.h, s.none), e};
  }
  static Backward::primitive_desc backward(const Shapes& s, const dnnl::engine& e,
                                           const Forward::primitive_desc& hint) {
    return {Backward::desc(backward_pass, one_way, s.x, s.initial, s.W, s.U, s.bias, s.h, s.none,
                           s.x, s.initial, s.W, s.U, s.bias, s.h, s.none),
            e, hint};
  }
};

struct Tanh {
  using Forward = dnnl::vanilla_rnn_forward;
  using Backward = dnnl::vanilla_rnn_backward;
  static constexpr bool has_two_states = false;
  static constexpr const char *gates = "h", *biases = "h";
  static constexpr auto activation = dnnl::algorithm::eltwise_tanh;

  static Forward::primitive_desc forward(const Shapes& s, const dnnl::engine& e) {
    return {
        Forward::desc(training, activation, one_way, s.x, s.initial, s.W, s.U, s.bias, s.h, s.none),
        e};
  }
  static Backward::primitive_desc backward(const Shapes& s, const dnnl::engine& e,
                                           const Forward::primitive_desc& hint) {
    return {Backward::desc(backward_pass, activation, one_way, s.x, s.initial, s.W, s.U, s.bias,
                           s.h, s.none, s.x, s.initial, s.W, s.U, s.bias, s.h, s.none),
            e, hint};
  }
};

}  // namespace carousel::bench
