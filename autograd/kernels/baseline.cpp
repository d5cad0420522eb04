#include <autograd/kernels/elementwise.hpp>
#include <autograd/kernels/instruction_set.hpp>

// Compiled for what every machine of its kind has, whatever the rest of the build is compiled for.
namespace carousel::detail {

const KernelSet& baseline_kernels() {
  return KernelTable<Lane<float>, Lane<double>, ElementwiseBodies>::set;
}

}  // namespace carousel::detail
