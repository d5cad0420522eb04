#include <algorithm>
#include <autograd/backward_pass.hpp>
#include <autograd/failures/misuse.hpp>

namespace carousel {

void Tape::check_params() const {
  for (std::size_t i = 0; i < params_.size(); ++i) {
    if (params_[i].version() == param_versions_[i]) continue;
    throw detail::changed("Tape::backward", params_[i]);
  }
}

void Tape::check_start(const Var& value) const {
  if (&value.tape() != this) {
    throw Error(ErrorKind::argument, "Tape::backward", "a loss on this tape",
                value.tape().describe(value.id()) + " of another",
                "Call backward() of the tape that the loss is on: loss.tape().");
  }
  if (!nodes_[value.id()].requires_grad) throw detail::no_gradient_from(*this, value.id());
}

std::uint32_t Tape::differentiable(const Var& v) {
  const std::uint32_t id = bind(v);
  if (!nodes_[id].requires_grad) throw detail::no_gradient_to(*this, id);
  return id;
}

Adjoints Tape::backward(const Var& loss, const std::vector<Var>& wanted,
                        const BackwardOptions& options) {
  if (loss.shape().size() != 1) throw detail::needs_seed(loss.tape(), loss.id());
  return differentiate({{loss, {}}}, wanted, options);
}

Adjoints Tape::backward(const Var& loss, const std::vector<Var>& wanted, const Tensor& seed,
                        const BackwardOptions& options) {
  return backward({{loss, seed}}, wanted, options);
}

Adjoints Tape::backward(const std::vector<Cotangent>& from, const std::vector<Var>& wanted,
                        const BackwardOptions& options) {
  if (from.empty()) {
    throw Error(ErrorKind::argument, "Tape::backward", "at least one cotangent", "none");
  }
  std::vector<detail::Start> starts;
  for (const auto& [value, cotangent] : from) {
    const Shape& shape = cotangent.shape();
    if (shape != value.shape() || cotangent.dtype() != dtype_) {
      throw detail::wrong_seed(value.tape(), value.id(), cotangent.dtype(), shape);
    }
    starts.push_back({value, cotangent.view()});
  }
  return differentiate(starts, wanted, options);
}

Adjoints Tape::differentiate(const std::vector<detail::Start>& starts,
                             const std::vector<Var>& wanted, const BackwardOptions& options,
                             detail::GradientWatch* watch) {
  detail::GradientWatch anomaly(*this, starts.front().value.id(), anomaly_.infinity,
                                /*throws=*/true);
  if (watch == nullptr && anomaly_.on) watch = &anomaly;
  for (const auto& start : starts) check_start(start.value);
  check_params();
  // Parameters may be new to the tape.
  for (const Var& v : wanted) bind(v);
  for (const Var& v : options.in_parts) bind(v);
  for (const Stop& stop : options.stop) bind(stop.value);

  detail::BackwardPass pass(*this, watch);
  Adjoints result;
  result.anchor_ = starts.front().value;
  result.entries_.reserve(wanted.size());
  for (const Var& v : wanted) {
    const std::uint32_t id = differentiable(v);
    if (pass.want(id)) result.entries_.push_back({id, {}});
  }
  pass.begin_at_step(options.first_step);
  for (const Stop& stop : options.stop) pass.stop(bind(stop.value), stop.from_step);
  for (std::size_t i = 0; i < options.in_parts.size(); ++i) {
    pass.in_parts(differentiable(options.in_parts[i]), i, options);
  }
  for (const auto& start : starts) pass.start(start.value.id(), start.cotangent);
  pass.run();
  std::sort(result.entries_.begin(), result.entries_.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  for (auto& entry : result.entries_) entry.view = pass.finished(entry.id);
  pass.end();
  return result;
}

}  // namespace carousel
