#pragma once
#include <array>
#include <autograd/view.hpp>

namespace carousel::detail {

/// How to step through the elements of a view along four axes (leading ones of extent 1).
struct Steps {
  std::array<Index, Shape::max_rank> extent{1, 1, 1, 1};
  std::array<Index, Shape::max_rank> step{0, 0, 0, 0};  ///< in elements; 0: repeated
  Index offset = 0;                                     ///< of the first element

  /// The same walk over a range of one of `rank` axes: from element `begin`, `count` of them.
  Steps range(int rank, int axis, Index begin, Index count, Index stride = 1) const;
};

/// Steps through all elements of a view.
Steps steps_of(const View& view);
/// Steps through `part` while walking over `whole`: the axes of `part` are the last ones of
/// `whole`, and an axis of extent 1 is repeated. With `kept` (a set of axes as bits) the axes of
/// `part` are those of `whole` that are in it.
Steps steps_of(const Shape& whole, const View& part);
Steps steps_of(const Shape& whole, const View& part, Index kept);

/// Calls f(offset in a, offset in b, ...) for every element of the walk, last axis innermost.
template <class F, class... S> void walk(const F& f, const Steps& a, const S&... others) {
  const auto& n = a.extent;
  for (Index i = 0; i < n[0]; ++i) {
    for (Index j = 0; j < n[1]; ++j) {
      for (Index k = 0; k < n[2]; ++k) {
        const auto start = [i, j, k](const Steps& s) {
          return s.offset + i * s.step[0] + j * s.step[1] + k * s.step[2];
        };
        for (Index l = 0; l < n[3]; ++l) {
          f(start(a) + l * a.step[3], (start(others) + l * others.step[3])...);
        }
      }
    }
  }
}

}  // namespace carousel::detail
