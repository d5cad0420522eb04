#include <autograd/support/error.hpp>
#include <cmath>
#include <optim/schedule.hpp>

namespace carousel::optim {

void Schedule::settings(Settings& s) {
  s("warmup", warmup, "steps in which the rate rises linearly to its full value", at_least(0));
}

double Schedule::factor(Index step, Index total_steps) const {
  if (step < warmup) return static_cast<double>(step + 1) / static_cast<double>(warmup + 1);
  return shape(step - warmup, total_steps - warmup);
}

void StepDecay::settings(Settings& s) {
  Schedule::settings(s);
  s("every", every, "steps between two decays", at_least(1));
  s("gamma", gamma, "what each decay multiplies the rate with", above(0));
}

double StepDecay::shape(Index step, Index) const {
  if (every < 1) {
    throw Error(ErrorKind::argument, "schedule step, every", "at least 1", std::to_string(every));
  }
  const Index stage = step / every;
  return std::pow(gamma, static_cast<double>(stage));
}

void Cosine::settings(Settings& s) {
  Schedule::settings(s);
  s("final", final_factor, "fraction of the full rate that is left at the end", between(0, 1));
}

double Cosine::shape(Index step, Index total_steps) const {
  if (step >= total_steps) return final_factor;
  constexpr double pi = 3.14159265358979323846;
  const double progress = static_cast<double>(step) / static_cast<double>(total_steps);
  return final_factor + (1 - final_factor) * (1 + std::cos(pi * progress)) / 2;
}

}  // namespace carousel::optim
