#include <algorithm>
#include <autograd/failures/misuse.hpp>
#include <autograd/tape.hpp>
#include <cmath>

namespace carousel {
namespace {

std::size_t bytes_of(const View& view) {
  return static_cast<std::size_t>(view.shape.size()) * size_of(view.dtype);
}

void fill_one(const View& view) {
  if (view.dtype == DType::float32) {
    *view.as<float>() = 1;
  } else {
    *view.as<double>() = 1;
  }
}

}  // namespace

void Tape::check_params() const {
  for (std::size_t i = 0; i < params_.size(); ++i) {
    if (params_[i].version() == param_versions_[i]) continue;
    throw detail::changed("Tape::backward", params_[i]);
  }
}

// Which node's buffer holds the gradient of `id`. A view's gradient is the same view of its input's
// gradient, unless the view itself was asked for: then it collects what flows through it alone.
std::uint32_t Tape::owner(std::uint32_t id) const {
  while (nodes_[id].root != id && !gradients_[id].wanted) id = inputs(nodes_[id])[0];
  return id;
}

View Tape::adjoint_view(std::uint32_t id) {
  const Node& node = nodes_[id];
  if (node.root == id || gradients_[id].wanted) return gradients_[id].view;
  return node.op->view(adjoint_view(inputs(node)[0]), node.attr);
}

View& Tape::take_gradient(std::uint32_t id) {
  View& view = gradients_[id].view;
  view = dense(pool_.take(bytes_of(nodes_[id].value)), nodes_[id].value.shape, dtype_);
  return view;
}

// Runs the pullback of node `id`, making room for the gradients it adds to.
void Tape::pull(std::uint32_t id) {
  const Node& node = nodes_[id];
  const std::uint32_t* in = inputs(node);
  const auto count = node.input_count;
  operand_views_.clear();
  slots_.assign(count, Slot{});
  for (std::uint32_t i = 0; i < count; ++i) {
    operand_views_.push_back(nodes_[in[i]].value);
    if (!gradients_[in[i]].needed) continue;
    const std::uint32_t own = owner(in[i]);
    slots_[i].wanted = true;
    if (gradients_[own].view.data == nullptr) {
      // Assigning is safe only where the whole buffer is written, by one operand.
      bool shared = own != in[i] || !node.op->assigns;
      for (std::uint32_t j = 0; j < count && !shared; ++j) {
        shared = j != i && nodes_[in[j]].root == nodes_[in[i]].root;
      }
      take_gradient(own);
      if (shared) {
        fill_zero(gradients_[own].view);
      } else {
        slots_[i].fresh = true;
      }
    }
    slots_[i].view = adjoint_view(in[i]);
  }
  const View dy = adjoint_view(id);
  if (node.op->view != nullptr) {
    accumulate(dy, node.op->view(slots_[0].view, node.attr));
    return;
  }
  node.op->pullback({{operand_views_.data(), static_cast<int>(count), node.op->name},
                     node.value,
                     node.saved,
                     dy,
                     slots_.data(),
                     &node.attr});
}

Adjoints Tape::backward(const Var& loss, const std::vector<Var>& wanted) {
  if (loss.shape().size() != 1) throw detail::needs_seed(loss.tape(), loss.id());
  detail::GradientWatch watch(*this, loss.id(), anomaly_.infinity, /*throws=*/true);
  return differentiate(loss, wanted.data(), wanted.size(), nullptr, anomaly_.on ? &watch : nullptr);
}

Adjoints Tape::backward(const Var& loss, const std::vector<Var>& wanted, const Tensor& seed) {
  if (seed.shape() != loss.shape() || seed.dtype() != dtype_) {
    throw detail::wrong_seed(loss.tape(), loss.id(), seed.dtype(), seed.shape());
  }
  detail::GradientWatch watch(*this, loss.id(), anomaly_.infinity, /*throws=*/true);
  return differentiate(loss, wanted.data(), wanted.size(), &seed, anomaly_.on ? &watch : nullptr);
}

Adjoints Tape::differentiate(const Var& loss, const Var* wanted, std::size_t count,
                             const Tensor* seed, detail::GradientWatch* watch) {
  if (&loss.tape() != this) {
    throw Error(ErrorKind::argument, "Tape::backward", "a loss on this tape",
                loss.tape().describe(loss.id()) + " of another",
                "Call backward() of the tape that the loss is on: loss.tape().");
  }
  check_params();
  if (!nodes_[loss.id()].requires_grad) throw detail::no_gradient_from(*this, loss.id());
  for (std::size_t i = 0; i < count; ++i) bind(wanted[i]);  // parameters may be new to the tape
  const std::uint32_t last = loss.id();
  gradients_.assign(nodes_.size(), Gradient{});
  Adjoints result;
  result.anchor_ = loss;
  result.entries_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t id = bind(wanted[i]);
    if (!nodes_[id].requires_grad) throw detail::no_gradient_to(*this, id);
    if (gradients_[id].wanted) continue;
    gradients_[id].wanted = gradients_[id].needed = true;
    result.entries_.push_back({id, {}});
  }
  for (std::uint32_t id = 0; id <= last; ++id) {
    const Node& node = nodes_[id];
    if (!node.requires_grad || gradients_[id].needed) continue;
    const std::uint32_t* in = inputs(node);
    gradients_[id].needed = std::any_of(in, in + node.input_count,
                                        [this](std::uint32_t i) { return gradients_[i].needed; });
  }

