#pragma once
#include <cstddef>

/// What kernels run over: addresses and strides and nothing else. A kernel is compiled for an
/// instruction set that this machine may not have; whatever inline function it used could replace
/// the copy that the rest of the program calls.
namespace carousel::detail {

/// An operand: rows `step` elements apart; 0 where one row serves all (a bias).
struct Source {
  const void* data;
  std::ptrdiff_t step;
};
struct Target {
  void* data;
  std::ptrdiff_t step;
  bool wanted, add;
};

struct ForwardLoop {
  std::ptrdiff_t rows, columns;
  Source x[3];
  Target y;
  double a;  ///< Attr::scalar
};
struct PullbackLoop {
  std::ptrdiff_t rows, columns;
  Source x[3], y, dy;
  Target dx[3];
  double a;
};

/// One body in one dtype.
struct Kernel {
  void (*forward)(const ForwardLoop&);
  void (*pullback)(const PullbackLoop&);
};
/// One body.
struct ElementwiseKernel {
  Kernel of_float32, of_float64;
};

}  // namespace carousel::detail
