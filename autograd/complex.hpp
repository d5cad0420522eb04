#pragma once
#include <autograd/ops.hpp>

/// Complex values as pairs of reals, for unitary and diagonal complex recurrences (uRNN, LRU). Both
/// parts have one shape; gradients are those of the real function of both.
namespace carousel {

struct Complex {
  Var re, im;
};

Complex operator+(const Complex& a, const Complex& b);
Complex operator-(const Complex& a, const Complex& b);
Complex operator*(const Complex& a, const Complex& b);
Complex operator*(const Complex& a, const Var& b);  ///< by a real value
Complex operator*(const Complex& a, double c);
Complex operator-(const Complex& a);
Complex conj(const Complex& a);

Var squared_abs(const Complex& a);  ///< re² + im²
/// √(re² + im² + ε): with ε > 0 it has a slope at 0, too.
Var abs(const Complex& a, double epsilon = 0);
Complex polar(const Var& radius, const Var& angle);  ///< r e^(iφ)
Complex exp(const Complex& a);

/// x·Wᵀ for a complex matrix W [out, in].
Complex linear(const Complex& x, const Complex& W);
/// relu(|z| + b) z/|z|, b [features] (Arjovsky et al. 2016); ε as for abs, which their code has,
/// too.
Complex modrelu(const Complex& z, const Var& b, double epsilon = 1e-5);

/// The parts side by side, [..., 2 features]: as one state, or for a real readout.
Var joined(const Complex& a);
/// The other way.
Complex separated(const Var& x);

}  // namespace carousel
