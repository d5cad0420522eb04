#include <autograd/tape.hpp>
#include <tests/cells/random_step.hpp>

namespace carousel::testing {
namespace {

constexpr Var RandomStep::State::*fields[] = {&RandomStep::State::a, &RandomStep::State::b,
                                              &RandomStep::State::c, &RandomStep::State::d};

/// The values that a step has so far, all [batch, hidden].
class Draw {
 public:
  Draw(const RandomStep& cell, const Var& x, const RandomStep::State& s,
       const cells::Context& context)
      : cell_(cell), x_(x), random_(cell.seed, "step") {
    if (Random(cell.seed, "draws").below(3) == 0) {
      const Shape shape{x.shape()[0], s.a.shape()[1]};
      Tensor numbers(x.tape().dtype(), shape), kept(DType::boolean, shape);
      for (Index b = 0; b < shape[0]; ++b) {
        Random drawn = context.random("step", b);
        for (Index i = b * shape[1]; i < (b + 1) * shape[1]; ++i) {
          numbers.set(i, drawn.normal());
          kept.data<bool>()[i] = drawn.uniform() < 0.5;
        }
      }
      values_.push_back(x.tape().input(numbers));
      values_.push_back(where(x.tape().input(kept), s.a, values_.front()));
    }
    for (Index k = 0; k < cell.count(); ++k) values_.push_back(s.*fields[k]);
    values_.push_back(one_of(2) == 0 ? linear(x, cell.W) : linear(x, cell.W, cell.p));
    if (one_of(2) == 0) values_.push_back(linear(x, cell.V));
  }

  cells::Step<RandomStep::State> run() {
    const int ops = 2 + one_of(12);
    for (int i = 0; i < ops; ++i) values_.push_back(next());
    cells::Step<RandomStep::State> result;
    for (Index k = 0; k < cell_.count(); ++k) {
      Var state = one_of(12) == 0 ? x_.tape().zeros(state_shape()) + cell_.q : any();
      if (one_of(4) != 0) state = tanh(state);
      result.state.*fields[k] = state;
    }
    result.output = one_of(2) == 0 ? result.state.a : any();
    return result;
  }

 private:
  int one_of(int n) { return static_cast<int>(random_.below(n)); }
  /// Late values more often than early ones.
  int any_position() {
    const int last = static_cast<int>(values_.size()) - 1;
    return std::max(one_of(last + 1), one_of(last + 1));
  }
  const Var& at(int position) { return values_[static_cast<std::size_t>(position)]; }
  Var any() { return at(any_position()); }
  /// a - a is 0 up to rounding, and so is its gradient.
  int another_than(int position) {
    const int other = any_position();
    return other != position ? other : (position + 1) % static_cast<int>(values_.size());
  }
  const Param& weight() { return one_of(2) == 0 ? cell_.U : cell_.R; }
  const Param& bias() { return one_of(2) == 0 ? cell_.p : cell_.q; }

  Var used(const Param& param) const { return x_.tape().use(param); }
  Shape state_shape() const { return values_.front().shape(); }

  Var next() {
    const int first = any_position(), second = another_than(first);
    const Var a = at(first), b = at(second);
    switch (one_of(21)) {
      case 0:
        return sigmoid(a);
      case 1:
        return tanh(linear(a, weight()) + b);
      case 2:
        return sigmoid(b + linear(a, weight(), bias()));
      case 3:
        return linear(a, weight()) + linear(b, weight());
      case 4:
        return tanh(a) * b;
      case 5:
        return a * sigmoid(b) + (1.0 - sigmoid(b)) * at(another_than(first));
      case 6:
        return a - b;
      case 7:
        return relu(a + bias());
      case 8:
        return minimum(a, b) * 0.5;
      case 9:
        return where(greater(a, b), a, tanh(b));
      case 10: {  // halves, the other way round
        const Index half = a.shape()[1] / 2;
        return concat({slice(a, -1, half, a.shape()[1]), slice(b, -1, 0, half)}, -1);
      }
      case 11: {  // a gate on one half
        const Index half = a.shape()[1] / 2;
        const Var one = sigmoid(slice(a, -1, 0, half)),
                  two = tanh(slice(a, -1, half, a.shape()[1]));
        return concat({one, two}, -1);
      }
      case 12:
        return softmax(a);
      case 13:
        return normalize(a, 1e-2) * bias();
      case 14:
        return softplus(-a) / (1.0 + square(b));
      case 15:
        return matmul(a, weight());
      case 16: {  // a gate as heads of two
        const Index batch = a.shape()[0], half = a.shape()[1] / 2;
        const Var heads = reshape(sigmoid(a), {batch, 2, half});
        return reshape(tanh(heads * 2.0), {batch, 2 * half}) * b;
      }
      case 17:  // what all sequences have in common
        return tanh(a + linear(mean(b, {0}), weight()));
      case 18: {  // some sequences otherwise than others
        const Index some = (a.shape()[0] + 1) / 2;
        return concat({linear(slice(a, 0, 0, some), weight()), slice(b, 0, some, b.shape()[0])}, 0);
      }
      case 19: {  // gates of one product, split
        const Var both = tanh(linear(a, concat({used(weight()), weight()}, 0)));
        const auto [one, two] = split<2>(both);
        return one * two - one;
      }
      default:  // a part of what is hoisted
        return slice(linear(x_, concat({used(cell_.W), cell_.V}, 0)), -1, 0, a.shape()[1]);
    }
  }

  const RandomStep& cell_;
  Var x_;
  Random random_;
  std::vector<Var> values_;
};

}  // namespace

void RandomStep::declare(cells::Declaration<State>& d) {
  const char* names[] = {"a", "b", "c", "d"};
  for (Index k = 0; k < count(); ++k) d.state(names[k], fields[k]);
  d.input("W", W).input("V", V).recurrent("U", U).recurrent("R", R).bias("p", p).bias("q", q);
}

cells::Step<RandomStep::State> RandomStep::step(const Var& x, const State& s,
                                                const cells::Context& context) const {
  return Draw(*this, x, s, context).run();
}

}  // namespace carousel::testing
