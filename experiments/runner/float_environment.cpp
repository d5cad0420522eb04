#include <experiments/runner/float_environment.hpp>
#if defined(__SSE2__)
#include <pmmintrin.h>
#endif

namespace carousel {

bool flush_denormals_to_zero() {
#if defined(__SSE2__)
  constexpr unsigned flush_results = 1U << 15U, flush_operands = 1U << 6U;
  _mm_setcsr(_mm_getcsr() | flush_results | flush_operands);
  return true;
#elif defined(__aarch64__)
  unsigned long control = 0;
  asm volatile("mrs %0, fpcr" : "=r"(control));
  asm volatile("msr fpcr, %0" ::"r"(control | (1UL << 24U)));
  return true;
#else
  return false;
#endif
}

}  // namespace carousel
