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

/// y = start + x Wᵀ, where x has a few columns.
struct FewFeaturesLoop {
  static constexpr int most = 8;  ///< columns of x
  Index rows, columns;
  Source x;
  const void* W;  ///< Wᵀ [features, columns]
  Source start;   ///< b, or y itself; null: zeros
  Target y;
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

/// All kernels of an instruction set.
struct KernelSet {
  const ElementwiseKernel* elementwise;  ///< in the order of ElementwiseBodies
  struct FewFeatures {
    void (*of_float32)(const FewFeaturesLoop&);
    void (*of_float64)(const FewFeaturesLoop&);
  } few_features[FewFeaturesLoop::most];  ///< for 1, 2, ... columns of x
};

}  // namespace carousel::detail
