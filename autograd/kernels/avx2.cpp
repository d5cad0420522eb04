#include <autograd/kernels/elementwise.hpp>
#include <autograd/kernels/instruction_set.hpp>

// Compiled for AVX2 with FMA, whatever the rest of the build is compiled for.
namespace carousel::detail {

const KernelSet& avx2_kernels() {
  return KernelTable<Lane<float>, Lane<double>, ElementwiseBodies>::set;
}

}  // namespace carousel::detail
