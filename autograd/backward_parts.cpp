#include <autograd/backward_pass.hpp>

/// A gradient in parts, by the time step that they come from.
namespace carousel::detail {

// What is about to be added to the gradient of `id` comes from `step`.
void BackwardPass::enter_step(std::uint32_t id, std::int32_t step) {
  for (Parts& parts : parts_) {
    if (parts.id != id) continue;
    if (parts.step != step) hand_over(parts);
    parts.step = step;
  }
}

void BackwardPass::hand_over(Parts& parts) {
  Gradient& gradient = gradients_[parts.id];
  if (gradient.view.data == nullptr) return;
  add_to_all(gradient.view, 0);
  parts.options->part(parts.number, parts.step, gradient.view);
  if (parts.total.data == nullptr) {
    parts.total = gradient.view;
    gradient.view.data = nullptr;
  } else {
    accumulate(gradient.view, parts.total);
    release(parts.id);
  }
}

// The last part, and the whole gradient in its place.
void BackwardPass::add_up(std::uint32_t id) {
  for (Parts& parts : parts_) {
    if (parts.id != id) continue;
    hand_over(parts);
    gradients_[id].view = parts.total;
  }
}

}  // namespace carousel::detail
