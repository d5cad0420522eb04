#pragma once

namespace carousel {

/// Makes the processor treat denormal numbers as zero, in this thread and those it starts: below
/// 1.2e-38 in float32 and 2.2e-308 in float64. Gradients that vanish pass through that range, where
/// every operation would cost a hundred times more. Only run processes do this; the library itself
/// leaves the floating-point environment alone. False where the processor has no such mode.
bool flush_denormals_to_zero();

}  // namespace carousel
