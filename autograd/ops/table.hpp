#pragma once
#include <autograd/op.hpp>

/// Every Op of the library. A new one is defined in a file of its family, declared here and listed
/// in table.cpp.
namespace carousel::detail {

// arithmetic.cpp
extern const Op add_op, subtract_op, multiply_op, divide_op;
extern const Op add_constant_op, scale_op, subtract_from_op, divide_into_op, negate_op;
// functions.cpp
extern const Op sigmoid_op, tanh_op, relu_op, exp_op, log_op, softplus_op, square_op;
extern const Op squared_error_op, bce_with_logits_op;
// linear.cpp
extern const Op matmul_op, linear_op, affine_op, transpose_op;
// slice.cpp
extern const Op slice_op, copy_slice_op, reshape_op, copy_op, detach_op;
// join.cpp
extern const Op concat_op, stack_op, broadcast_op;
// reduce.cpp
extern const Op sum_op, mean_op;
// softmax.cpp
extern const Op softmax_op, log_softmax_op, cross_entropy_op;
// choose.cpp
extern const Op embedding_op, select_op;

}  // namespace carousel::detail
