#include <autograd/kernels/elementwise.hpp>
#include <autograd/kernels/instruction_set.hpp>

// Compiled for AVX-512 F, CD, BW, DQ and VL, whatever the rest of the build is compiled for.
namespace carousel::detail {

const KernelSet& avx512_kernels() {
  return KernelTable<Lane<float>, Lane<double>, ElementwiseBodies>::set;
}

}  // namespace carousel::detail
