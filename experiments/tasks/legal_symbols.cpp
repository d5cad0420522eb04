#include <autograd/support/error.hpp>
#include <experiments/tasks/legal_symbols.hpp>

namespace carousel::tasks {
namespace {

void check_shapes(const Tensor& prediction, const Tensor& target, const Tensor& weight,
                  Index sequences) {
  const char where[] = "legal symbols score";
  const bool rows =
      prediction.shape().rank() == 2 && sequences > 0 && prediction.shape()[0] % sequences == 0;
  if (!rows) {
    throw Error(ErrorKind::argument, where,
                "predictions [steps · " + std::to_string(sequences) + ", symbols]",
                to_string(prediction.shape()));
  }
  const Index count = prediction.shape()[0], symbols = prediction.shape()[1];
  if (target.shape() != Shape{count, 2 * symbols} || weight.shape() != Shape{count}) {
    throw Error(ErrorKind::argument, where,
                "targets " + to_string(Shape{count, 2 * symbols}) + " and weights " +
                    to_string(Shape{count}),
                to_string(target.shape()) + " and " + to_string(weight.shape()));
  }
}

/// Whether each legal symbol of row r has a larger output than each that is not. A comparison with
/// NaN is false, so that a NaN is a wrong answer.
bool separated(const Tensor& prediction, const Tensor& target, Index r) {
  const Index symbols = prediction.shape()[1];
  const auto legal = [&](Index s) { return target.at(r * 2 * symbols + symbols + s) != 0; };
  for (Index s = 0; s < symbols; ++s) {
    for (Index other = 0; other < symbols; ++other) {
      if (!legal(s) || legal(other)) continue;
      if (!(prediction.at(r * symbols + s) > prediction.at(r * symbols + other))) return false;
    }
  }
  return true;
}

class LegalSymbols final : public Objective {
 public:
  const char* metric() const override { return "strings"; }
  bool higher_is_better() const override { return true; }

  Var loss(const Var& prediction, const Var& target) const override {
    const Index symbols = prediction.shape().columns();
    return -sum(slice(target, 1, 0, symbols) * log_softmax(prediction), {-1});
  }

  Score score(const Tensor& prediction, const Tensor& target, const Tensor& weight,
              Index sequences) const override {
    check_shapes(prediction, target, weight, sequences);
    enum class State : std::uint8_t { empty, right, wrong };
    std::vector<State> states(static_cast<std::size_t>(sequences), State::empty);
    for (Index r = 0; r < weight.size(); ++r) {
      State& state = states[static_cast<std::size_t>(r % sequences)];
      if (weight.at(r) == 0 || state == State::wrong) continue;
      state = separated(prediction, target, r) ? State::right : State::wrong;
    }
    Score score;
    for (const State state : states) {
      if (state != State::empty) score.add({state == State::right ? 1.0 : 0.0, 1});
    }
    return score;
  }
};

}  // namespace

const Objective& legal_symbols() {
  static const LegalSymbols objective;
  return objective;
}

}  // namespace carousel::tasks
