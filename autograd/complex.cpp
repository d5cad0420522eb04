#include <autograd/complex.hpp>

namespace carousel {

Complex operator+(const Complex& a, const Complex& b) { return {a.re + b.re, a.im + b.im}; }
Complex operator-(const Complex& a, const Complex& b) { return {a.re - b.re, a.im - b.im}; }
Complex operator*(const Complex& a, const Complex& b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
Complex operator*(const Complex& a, const Var& b) { return {a.re * b, a.im * b}; }
Complex operator*(const Complex& a, double c) { return {a.re * c, a.im * c}; }
Complex operator-(const Complex& a) { return {-a.re, -a.im}; }
Complex conj(const Complex& a) { return {a.re, -a.im}; }

Var squared_abs(const Complex& a) { return square(a.re) + square(a.im); }
Var abs(const Complex& a, double epsilon) {
  const Var squared = squared_abs(a);
  return sqrt(epsilon == 0 ? squared : squared + epsilon);
}
Complex polar(const Var& radius, const Var& angle) {
  return {radius * cos(angle), radius * sin(angle)};
}
Complex exp(const Complex& a) { return polar(exp(a.re), a.im); }

Complex linear(const Complex& x, const Complex& W) {
  return {linear(x.re, W.re) - linear(x.im, W.im), linear(x.re, W.im) + linear(x.im, W.re)};
}
Complex modrelu(const Complex& z, const Var& b, double epsilon) {
  const Var size = abs(z, epsilon);
  return z * (relu(size + b) / size);
}

Var joined(const Complex& a) { return concat({a.re, a.im}, -1); }
Complex separated(const Var& x) {
  const auto [re, im] = split<2>(x);
  return {re, im};
}

}  // namespace carousel
