#include <algorithm>
#include <autograd/support/error.hpp>
#include <cells/decomposition.hpp>

namespace carousel::cells {

void for_each_part(const Var& loss, const std::vector<Param>& params,
                   const std::function<void(std::size_t i, Index t, const View& part)>& part) {
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (std::find(params.begin(), params.begin() + static_cast<std::ptrdiff_t>(i), params[i]) ==
        params.begin() + static_cast<std::ptrdiff_t>(i)) {
      continue;
    }
    throw Error(ErrorKind::argument, "for_each_part", "each parameter once",
                "'" + params[i].name() + "' twice");
  }
  BackwardOptions options;
  options.in_parts.assign(params.begin(), params.end());
  options.part = part;
  loss.tape().backward(loss, {}, options);
}

std::vector<PartNorms> part_norms(const Unrolled& run, const Var& loss,
                                  const std::vector<Param>& params) {
  std::vector<PartNorms> norms(params.size());
  for (auto& of : norms) of.steps.assign(static_cast<std::size_t>(run.time), 0);
  std::vector<std::vector<bool>> seen(params.size(),
                                      std::vector<bool>(static_cast<std::size_t>(run.time)));
  std::vector<Tensor> outside;  // it may come in two parts: before and after the steps
  for (const Param& param : params) outside.emplace_back(param.dtype(), param.shape());
  for_each_part(loss, params, [&](std::size_t i, Index step, const View& part) {
    const Index t = step - run.first_step;
    if (step < 0) {
      accumulate(part, outside[i].view());
    } else if (t >= 0 && t < run.time) {
      const auto at = static_cast<std::size_t>(t);
      if (seen[i][at]) {
        throw Error(ErrorKind::argument, "part_norms",
                    "a parameter of this recurrence alone, '" + params[i].name() + "'",
                    "one that is used in two recurrences",
                    "for_each_part hands the parts of both over, to be added up.");
      }
      seen[i][at] = true;
      norms[i].steps[at] = euclidean_norm(part);
    }
  });
  for (std::size_t i = 0; i < params.size(); ++i) {
    norms[i].outside = euclidean_norm(outside[i].view());
  }
  return norms;
}

std::vector<PartNorms> part_norms_by_lag(const Unrolled& run, const Var& loss_of_tau, Index tau,
                                         const std::vector<Param>& params) {
  if (tau < 0 || tau >= run.time) {
    throw Error(ErrorKind::argument, "part_norms_by_lag",
                "a step in 0.." + std::to_string(run.time - 1), std::to_string(tau));
  }
  std::vector<PartNorms> norms = part_norms(run, loss_of_tau, params);
  for (auto& of : norms) {
    const auto later = of.steps.begin() + static_cast<std::ptrdiff_t>(tau) + 1;
    if (std::any_of(later, of.steps.end(), [](double norm) { return norm != 0; })) {
      throw Error(ErrorKind::argument, "part_norms_by_lag", "a loss of step " + std::to_string(tau),
                  "one that depends on later steps, too");
    }
    of.steps.resize(static_cast<std::size_t>(tau) + 1);
    std::reverse(of.steps.begin(), of.steps.end());
  }
  return norms;
}

}  // namespace carousel::cells
