#include <cmath>
#include <experiments/runner/gradient_flow.hpp>

namespace carousel {

GradientFlow flow_of(const cells::Unrolled& unrolled, const Adjoints& adjoints) {
  GradientFlow flow;
  for (std::size_t k = 0; k < unrolled.specs.size(); ++k) {
    GradientFlow::State state{unrolled.specs[k].name, {}};
    for (const auto& s : unrolled.states[k]) {
      const View& adjoint = adjoints.view(s);
      // mean over b of |B dL/ds[b]| = sum over b of |dL/ds[b]|
      double total = 0;
      for (Index b = 0; b < adjoint.rows(); ++b) {
        View row = adjoint;
        row.shape = {adjoint.columns()};
        row.data = static_cast<char*>(adjoint.data) +
                   b * adjoint.stride * static_cast<Index>(size_of(adjoint.dtype));
        total += std::sqrt(sum_of_squares(row));
      }
      state.norms.push_back(total);
    }
    flow.states.push_back(std::move(state));
  }
  return flow;
}

void merge(const GradientFlow& part, GradientFlow& into) {
  if (into.states.empty()) {
    into = part;
    return;
  }
  for (std::size_t k = 0; k < part.states.size(); ++k) {
    for (std::size_t t = 0; t < part.states[k].norms.size(); ++t) {
      into.states[k].norms[t] += part.states[k].norms[t];
    }
  }
}

}  // namespace carousel
