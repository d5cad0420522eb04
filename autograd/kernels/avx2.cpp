#include <autograd/kernels/elementwise.hpp>
#include <autograd/kernels/instruction_set.hpp>

// Compiled for AVX2 with FMA, whatever the rest of the build is compiled for.
namespace carousel::detail {

const ElementwiseKernel* avx2_kernels() {
  return ElementwiseTable<Lane<float>, Lane<double>, ElementwiseBodies>::kernels;
}

}  // namespace carousel::detail
