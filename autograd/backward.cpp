#include <algorithm>
#include <autograd/backward_pass.hpp>
#include <autograd/support/error.hpp>

namespace carousel {

void Tape::check_params() const {
  for (std::size_t i = 0; i < params_.size(); ++i) {
    if (params_[i].version() != param_versions_[i]) {
      throw Error(ErrorKind::argument, "Tape::backward",
                  "parameter '" + params_[i].name() + "' as it was when the tape used it",
                  "one that has been changed since",
                  "Go backward before the optimiser's step, and reset the tape after it.");
    }
  }
}

Adjoints Tape::backward(const Var& loss, const std::vector<Var>& wanted,
                        const BackwardOptions& options) {
  if (loss.shape().size() != 1) {
    throw Error(ErrorKind::argument, "Tape::backward", "a loss of one element",
                to_string(loss.shape()),
                "Reduce it with sum or mean, or give a seed of its shape.");
  }
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
      throw Error(ErrorKind::argument, "Tape::backward",
                  std::string("a seed of the loss's dtype and shape, ") + name(dtype_) + " " +
                      to_string(value.shape()),
                  std::string(name(cotangent.dtype())) + " " + to_string(shape));
    }
    starts.push_back({value, dense(const_cast<void*>(cotangent.raw()), shape, dtype_)});
  }
  return differentiate(starts, wanted, options);
}

std::optional<NonFinite> Tape::first_non_finite_gradient(const Var& loss) {
  std::vector<Var> leaves;
  for (const std::uint32_t id : param_nodes_) leaves.push_back(value_of(id));
  NonFinite found;
  differentiate({{loss, {}}}, leaves, {}, &found);
  if (found.op.empty()) return std::nullopt;
  return found;
}

Adjoints Tape::differentiate(const std::vector<detail::Start>& starts,
                             const std::vector<Var>& wanted, const BackwardOptions& options,
                             NonFinite* non_finite) {
  for (const auto& start : starts) {
    if (&start.value.tape() != this) {
      throw Error(ErrorKind::argument, "Tape::backward", "a loss on this tape", "one of another");
    }
    if (nodes_[start.value.id()].requires_grad) continue;
    throw Error(ErrorKind::argument, "Tape::backward", "a loss that gradients can flow from",
                describe(start.value.id()),
                "It was made under NoGrad, or of inputs and detached values only.");
  }
  check_params();
  // Parameters may be new to the tape.
  for (const Var& v : wanted) bind(v);
  for (const Var& v : options.in_parts) bind(v);
  for (const Stop& stop : options.stop) bind(stop.value);
  const auto wanted_node = [this](const Var& v) {
    const std::uint32_t id = bind(v);
    if (nodes_[id].requires_grad) return id;
    throw Error(ErrorKind::argument, "Tape::backward", "values that a gradient can flow to",
                describe(id), "Enter it with variable(), and not under NoGrad or detach.");
  };

  detail::BackwardPass pass(*this, non_finite);
  Adjoints result;
  result.anchor_ = starts.front().value;
  result.entries_.reserve(wanted.size());
  for (const Var& v : wanted) {
    const std::uint32_t id = wanted_node(v);
    if (pass.want(id)) result.entries_.push_back({id, {}});
  }
  pass.begin_at_step(options.first_step);
  for (const Stop& stop : options.stop) pass.stop(bind(stop.value), stop.from_step);
  for (std::size_t i = 0; i < options.in_parts.size(); ++i) {
    pass.in_parts(wanted_node(options.in_parts[i]), i, options);
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
