#include <experiments/runner/validations.hpp>

namespace carousel {

bool Validations::add(Index step, double metric) {
  last_ = metric;
  last_step_ = step;
  const bool best = !best_ || better(metric, *best_);
  since_best_ = best ? 0 : since_best_ + 1;
  if (best) {
    best_ = metric;
    best_step_ = step;
  }
  if (train_.solved_at && !solved_at_ && better(metric, *train_.solved_at)) solved_at_ = step;
  return best;
}

const char* Validations::end() const {
  if (train_.stop_when_solved && solved_at_) return "solved";
  if (train_.patience > 0 && since_best_ >= train_.patience) return "no better validation";
  return "";
}

}  // namespace carousel
