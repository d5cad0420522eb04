#include <algorithm>
#include <autograd/support/error.hpp>
#include <cmath>
#include <optim/optimizer.hpp>

namespace carousel::optim {
namespace {

std::string describe(DType dtype, const Shape& shape) {
  return std::string(name(dtype)) + " " + to_string(shape);
}

std::string quoted(const Param& param) { return "parameter '" + param.name() + "'"; }

}  // namespace

void Optimizer::add(const std::vector<Param>& params, double lr_factor) {
  const std::string where = std::string(name()) + ".add";
  if (steps_ > 0) {
    throw Error(ErrorKind::argument, where, "groups before the first step",
                "one after " + std::to_string(steps_) + " steps", "Add every group first.");
  }
  std::vector<Param> fresh;
  for (const Param& param : unique(params)) {
    if (std::find(params_.begin(), params_.end(), param) == params_.end()) fresh.push_back(param);
  }
  std::vector<Param> all = params_;
  for (const Param& param : fresh) {
    const auto same_name = [&param](const Param& p) { return p.name() == param.name(); };
    if (std::any_of(all.begin(), all.end(), same_name)) {
      throw Error(ErrorKind::argument, where, "a name of its own for each parameter",
                  "two different parameters named '" + param.name() + "'",
                  "Give one of them a prefix, such as its layer.");
    }
    all.push_back(param);
  }
  start_group(fresh, lr_factor);
  params_ = std::move(all);
}

void Optimizer::step(const Gradients& gradients, double lr_factor) {
  if (!std::isfinite(lr_factor) || lr_factor < 0) {
    throw Error(ErrorKind::argument, std::string(name()) + ".step",
                "a finite learning-rate factor of at least 0", shortest(lr_factor));
  }
  check(gradients);
  update(gradients, {steps_ + 1, lr_factor});
  ++steps_;
}

void Optimizer::set_steps(Index steps) {
  if (steps < 0) {
    throw Error(ErrorKind::argument, std::string(name()) + ".set_steps", "at least 0",
                std::to_string(steps));
  }
  steps_ = steps;
}

void Optimizer::check(const Gradients& gradients) const {
  if (gradients.size() != params_.size()) {
    const bool few = gradients.size() < params_.size();
    std::string got = std::to_string(gradients.size());
    if (few) {
      got += ", none for " + quoted(params_[gradients.size()]);
    } else if (!params_.empty()) {
      got += ", going on after the last " + quoted(params_.back());
    }
    throw Error(ErrorKind::argument, std::string(name()) + ".step",
                std::to_string(params_.size()) + " gradients, one for each of params()", got);
  }
  for (std::size_t i = 0; i < params_.size(); ++i) {
    const Param& param = params_[i];
    const Tensor& gradient = gradients[i];
    if (gradient.shape() != param.shape() || gradient.dtype() != param.dtype()) {
      throw Error(ErrorKind::argument, std::string(name()) + ".step, " + quoted(param),
                  "a gradient of " + describe(param.dtype(), param.shape()),
                  describe(gradient.dtype(), gradient.shape()),
                  "Gradients go in the order of params().");
    }
  }
}

}  // namespace carousel::optim
