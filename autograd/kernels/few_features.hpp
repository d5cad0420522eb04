#pragma once
#include <autograd/kernels/lanes.hpp>
#include <autograd/kernels/loops.hpp>

/// Products with a matrix of a few columns, on lanes: see elementwise.hpp for what names have to
/// be.
namespace carousel::detail {

/// y = b + x Wᵀ, row by row. Sums in the order b, x_0 W_0, x_1 W_1, ...
template <class V, int features, bool starts> void few_features_on(const FewFeaturesLoop& loop) {
  using T = typename V::value_type;
  const T* x = static_cast<const T*>(loop.x.data);
  const T* W = static_cast<const T*>(loop.W);
  const T* start = static_cast<const T*>(loop.start.data);
  T* y = static_cast<T*>(loop.y.data);
  const Index columns = loop.columns;
  for (Index r = 0; r < loop.rows; ++r) {
    V of_row[features];
    for (int k = 0; k < features; ++k) of_row[k] = V(x[k]);
    over_columns<T>(columns, [&](auto whole, Index c, Index count) [[gnu::always_inline]] {
      constexpr bool full = decltype(whole)::value;
      V sum = starts ? load<T, full>(start + c, count) : V(T(0));
      for (int k = 0; k < features; ++k) {
        sum = xsimd::fma(of_row[k], load<T, full>(W + k * columns + c, count), sum);
      }
      store<T, full>(sum, y + c, count);
    });
    x += loop.x.step;
    y += loop.y.step;
    if (starts) start += loop.start.step;
  }
}

template <class V, int features> void few_features_on(const FewFeaturesLoop& loop) {
  if (loop.start.data != nullptr) {
    few_features_on<V, features, true>(loop);
  } else {
    few_features_on<V, features, false>(loop);
  }
}

}  // namespace carousel::detail
