#include <algorithm>
#include <autograd/backward_pass.hpp>
#include <autograd/failures/misuse.hpp>

namespace carousel {

Tape::Tape(DType dtype)
    : dtype_(dtype), link_(this), pass_memory_(std::make_unique<detail::PassMemory>()) {
  if (!is_floating(dtype)) {
    throw Error(ErrorKind::argument, "Tape", "float32 or float64", name(dtype));
  }
}

Tape::~Tape() { link_->tape = nullptr; }

void Tape::reset() {
  note_peak();
  ++link_->recording;
  composites_.clear();
  for (std::size_t i = 0; i < nested_used_; ++i) nested_[i]->reset();
  nested_used_ = 0;
  captures_.clear();
  nodes_.clear();
  inputs_.clear();
  params_.clear();
  param_nodes_.clear();
  param_versions_.clear();
  observations_.clear();
  placeholder_ = {};
  anomaly_.checked_params = 0;
  step_ = -1;
  arena_.rewind();
  pool_.rewind();  // adjoints that are still held are void now, and give nothing back
}

Var Tape::leaf(const View& value, bool requires_grad) {
  Node node;
  node.value = value;
  node.root = static_cast<std::uint32_t>(nodes_.size());
  node.step = step_;
  node.requires_grad = requires_grad && recording_gradients_;
  nodes_.push_back(node);
  return {link_, node.root};
}

Var Tape::copied(const Tensor& values, bool requires_grad) {
  if (recording_inside_ != nullptr) return innermost().copied(values, requires_grad);
  if (is_floating(values.dtype()) && values.dtype() != dtype_) {
    throw detail::other_dtype("Tape::input", dtype_, values.dtype(), values.shape(),
                              std::string("convert it with values.to(DType::") + name(dtype_) +
                                  "), or make the tape with Tape(DType::" + name(values.dtype()) +
                                  ").");
  }
  const View view = dense(arena_.take(values.bytes()), values.shape(), values.dtype());
  copy(values.view(), view);
  return leaf(view, requires_grad);
}

Var Tape::input(const Tensor& values) { return copied(values, false); }

Var Tape::variable(const Tensor& values) {
  if (!is_floating(values.dtype())) {
    throw Error(ErrorKind::argument, "Tape::variable", "float32 or float64", name(values.dtype()),
                "Integers and masks carry no gradient; use input().");
  }
  return copied(values, true);
}

Var Tape::zeros(const Shape& shape, bool requires_grad) {
  if (recording_inside_ != nullptr) return innermost().zeros(shape, requires_grad);
  const auto bytes = static_cast<std::size_t>(shape.size()) * size_of(dtype_);
  const View view = dense(arena_.take(bytes), shape, dtype_);
  fill_zero(view);
  return leaf(view, requires_grad);
}

Var Tape::use(const Param& param) {
  // A handful of parameters, so looking through them is quicker than hashing. The tape holds each
  // one, so two different ones can never share an address.
  for (std::size_t i = 0; i < params_.size(); ++i) {
    if (params_[i] != param) continue;
    if (param.version() != param_versions_[i]) throw detail::changed("Tape::use", param);
    return {link_, param_nodes_[i]};
  }
  if (outer_ != nullptr) return value_of(capture(outer_->use(param).id()));
  if (param.dtype() != dtype_) {
    throw detail::other_dtype("parameter '" + param.name() + "'", dtype_, param.dtype(),
                              param.shape(),
                              std::string("build the cell with the tape's dtype, or make the tape "
                                          "with Tape(DType::") +
                                  name(param.dtype()) + ").");
  }
  const auto& value = param.value();
  // The tape only reads it: views are untyped and serve gradients as well, hence the cast.
  Var v = leaf(value.view(), true);
  nodes_.back().step = -1;
  nodes_.back().requires_grad = true;  // whatever NoGrad says: later values may train it
  hold(param, v.id());
  return v;
}

void Tape::hold(const Param& param, std::uint32_t id) {
  nodes_[id].param = static_cast<std::int32_t>(params_.size());
  params_.push_back(param);
  param_nodes_.push_back(id);
  param_versions_.push_back(param.version());
}

std::uint32_t Tape::bind(const Var& v) {
  if (v.unbound()) return use(v.unbound()).id();
  if (&v.tape() != this) {
    if (outer_ != nullptr) return capture(outer_->bind(v));
    throw detail::two_tapes(*this, v);
  }
  return v.id();
}

void* Tape::place_for(std::size_t bytes) {
  if (!symbolic_) return arena_.take(bytes);
  const auto wanted = static_cast<Index>(bytes);
  if (placeholder_.data == nullptr || placeholder_.shape.size() < wanted) {
    placeholder_ = {arena_.take(bytes), {wanted}, wanted, DType::boolean};
  }
  return placeholder_.data;
}

std::size_t Tape::bytes() const {
  std::size_t total = arena_.bytes() + pool_.bytes();
  for (const auto& tape : nested_) total += tape->bytes();
  return total;
}

std::size_t Tape::bytes_in_use() const {
  std::size_t total = arena_.used() + pool_.used() + nodes_.size() * sizeof(Node) +
                      inputs_.size() * sizeof(std::uint32_t) +
                      pass_memory_->gradients.size() * sizeof(detail::Gradient);
  for (const auto& tape : nested_) total += tape->bytes_in_use();
  return total;
}

void Tape::note_peak() const {
  if (outer_ != nullptr) return outer_->note_peak();
  peak_ = std::max(peak_, bytes_in_use());
}

// What is in use grows until something is reset, and every reset notes it down before.
std::size_t Tape::peak_bytes() const {
  note_peak();
  return peak_;
}

// --- Var: what needs the tape ---

Tape& Var::tape() const {
  if (!link_) throw param_ ? detail::on_no_tape(param_) : detail::stale(detail::Stale::empty);
  if (link_->tape == nullptr) throw detail::stale(detail::Stale::destroyed);
  if (link_->recording != recording_) {
    throw detail::stale(link_->tape->outer_ != nullptr ? detail::Stale::freed
                                                       : detail::Stale::reset);
  }
  return *link_->tape;
}

Shape Var::shape() const { return param_ ? param_.shape() : tape().node(*this).value.shape; }
DType Var::dtype() const { return param_ ? param_.dtype() : tape().node(*this).value.dtype; }
bool Var::requires_grad() const { return param_ || tape().node(*this).requires_grad; }

Tensor Var::value() const {
  if (param_) return param_.value();
  if (tape().symbolic_ && tape().node(*this).symbolic) {
    tape().asked_for_ = tape().describe(id_);
    throw detail::stale(detail::Stale::symbolic);
  }
  const View& view = tape().node(*this).value;
  Tensor result(view.dtype, view.shape);
  copy(view, dense(result.raw(), view.shape, view.dtype));
  return result;
}

double Var::item() const {
  if (shape().size() != 1) {
    throw Error(ErrorKind::argument, "Var::item", "one element", to_string(shape()),
                "Reduce with sum or mean, or take value().");
  }
  return value().at(0);
}

}  // namespace carousel
