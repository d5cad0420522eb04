#include <autograd/kernels/elementwise.hpp>
#include <autograd/kernels/instruction_set.hpp>

// Compiled for AVX-512 F, CD, BW, DQ and VL, whatever the rest of the build is compiled for.
namespace carousel::detail {

const ElementwiseKernel* avx512_kernels() {
  return ElementwiseTable<Lane<float>, Lane<double>, ElementwiseBodies>::kernels;
}

}  // namespace carousel::detail
