#pragma once
#include <autograd/op.hpp>

/// Every Op of the library. A new one is defined in a file of its family, declared here and listed
/// in table.cpp.
namespace carousel::detail {

// arithmetic.cpp
extern const Op add_op, subtract_op, multiply_op, divide_op, power_op, minimum_op, maximum_op;
extern const Op add_constant_op, scale_op, subtract_from_op, divide_into_op, power_of_op, negate_op;
// functions.cpp
extern const Op exp_op, expm1_op, log_op, log1p_op, square_op, sqrt_op, rsqrt_op, abs_op, sign_op;
extern const Op sin_op, cos_op, erf_op, erfc_op, at_least_op, at_most_op;
// activations.cpp
extern const Op sigmoid_op, tanh_op, softsign_op, hard_sigmoid_op, softplus_op;
extern const Op relu_op, leaky_relu_op, elu_op, gelu_op, silu_op;
// choose.cpp
extern const Op where_op, keep_op, greater_op, greater_equal_op, less_op, less_equal_op, equal_op;
extern const Op not_equal_op, and_op, or_op, not_op;
// products.cpp
extern const Op matmul_op, linear_op, affine_op, times_op, outer_sum_op;
// matrices.cpp
extern const Op solve_op;
// slice.cpp
extern const Op slice_op, pick_op, place_op;
// arrange.cpp
extern const Op reshape_op, copy_op, detach_op, permute_op, concat_op;
// diagonal.cpp
extern const Op diagonal_op, diagonal_matrix_op;
// reduce.cpp
extern const Op sum_op, mean_op, spread_op, cumsum_op;
// index.cpp
extern const Op embedding_op, scatter_rows_op, gather_op, scatter_add_op;
// softmax.cpp
extern const Op softmax_op, log_softmax_op, logsumexp_op, max_op, norm_op, normalize_op;
extern const Op soft_cross_entropy_op;
// losses.cpp
extern const Op squared_error_op, absolute_error_op, huber_op, bce_with_logits_op, weighted_bce_op;
extern const Op kl_op;
// labels.cpp
extern const Op label_weights_op;

}  // namespace carousel::detail
