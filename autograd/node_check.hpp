#pragma once
#include <autograd/support/random.hpp>
#include <autograd/tape.hpp>

/// What the checks of gradients are made of.
namespace carousel::detail {

/// One node of a tape, re-run in float64 on copies of its operands.
class NodeCheck {
 public:
  NodeCheck(const Tape& tape, const Node& node);

  int count() const { return static_cast<int>(views_.size()); }
  bool floating(int i) const { return floating_[static_cast<std::size_t>(i)]; }
  const Tensor& value(int i) const { return values_[static_cast<std::size_t>(i)]; }
  const Shape& shape() const { return shape_; }
  /// Of the result: float64, or as recorded where that is not floating.
  DType dtype() const { return dtype_; }
  /// Replaces an operand.
  void set(int i, const Tensor& value);

  /// y, with input i replaced by `moved` (i < 0: as it is).
  Tensor forward(int i = -1, const Tensor& moved = {});
  /// The gradients for cotangent u. `base`: add to these, in rows that are apart, instead of
  /// assigning. Operands that the op says its pullback does not read are NaN.
  /// That of operand `unwanted` is not asked for: it stays zero.
  std::vector<Tensor> pullback(const Tensor& y, const Tensor& u, const std::vector<Tensor>* base,
                               int unwanted = -1);

 private:
  /// float64 memory for a view, with NaN between the rows where the original has other elements.
  struct Strided {
    Tensor memory;
    View view;
    Strided(const Shape& shape, bool gaps);
    void assign(const Tensor& values) const;
    Tensor values() const;
  };

  const Op& op_;
  Attr attr_;
  std::vector<View> views_;
  std::vector<bool> floating_;
  std::vector<Tensor> values_;
  std::vector<Strided> storage_;
  Shape shape_;
  DType dtype_;
};

/// A central difference, the rounding error in it, by how much the slopes of the two sides differ.
struct Difference {
  double value = 0, rounding = 0, bend = 0;
};

/// Two differences, for steps h and 2h: of a smooth function they agree.
struct Differences {
  Difference near, far;
  double disagreement() const;
  /// Whether the function has a kink there; `terms` is the size of what the derivative is a sum of.
  bool kink(double terms) const;
};

double dot(const Tensor& a, const Tensor& b);
Tensor random_like(const Shape& shape, Random& random);
/// A random direction in which every element moves in proportion to its size, so that a domain such
/// as x > 0 is not left.
Tensor direction(const Tensor& x, Random& random);
/// x + by·v
Tensor moved(const Tensor& x, const Tensor& v, double by);

/// ⟨u, f(h)⟩ for a function of one number, with f(0) given. A step is 1e-5.
template <class F> Differences differences(const Tensor& u, const Tensor& y, const F& f);
Difference central(const Tensor& u, const Tensor& minus, const Tensor& y, const Tensor& plus,
                   double h);

constexpr double step_size = 1e-5;

template <class F> Differences differences(const Tensor& u, const Tensor& y, const F& f) {
  return {central(u, f(-step_size), y, f(step_size), step_size),
          central(u, f(-2 * step_size), y, f(2 * step_size), 2 * step_size)};
}

}  // namespace carousel::detail
