#include <autograd/kernels/elementwise.hpp>
#include <autograd/kernels/instruction_set.hpp>

// Compiled for what every machine of its kind has, whatever the rest of the build is compiled for.
namespace carousel::detail {

const ElementwiseKernel* baseline_kernels() {
  return ElementwiseTable<Lane<float>, Lane<double>, ElementwiseBodies>::kernels;
}

}  // namespace carousel::detail
