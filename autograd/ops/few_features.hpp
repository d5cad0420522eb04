#pragma once
#include <autograd/view.hpp>

namespace carousel::detail {

/// y = start + x Wᵀ, where x has few columns: one pass over y, which a product by blocks would
/// write several times. Returns whether that is so; otherwise nothing is done. `start` is y's shape
/// or one row with a stride of 0; without data it is 0.
bool few_features(const View& x, const View& W, const View& start, const View& y);

}  // namespace carousel::detail
