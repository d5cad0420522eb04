#pragma once
#include <autograd/ops.hpp>
#include <autograd/ops/broadcasting.hpp>

/// The formulas of pullbacks on values of a tape: the third type, beside lanes and the probe, that
/// a Body is run on. What it computes is recorded and can be differentiated again.
namespace carousel::detail {

// A comparison gives a mask. These are for bodies only: as operators for everyone, `if (x > 0.5)`
// would compile and mean something else.
inline Var operator>(const Var& a, double c) { return greater(a, c); }
inline Var operator<(const Var& a, double c) { return less(a, c); }
inline Var operator==(const Var& a, double c) { return equal(a, c); }
inline Var operator>(const Var& a, const Var& b) { return greater(a, b); }
inline Var operator<(const Var& a, const Var& b) { return less(a, b); }
inline Var operator==(const Var& a, const Var& b) { return equal(a, b); }

inline Var power(const Var& a, const Var& b) { return pow(a, b); }
inline Var power(const Var& a, double c) { return pow(a, c); }
inline Var signum(const Var& x) { return sign(x); }
inline Var logistic(const Var& x) { return sigmoid(x); }
inline Var normal_share(const Var& x) { return 0.5 * erfc(-0.70710678118654752440 * x); }
inline Var soft_positive(const Var& x) { return softplus(x); }

/// A constant of the shape of another value; made when it is looked at.
class Like {
 public:
  Like(const Var& shape, double value) : like_(shape), value_(value) {}
  operator Var() const {  // NOLINT: stands for the value in a formula
    return broadcast_to(scalar(like_.tape(), value_), like_.shape());
  }

 private:
  const Var& like_;
  double value_;
};

/// x repeated to the shape of y where it is a bias [features].
inline Var widened(const Var& x, const Shape& y) { return x.shape() == y ? x : broadcast_to(x, y); }
/// The other way: dx summed to the shape of x.
Var narrowed(const Var& dx, const Shape& x);

template <int n> struct VarPack {
  struct Sink {
    Var value;
    void operator+=(const Var& v) { value = value ? value + v : v; }
  };
  Var x[n], y, dy;
  double a;
  Like zero{dy, 0}, one{dy, 1};
  Sink dx[n];
};

template <class Body> void graph_elementwise(const GraphPullback& g) {
  VarPack<Body::arity> k;
  k.y = g.y;
  k.dy = g.dy;
  k.a = g.attr.scalar;
  for (int i = 0; i < Body::arity; ++i) {
    k.x[i] = widened(g.x[static_cast<std::size_t>(i)], g.y.shape());
  }
  Body::pullback(k);
  for (int i = 0; i < Body::arity; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (g.wanted[at]) g.dx[at] = narrowed(k.dx[i].value, g.x[at].shape());
  }
}

}  // namespace carousel::detail
