#pragma once
#include <xsimd/xsimd.hpp>

#include "numbers.hpp"
#include "packed_product.hpp"

/// An LSTM as one fuses it by hand for one thread, forward and backward, with products that are
/// packed once a step.
///
///     a = W x + U h + b       i, f, o = σ(a_i), σ(a_f), σ(a_o)       g = tanh(a_g)
///     c' = f∘c + i∘g          h' = o∘tanh(c')
namespace carousel::bench {

/// Parameters or their gradients: a row for each unit of each gate, [U | W | b], gates i, f, g, o.
struct LstmWeights {
  std::int64_t hidden, input, columns = hidden + input + 1;
  std::vector<float> values = std::vector<float>(4 * hidden * columns);
};

class HandLstm {
  using Lanes = xsimd::batch<float>;
  using Size = std::int64_t;

 public:
  /// Sequences of [time, batch, ...], `rows` of them from `first` on.
  HandLstm(const Workload& w, Size first, Size rows, const std::vector<float>& xs,
           const std::vector<float>& cotangent)
      : T_(w.time),
        rows_(rows),
        H_(w.hidden),
        wide_(w.hidden + w.input + 1),
        stride_((wide_ + 15) / 16 * 16),
        gradient{w.hidden, w.input},
        state_((T_ + 1) * rows * stride_),
        cells_((T_ + 1) * rows * H_),
        squashed_(T_ * rows * H_),
        gates_(T_ * rows * 4 * H_),
        dh_(rows * H_),
        dc_(rows * H_),
        cotangent_(T_ * rows * H_),
        from_h_(rows, H_, 4 * H_, stride_, 4 * H_, true),
        to_h_(rows, 4 * H_, H_, 4 * H_, H_, false) {
    for (Size t = 0; t < T_; ++t) {
      for (Size r = 0; r < rows; ++r) {
        float* x = &state_[(t * rows + r) * stride_ + H_];
        std::copy_n(&xs[(t * w.batch + first + r) * w.input], w.input, x);
        x[w.input] = 1;
      }
      std::copy_n(&cotangent[(t * w.batch + first) * H_], rows * H_, &cotangent_[t * rows * H_]);
    }
  }

  /// Writes the gradient of all parameters.
  void run(LstmWeights& weights) {
    pack(weights);
    forward(weights);
    backward();
  }

 private:
  static constexpr Size chunk_rows = 512;
  static Lanes sigmoid(Lanes x) { return 1.0F / (1.0F + xsimd::exp(-x)); }

  void pack(const LstmWeights& weights) {
    U_.resize(4 * H_ * H_);
    for (Size r = 0; r < 4 * H_; ++r) std::copy_n(&weights.values[r * wide_], H_, &U_[r * H_]);
    from_h_.pack(U_.data(), true);
    to_h_.pack(U_.data(), false);
  }

  Size steps_at_once() const { return std::max<Size>(1, chunk_rows / rows_); }

  void forward(const LstmWeights& weights) {
    for (Size t = 0; t < T_; ++t) {
      if (t % steps_at_once() == 0) {  // x Wᵀ + b of the next steps
        const Size rows = std::min(steps_at_once(), T_ - t) * rows_;
        dnnl::sgemm('N', 'T', rows, 4 * H_, wide_ - H_, 1, &state_[t * rows_ * stride_ + H_],
                    stride_, &weights.values[H_], wide_, 0, &gates_[t * rows_ * 4 * H_], 4 * H_);
      }
      from_h_(&state_[t * rows_ * stride_], &gates_[t * rows_ * 4 * H_]);
      for (Size r = 0; r < rows_; ++r) step_forward(t * rows_ + r);
    }
  }

  /// Row n of all steps; the next step's is rows_ further.
  void step_forward(Size n) {
    float *gates = &gates_[n * 4 * H_], *c = &cells_[n * H_], *squashed = &squashed_[n * H_];
    float *next_c = &cells_[(n + rows_) * H_], *next_h = &state_[(n + rows_) * stride_];
    for (Size k = 0; k < H_; k += Lanes::size) {
      const Lanes i = sigmoid(load(gates + k)), f = sigmoid(load(gates + H_ + k));
      const Lanes g = xsimd::tanh(load(gates + 2 * H_ + k)), o = sigmoid(load(gates + 3 * H_ + k));
      const Lanes sum = f * load(c + k) + i * g, s = xsimd::tanh(sum);
      i.store_unaligned(gates + k);
      f.store_unaligned(gates + H_ + k);
      g.store_unaligned(gates + 2 * H_ + k);
      o.store_unaligned(gates + 3 * H_ + k);
      sum.store_unaligned(next_c + k);
      s.store_unaligned(squashed + k);
      (o * s).store_unaligned(next_h + k);
    }
  }

  void backward() {
    std::fill(dh_.begin(), dh_.end(), 0.0F);
    std::fill(dc_.begin(), dc_.end(), 0.0F);
    bool begun = false;
    for (Size t = T_ - 1, end = T_; t >= 0; --t) {
      for (Size r = 0; r < rows_; ++r) step_backward(t * rows_ + r, r);
      to_h_(&gates_[t * rows_ * 4 * H_], dh_.data());
      if (end - t < steps_at_once() && t > 0) continue;
      transposed_product(4 * H_, wide_, (end - t) * rows_, &gates_[t * rows_ * 4 * H_], 4 * H_,
                         &state_[t * rows_ * stride_], stride_, begun, gradient.values.data(),
                         wide_);
      begun = true;
      end = t;
    }
  }

  /// The gradient of a takes the gates' place.
  void step_backward(Size n, Size r) {
    float *gates = &gates_[n * 4 * H_], *dc = &dc_[r * H_], *dh = &dh_[r * H_];
    const float *c = &cells_[n * H_], *squashed = &squashed_[n * H_], *given = &cotangent_[n * H_];
    for (Size k = 0; k < H_; k += Lanes::size) {
      const Lanes i = load(gates + k), f = load(gates + H_ + k), g = load(gates + 2 * H_ + k);
      const Lanes o = load(gates + 3 * H_ + k), s = load(squashed + k);
      const Lanes h = load(dh + k) + load(given + k);
      const Lanes d = load(dc + k) + h * o * (1.0F - s * s);
      (d * g * i * (1.0F - i)).store_unaligned(gates + k);
      (d * load(c + k) * f * (1.0F - f)).store_unaligned(gates + H_ + k);
      (d * i * (1.0F - g * g)).store_unaligned(gates + 2 * H_ + k);
      (h * s * o * (1.0F - o)).store_unaligned(gates + 3 * H_ + k);
      (d * f).store_unaligned(dc + k);
    }
  }

  static Lanes load(const float* from) { return Lanes::load_unaligned(from); }

  Size T_, rows_, H_, wide_, stride_;

 public:
  LstmWeights gradient;

 private:
  std::vector<float> state_;  // [T+1, rows, h | x | 1 | padding]
  std::vector<float> cells_, squashed_, gates_, dh_, dc_, cotangent_, U_;
  PackedProduct from_h_, to_h_;
};

}  // namespace carousel::bench
