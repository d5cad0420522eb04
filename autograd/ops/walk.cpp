#include <autograd/ops/walk.hpp>

namespace carousel::detail {
namespace {

/// Element steps of a view along its own axes.
std::array<Index, Shape::max_rank> element_steps(const View& view) {
  std::array<Index, Shape::max_rank> step{};
  const int rank = view.shape.rank();
  Index rows = 1;
  for (int axis = rank - 1; axis >= 0; --axis) {
    if (axis == rank - 1) {
      step[static_cast<std::size_t>(axis)] = 1;
    } else {
      step[static_cast<std::size_t>(axis)] = rows * view.stride;
      rows *= view.shape[axis];
    }
  }
  return step;
}

}  // namespace

Steps steps_of(const Shape& whole, const View& part, Index kept) {
  Steps steps;
  const auto own = element_steps(part);
  const int shift = Shape::max_rank - whole.rank();
  int next = 0;
  for (int axis = 0; axis < whole.rank(); ++axis) {
    const auto at = static_cast<std::size_t>(axis + shift);
    steps.extent[at] = whole[axis];
    if ((kept >> axis & 1) == 0) continue;
    if (part.shape[next] == whole[axis]) steps.step[at] = own[static_cast<std::size_t>(next)];
    ++next;
  }
  return steps;
}

Steps Steps::range(int rank, int axis, Index begin, Index count, Index stride) const {
  Steps part = *this;
  const auto at = static_cast<std::size_t>(axis + Shape::max_rank - rank);
  part.offset += begin * step[at];
  part.extent[at] = count;
  part.step[at] = stride * step[at];
  return part;
}

Steps steps_of(const View& view) { return steps_of(view.shape, view); }

Steps steps_of(const Shape& whole, const View& part) {
  const Index all = (Index{1} << whole.rank()) - 1;
  const Index missing = (Index{1} << (whole.rank() - part.shape.rank())) - 1;
  return steps_of(whole, part, all & ~missing);
}

}  // namespace carousel::detail