  if (gradients_[last].needed) {
    fill_zero(take_gradient(owner(last)));
    const View start = adjoint_view(last);
    if (seed != nullptr) {
      copy(dense(const_cast<void*>(seed->raw()), seed->shape(), dtype_), start);
    } else {
      fill_one(start);
    }
    if (watch != nullptr) watch->start(start);
  }
  for (std::uint32_t id = last + 1; id-- > 0;) {
    const Node& node = nodes_[id];
    Gradient& gradient = gradients_[id];
    if (gradient.view.data == nullptr) continue;
    // A wanted value may have nothing behind it that was asked for.
    const std::uint32_t* in = inputs(node);
    if (std::any_of(in, in + node.input_count,
                    [this](std::uint32_t i) { return gradients_[i].needed; })) {
      pull(id);
      if (watch != nullptr) watch->pulled(*this, id, adjoint_view(id), slots_);
    }
    if (!gradient.wanted) {
      pool_.give_back(gradient.view.data, bytes_of(gradient.view));
      gradient.view.data = nullptr;
    }
  }
  std::sort(result.entries_.begin(), result.entries_.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  for (auto& entry : result.entries_) {
    if (gradients_[entry.id].view.data == nullptr) fill_zero(take_gradient(entry.id));
    entry.view = gradients_[entry.id].view;
  }
  return result;
}

// --- Adjoints ---

const View& Adjoints::view(const Var& v) const {
  if (!anchor_) {
    throw Error(ErrorKind::argument, "Adjoints", "the result of a backward pass", "an empty one",
                "Keep what Tape::backward() returns; one that was moved from is empty.");
  }
  Tape& tape = anchor_.tape();
  const std::uint32_t id = v.unbound() ? tape.use(v.unbound()).id() : v.id();
  if (!v.unbound() && &v.tape() != &tape) {
    throw Error(ErrorKind::argument, "Adjoints", "a value of the same tape",
                v.tape().describe(id) + " of another",
                "These gradients came from another tape's backward().");
  }
  const auto entry = std::lower_bound(entries_.begin(), entries_.end(), id,
                                      [](const Entry& e, std::uint32_t i) { return e.id < i; });
  if (entry == entries_.end() || entry->id != id) {
    std::vector<std::uint32_t> asked;
    for (const Entry& e : entries_) asked.push_back(e.id);
    throw detail::not_asked_for(tape, id, asked);
  }
  return entry->view;
}

Tensor Adjoints::operator[](const Var& v) const {
  Tensor result(view(v).dtype, view(v).shape);
  copy_to(v, result);
  return result;
}

void Adjoints::copy_to(const Var& v, Tensor& into) const {
  const View& from = view(v);
  if (into.dtype() != from.dtype || into.shape() != from.shape) {
    into = Tensor(from.dtype, from.shape);
  }
  copy(from, dense(into.raw(), from.shape, from.dtype));
}

double Adjoints::norm(const Var& v) const { return euclidean_norm(view(v)); }

void Adjoints::swap(Adjoints& other) noexcept {
  std::swap(anchor_, other.anchor_);
  std::swap(entries_, other.entries_);
}

void Adjoints::clear() {
  Tape* tape = anchor_.living_tape();
  if (tape != nullptr) {
    for (const auto& entry : entries_) {
      if (entry.view.data == nullptr) continue;  // a pass that was refused before it began
      tape->pool_.give_back(entry.view.data, bytes_of(entry.view));
    }
  }
  entries_.clear();
}

}  // namespace carousel
