#include <autograd/tape.hpp>
#include <cells/cell.hpp>
#include <cells/init.hpp>
#include <cells/unroll.hpp>
#include <cstdio>
#include <experiments/tasks/adding.hpp>
#include <optim/adam.hpp>

using namespace carousel;

namespace {

/// f = σ(W_f x + U_f h + b_f),  h' = (1 - f)∘h + f∘tanh(W x + b): a leaky integrator whose rate is
/// learnt.
struct Gated {
  struct State {
    Var h;
  };
  Param W_f, U_f, b_f, W, b;

  void declare(cells::Declaration<State>& d) {
    d.state("h", &State::h);
    d.input("W_f", W_f);
    d.recurrent("U_f", U_f);
    d.bias("b_f", b_f);
    d.input("W", W);
    d.bias("b", b);
  }
  cells::Step<State> step(const Var& x, const State& s) const {
    const Var f = sigmoid(linear(x, W_f) + linear(s.h, U_f) + b_f);
    const Var h = (1 - f) * s.h + f * tanh(linear(x, W, b));
    return {h, {h}};
  }
};

/// The cell with a linear readout on the adding problem, and Adam.
class Training {
 public:
  Training() : cell_(cells::erase<Gated>()) {
    task_.length = 10;
    task_.load(DType::float32);
    cell_->build({task_.input_size(), hidden}, DType::float32);
    cells::initialise(*cell_, {}, 1);
    wanted_ = cell_->params();
    wanted_.push_back(V_);
    wanted_.push_back(c_);
    adam_.rule().lr = 0.01;
    adam_.add(wanted_);
  }

  /// One update; the loss before it.
  double step(Index number) {
    const tasks::Batch batch = task_.training(1, number, 32);
    tape_.reset();
    const cells::Unrolled unrolled = cells::unroll(*cell_, tape_.input(batch.x));
    const Var y = linear(unrolled.outputs.back(), V_, c_);
    const Var loss = mean(squared_error(y, at(tape_.input(batch.target), 0, task_.length - 1)));
    std::vector<Var> leaves;
    for (const Param& param : wanted_) leaves.push_back(tape_.use(param));
    const Adjoints adjoints = tape_.backward(loss, leaves);
    optim::Gradients gradients;
    for (const Var& leaf : leaves) gradients.push_back(adjoints[leaf]);
    adam_.step(gradients);
    return loss.item();
  }

 private:
  static constexpr Index hidden = 16;
  tasks::Adding task_;
  std::unique_ptr<cells::AnyCell> cell_;
  Param V_{"V", DType::float32, {1, hidden}, Role::readout};
  Param c_{"c", DType::float32, {1}, Role::readout};
  std::vector<Param> wanted_;
  optim::Adam adam_;
  Tape tape_;
};

}  // namespace

int main() {
  Training training;
  constexpr Index steps = 300, window = 20;
  double first = 0, last = 0;
  for (Index i = 0; i < steps; ++i) {
    const double loss = training.step(i);
    if (i < window) first += loss / window;
    if (i >= steps - window) last += loss / window;
  }
  std::printf("mean squared error of the first and last %td steps: %.4f %.4f\n", window, first,
              last);
  return last < 0.5 * first ? 0 : 1;
}
