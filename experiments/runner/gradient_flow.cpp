#include <experiments/runner/gradient_flow.hpp>

namespace carousel {

namespace {

void add_flow(const cells::Unrolled& unrolled, const std::string& prefix, const Adjoints& adjoints,
              GradientFlow& flow) {
  for (std::size_t k = 0; k < unrolled.specs.size(); ++k) {
    GradientFlow::State state{prefix + unrolled.specs[k].name, {}};
    const Index batch = unrolled.final_state(k).shape()[0];
    for (std::size_t t = 0; t <= static_cast<std::size_t>(unrolled.time); ++t) {
      // mean over b of |B dL/ds[b]| = sum over b of |dL/ds[b]|
      double total = 0;
      for (Index b = 0; b < batch; ++b) {
        total += euclidean_norm(unrolled.adjoint_row(adjoints, k, t, b));
      }
      state.norms.push_back(total);
    }
    flow.states.push_back(std::move(state));
  }
}

}  // namespace

GradientFlow flow_of(const cells::StackRun& run, const Adjoints& adjoints) {
  GradientFlow flow;
  for (std::size_t i = 0; i < run.runs.size(); ++i) {
    add_flow(run.runs[i], run.stack->prefix(i), adjoints, flow);
  }
  return flow;
}

void merge(const GradientFlow& part, GradientFlow& into) {
  if (part.states.empty()) return;
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
