#include <algorithm>
#include <autograd/kernels/instruction_set.hpp>
#include <autograd/ops/few_features.hpp>
#include <type_traits>

namespace carousel::detail {

bool few_features(const View& x, const View& W, const View& start, const View& y) {
  constexpr Index block = 512;
  const Index features = x.columns(), columns = y.columns(), rows = y.rows();
  if (features < 1 || features > FewFeaturesLoop::most)
    return false;  // whatever the rows: same bits
  const KernelSet::FewFeatures& kernel = kernels().few_features[features - 1];
  with_floating(y.dtype, [&](auto t) {
    using T = decltype(t);
    alignas(64) T turned[FewFeaturesLoop::most * block];
    for (Index begin = 0; begin < columns; begin += block) {
      const Index width = std::min(block, columns - begin);
      for (Index c = 0; c < width; ++c) {
        for (Index k = 0; k < features; ++k) turned[k * width + c] = W.row<T>(begin + c)[k];
      }
      const auto from = [&](const View& v) -> void* {
        return v.data == nullptr ? nullptr : v.as<T>() + begin;
      };
      const FewFeaturesLoop loop{rows,
                                 width,
                                 {x.data, x.stride},
                                 turned,
                                 {from(start), start.stride},
                                 {from(y), y.stride, true, false}};
      (std::is_same_v<T, float> ? kernel.of_float32 : kernel.of_float64)(loop);
    }
  });
  return true;
}

}  // namespace carousel::detail
