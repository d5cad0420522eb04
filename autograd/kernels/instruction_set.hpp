#pragma once
#include <autograd/kernels/loops.hpp>
#include <string>

namespace carousel {

/// The instruction set of the kernels of elementwise ops: the largest that the processor has and
/// that the library was compiled with, "AVX-512", "AVX2" or "baseline". Results in another one
/// differ in the last digits. CAROUSEL_INSTRUCTIONS=avx512, avx2 or baseline in the environment
/// chooses; one that is not there is an Error.
std::string instruction_set();

namespace detail {

/// The kernels for it, in the order of ElementwiseBodies.
const ElementwiseKernel* elementwise_kernels();

// For each instruction set that the library is compiled for.
const ElementwiseKernel* baseline_kernels();
const ElementwiseKernel* avx2_kernels();
const ElementwiseKernel* avx512_kernels();

}  // namespace detail
}  // namespace carousel
