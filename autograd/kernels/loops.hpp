#pragma once
#include <autograd/dtype.hpp>

/// What kernels run over: addresses and strides and nothing else. A kernel is compiled for an
/// instruction set that this machine may not have; whatever inline function it used could replace
/// the copy that the rest of the program calls.
namespace carousel::detail {

/// An operand: rows `step` elements apart; 0 where one row serves all (a bias).
struct Source {
  void* data;  ///< is only read
  Index step;
};
struct Target {
  void* data;
  Index step;
  bool wanted, add;
};

struct ForwardLoop {
  Index rows, columns;
  Source x[3];
  Target y;
  double a;  ///< Attr::scalar
};
struct PullbackLoop {
  Index rows, columns;
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
  const Kernel& in(DType dtype) const { return dtype == DType::float32 ? of_float32 : of_float64; }
};

}  // namespace carousel::detail
