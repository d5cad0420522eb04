#include <autograd/ops/table.hpp>

namespace carousel {

const std::vector<const Op*>& all_ops() {
  using namespace detail;
  static const std::vector<const Op*> ops{&add_op,           &subtract_op,      &multiply_op,
                                          &divide_op,        &add_constant_op,  &scale_op,
                                          &subtract_from_op, &divide_into_op,   &negate_op,
                                          &sigmoid_op,       &tanh_op,          &relu_op,
                                          &exp_op,           &log_op,           &softplus_op,
                                          &square_op,        &squared_error_op, &bce_with_logits_op,
                                          &matmul_op,        &linear_op,        &affine_op,
                                          &transpose_op,     &slice_op,         &reshape_op,
                                          &copy_slice_op,    &copy_op,          &concat_op,
                                          &stack_op,         &broadcast_op,     &detach_op,
                                          &sum_op,           &mean_op,          &softmax_op,
                                          &log_softmax_op,   &cross_entropy_op, &embedding_op,
                                          &select_op};
  return ops;
}

}  // namespace carousel
