#include <algorithm>
#include <autograd/backward_pass.hpp>
#include <autograd/support/error.hpp>
#include <exception>

namespace carousel::detail {
namespace {

std::size_t bytes_of(const View& view) {
  return static_cast<std::size_t>(view.shape.size()) * size_of(view.dtype);
}

}  // namespace

BackwardPass::BackwardPass(Tape& tape, GradientWatch* watch)
    : tape_(tape),
      memory_(*tape.pass_memory_),
      gradients_(memory_.gradients),
      watch_(watch),
      exceptions_(std::uncaught_exceptions()) {
  gradients_.assign(tape.nodes_.size(), Gradient{});
}

BackwardPass::BackwardPass(Tape& nested, BackwardPass& outer, std::uint32_t node)
    : BackwardPass(nested, outer.watch_) {
  outer_ = &outer;
  first_step_ = outer.first_step_;
  composite_ = node;
}

bool BackwardPass::want(std::uint32_t id) {
  const bool before = gradients_[id].wanted;
  gradients_[id].wanted = gradients_[id].needed = true;
  wants_views_ = wants_views_ || tape_.nodes_[id].root != id;
  return !before;
}

void BackwardPass::land(std::uint32_t id, const View& buffer) {
  want(id);
  gradients_[id].view = buffer;
  gradients_[id].landed = true;
}

void BackwardPass::stop(std::uint32_t id, Index from_step) {
  std::int32_t& from = gradients_[id].stop_from;
  from = std::min(from, static_cast<std::int32_t>(from_step));
}

void BackwardPass::in_parts(std::uint32_t id, std::size_t number, const BackwardOptions& options) {
  if (gradients_[id].in_parts) return;
  gradients_[id].in_parts = true;
  parts_.push_back({id, number, &options, -1, {}, !want(id)});
}

void BackwardPass::mark_needed(std::uint32_t last) {
  for (const std::uint32_t leaf : tape_.captures_) {
    const auto outer = static_cast<std::uint32_t>(tape_.nodes_[leaf].captured);
    if (outer_ != nullptr && outer_->flows(outer_->tape_.nodes_[composite_], outer)) {
      gradients_[leaf].needed = true;
      gradients_[leaf].stop_from = outer_->gradients_[outer].stop_from;
    }
  }
  for (std::uint32_t id = 0; id <= last; ++id) {
    const Node& node = tape_.nodes_[id];
    if (node.step >= 0 && node.step < first_step_) {
      gradients_[id].needed = false;
      continue;
    }
    if (!node.requires_grad || gradients_[id].needed) continue;
    const std::uint32_t* in = tape_.inputs(node);
    gradients_[id].needed =
        std::any_of(in, in + node.input_count, [&](std::uint32_t i) { return flows(node, i); });
  }
  marked_ = true;
}

// Which node's buffer holds the gradient of `id`. A view's gradient is the same view of its input's
// gradient, unless the view itself was asked for: then it collects what flows through it alone.
inline BackwardPass::Owner BackwardPass::owner(std::uint32_t id) {
  bool whole = true;
  while (tape_.nodes_[id].root != id && !gradients_[id].wanted) {
    id = wants_views_ ? tape_.inputs(tape_.nodes_[id])[0] : tape_.nodes_[id].root;
    whole = false;
  }
  if (outer_ == nullptr || tape_.nodes_[id].captured < 0) return {this, id, whole};
  Owner own = outer_->owner(static_cast<std::uint32_t>(tape_.nodes_[id].captured));
  own.whole = own.whole && whole;
  return own;
}

View BackwardPass::adjoint_view(std::uint32_t id) {
  const Node& node = tape_.nodes_[id];
  if (node.root == id || gradients_[id].wanted) {
    if (outer_ == nullptr || node.captured < 0) return gradients_[id].view;
    return outer_->adjoint_view(static_cast<std::uint32_t>(node.captured));
  }
  // A chain of views may be as long as the recurrence, so it is not followed where the gradient
  // lies as the value does.
  if (!wants_views_) {
    const View whole = adjoint_view(node.root);
    const View& value = tape_.nodes_[node.root].value;
    if (whole.stride == value.stride) {
      const auto offset = static_cast<const std::byte*>(node.value.data) -
                          static_cast<const std::byte*>(value.data);
      return {static_cast<std::byte*>(whole.data) + offset, node.value.shape, node.value.stride,
              whole.dtype};
    }
  }
  std::vector<std::uint32_t>& chain = memory_.chain;
  chain.assign(1, id);
  std::uint32_t of = tape_.inputs(node)[0];
  for (; tape_.nodes_[of].root != of && !gradients_[of].wanted;
       of = tape_.inputs(tape_.nodes_[of])[0]) {
    chain.push_back(of);
  }
  View view = adjoint_view(of);
  for (; !chain.empty(); chain.pop_back()) {
    const Node& part = tape_.nodes_[chain.back()];
    view = part.op->view(view, part.attr);
  }
  return view;
}

// Whether two operands may get their gradient in one buffer.
bool BackwardPass::same_buffer(std::uint32_t a, std::uint32_t b) {
  a = tape_.nodes_[a].root;
  b = tape_.nodes_[b].root;
  if (a == b || outer_ == nullptr) return a == b;
  const std::int32_t at = tape_.nodes_[a].captured, bt = tape_.nodes_[b].captured;
  return at >= 0 && bt >= 0 &&
         outer_->same_buffer(static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(bt));
}

inline View& BackwardPass::take(std::uint32_t id) {
  const View& value = tape_.nodes_[id].value;
  View& view = gradients_[id].view;
  view = dense(tape_.pool_.take(bytes_of(value)), value.shape, tape_.dtype_);
  return view;
}

// A buffer for the gradient of an input of `node`, the first to contribute to it.
void BackwardPass::make_room(const Owner& own, const Node& node, std::uint32_t input, Slot& slot) {
  // Assigning is safe only where the whole buffer is written, by one operand.
  slot.fresh = own.whole && node.op->assigns;
  const std::uint32_t* in = tape_.inputs(node);
  const auto others = [&](std::uint32_t i) { return i != input && same_buffer(i, input); };
  if (slot.fresh && node.input_count > 1) {
    slot.fresh = std::count(in, in + node.input_count, input) == 1 &&
                 std::none_of(in, in + node.input_count, others);
  }
  own.pass->take(own.id);
  if (!slot.fresh) fill_neutral(own.pass->gradients_[own.id].view);
}

// Where the gradient of an input of `node` is to be added.
inline void BackwardPass::open(const Node& node, std::uint32_t input, Slot& slot) {
  slot.wanted = true;
  const Owner own = owner(input);
  Gradient& gradient = own.pass->gradients_[own.id];
  if (gradient.in_parts) own.pass->enter_step(own.id, node.step);
  if (gradient.view.data == nullptr) make_room(own, node, input, slot);
  slot.view = own.whole ? gradient.view : adjoint_view(input);
}

// Runs the pullback of node `id`, making room for the gradients it adds to.
inline void BackwardPass::pull(std::uint32_t id) {
  const Node& node = tape_.nodes_[id];
  if (node.composite >= 0) {
    tape_.composites_[static_cast<std::size_t>(node.composite)]->pullback(*this, id);
    return;
  }
  const std::uint32_t* in = tape_.inputs(node);
  const auto count = node.input_count;
  memory_.operands.clear();
  memory_.slots.assign(count, Slot{});
  for (std::uint32_t i = 0; i < count; ++i) {
    memory_.operands.push_back(tape_.nodes_[in[i]].value);
    if (flows(node, in[i])) open(node, in[i], memory_.slots[i]);
  }
  const View& dy = gradients_[id].view;
  if (node.op->view != nullptr) {
    accumulate(dy, node.op->view(memory_.slots[0].view, node.attr));
  } else {
    node.op->pullback({{memory_.operands.data(), static_cast<int>(count), node.op->name},
                       node.value,
                       dy,
                       memory_.slots.data(),
                       &node.attr});
  }
  if (watch_ != nullptr) watch_->pulled(tape_, id, dy, memory_.slots);
}

bool BackwardPass::tells_steps_apart(std::uint32_t id) const {
  const Gradient& gradient = gradients_[id];
  constexpr std::int32_t never = std::numeric_limits<std::int32_t>::max();
  return first_step_ > 0 || gradient.in_parts ||
         (gradient.stop_from >= 0 && gradient.stop_from != never);
}

void BackwardPass::start(std::uint32_t id, const View& cotangent) {
  if (!marked_) mark_needed(static_cast<std::uint32_t>(tape_.nodes_.size()) - 1);
  if (!gradients_[id].needed) return;
  const Owner own = owner(id);
  if (own.pass->gradients_[own.id].in_parts) own.pass->enter_step(own.id, -1);
  const bool is_first = own.pass->gradients_[own.id].view.data == nullptr;
  const View to = room(id);
  if (cotangent.data != nullptr && is_first) {
    copy(cotangent, to);
  } else if (cotangent.data != nullptr) {
    accumulate(cotangent, to);
  } else {
    add_to_all(to, 1);
  }
  if (watch_ != nullptr && outer_ == nullptr) watch_->start(to);
  end_ = std::max(end_, id + 1);
}

View BackwardPass::room(std::uint32_t id) {
  const Owner own = owner(id);
  if (own.pass->gradients_[own.id].view.data == nullptr) fill_neutral(own.pass->take(own.id));
  return adjoint_view(id);
}

void BackwardPass::run() {
  for (std::uint32_t id = end_; id-- > 0;) {
    const Node& node = tape_.nodes_[id];
    Gradient& gradient = gradients_[id];
    if (gradient.in_parts) add_up(id);
    if (gradient.view.data == nullptr) continue;
    // A wanted value may have nothing behind it that was asked for.
    const std::uint32_t* in = tape_.inputs(node);
    const auto flow = [&](std::uint32_t i) { return flows(node, i); };
    if (gradient.wanted ? std::any_of(in, in + node.input_count, flow) : node.input_count > 0) {
      pull(id);
    }
    if (!gradient.wanted) release(id);
  }
}

View BackwardPass::gradient(std::uint32_t id) {
  const Owner own = owner(id);
  return own.pass->gradients_[own.id].view.data == nullptr ? View{} : adjoint_view(id);
}

void BackwardPass::release(std::uint32_t id) {
  View& view = gradients_[id].view;
  if (view.data == nullptr) return;
  tape_.pool_.give_back(view.data, bytes_of(view));
  view.data = nullptr;
}

View BackwardPass::finished(std::uint32_t id) {
  Gradient& gradient = gradients_[id];
  if (gradient.view.data == nullptr) {
    fill_zero(take(id));
  } else {
    add_to_all(gradient.view, 0);
  }
  return gradient.view;
}

void BackwardPass::end() {
  for (const Parts& parts : parts_) {
    if (!parts.wanted) release(parts.id);
  }
}

// Something was thrown: what the pass has in use goes back to the pool.
BackwardPass::~BackwardPass() {
  if (std::uncaught_exceptions() == exceptions_) return;
  for (std::uint32_t id = 0; id < gradients_.size(); ++id) {
    if (!gradients_[id].landed) release(id);
  }
}

}  // namespace carousel::detail
