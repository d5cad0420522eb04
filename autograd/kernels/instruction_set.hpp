#pragma once
#include <autograd/kernels/loops.hpp>
#include <string>

namespace carousel {

/// The instruction set of the kernels (of elementwise ops, mostly): the largest that the processor
/// has and that the library was compiled with, "AVX-512", "AVX2" or "baseline". Results in another
/// one differ in the last digits. CAROUSEL_INSTRUCTIONS=avx512, avx2 or baseline in the environment
/// chooses; one that is not there is an Error.
std::string instruction_set();

namespace detail {

/// The kernels for it.
const KernelSet& kernels();

// For each instruction set that the library is compiled for.
const KernelSet& baseline_kernels();
const KernelSet& avx2_kernels();
const KernelSet& avx512_kernels();

}  // namespace detail
}  // namespace carousel
