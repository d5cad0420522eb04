#pragma once
#include <autograd/kernels/bodies/activations.hpp>
#include <autograd/kernels/bodies/arithmetic.hpp>
#include <autograd/kernels/bodies/functions.hpp>
#include <autograd/kernels/bodies/losses.hpp>

namespace carousel::detail {

using ElementwiseBodies = decltype(Activations{} + Arithmetic{} + Functions{} + Losses{});

}  // namespace carousel::detail
