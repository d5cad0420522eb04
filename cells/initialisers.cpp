#include <autograd/linear_algebra.hpp>
#include <cells/init.hpp>
#include <cells/start.hpp>
#include <cmath>

namespace carousel::cells {
namespace {

/// U(-1/sqrt(hidden), 1/sqrt(hidden)): PyTorch's default for recurrent layers, biases included.
struct Uniform final : Initializer {
  double gain = 1;
  void settings(Settings& s) override { s("gain", gain, "factor of the bounds", above(0)); }
  void fill(Tensor& block, const Sizes& sizes, Random& random) const override {
    const double bound = gain / std::sqrt(static_cast<double>(sizes.hidden_size));
    for (Index i = 0; i < block.size(); ++i) block.set(i, random.uniform(-bound, bound));
  }
};

/// U(-a, a), a = gain sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010).
struct Xavier final : Initializer {
  double gain = 1;
  void settings(Settings& s) override { s("gain", gain, "factor of the bounds", above(0)); }
  void fill(Tensor& block, const Sizes&, Random& random) const override {
    const Shape& shape = block.shape();
    const Index fan_out = shape[0], fan_in = shape.rank() == 2 ? shape[1] : 1;
    const double bound = gain * std::sqrt(6.0 / static_cast<double>(fan_in + fan_out));
    for (Index i = 0; i < block.size(); ++i) block.set(i, random.uniform(-bound, bound));
  }
};

/// gain times a uniformly random matrix with orthonormal rows or columns, whichever are fewer: the
/// Q of a normal matrix's QR, with the signs that make R's diagonal positive (Saxe et al. 2014;
/// Mezzadri 2007).
struct Orthogonal final : Initializer {
  double gain = 1;
  void settings(Settings& s) override { s("gain", gain, "factor of the matrix", above(0)); }
  std::string refusal(const Shape& block) const override {
    return block.rank() == 2 ? "" : "orthogonal fills matrices";
  }
  void fill(Tensor& block, const Sizes&, Random& random) const override {
    const Index out = block.shape()[0], in = block.shape()[1];
    const bool tall = out >= in;
    Tensor normal(DType::float64, {std::max(out, in), std::min(out, in)});
    for (Index i = 0; i < normal.size(); ++i) normal.set(i, random.normal());
    const auto [Q, R] = qr(normal);
    const Index columns = normal.shape()[1];
    for (Index i = 0; i < out; ++i) {
      for (Index j = 0; j < in; ++j) {
        const Index column = tall ? j : i;
        const double sign = R.at(column * columns + column) < 0 ? -1 : 1;
        block.set(i * in + j, gain * sign * Q.at(tall ? i * columns + j : j * columns + i));
      }
    }
  }
};

/// gain on the diagonal, 0 elsewhere (Le, Jaitly and Hinton 2015 for recurrent weights).
struct Identity final : Initializer {
  double gain = 1;
  void settings(Settings& s) override { s("gain", gain, "the diagonal", between(-1e6, 1e6)); }
  std::string refusal(const Shape& block) const override {
    return block.rank() == 2 && block[0] == block[1] ? "" : "identity fills square matrices";
  }
  void fill(Tensor& block, const Sizes&, Random&) const override {
    block.fill(0);
    for (Index i = 0; i < block.shape()[0]; ++i) block.set(i * block.shape()[1] + i, gain);
  }
};

/// A normal matrix, scaled so that its largest singular value is `norm`.
struct Scaled final : Initializer {
  double norm = 1;
  void settings(Settings& s) override { s("norm", norm, "largest singular value", above(0)); }
  std::string refusal(const Shape& block) const override {
    return block.rank() == 2 ? "" : "scaled fills matrices";
  }
  void fill(Tensor& block, const Sizes&, Random& random) const override {
    for (Index i = 0; i < block.size(); ++i) block.set(i, random.normal());
    const double factor = norm / singular_values(block).at(0);
    for (Index i = 0; i < block.size(); ++i) block.set(i, factor * block.at(i));
  }
};

/// The biases of gates such that units forget within U(1, longest - 1) steps (Tallec and Ollivier
/// 2018): b_f = ln u, b_i = -b_f.
struct Chrono final : Initializer {
  Index longest = 100;
  void settings(Settings& s) override {
    s("longest", longest, "steps that dependencies go over at most", at_least(3));
  }
  bool goes_by_gates() const override { return true; }
  void fill(Tensor& block, const Sizes&, Random& random) const override {
    const double last = static_cast<double>(longest) - 1;
    for (Index i = 0; i < block.size(); ++i) block.set(i, std::log(random.uniform(1, last)));
  }
};

/// N(0, deviation²).
struct Normal final : Initializer {
  double deviation = 0.01;
  void settings(Settings& s) override { s("deviation", deviation, "standard deviation", above(0)); }
  void fill(Tensor& block, const Sizes&, Random& random) const override {
    for (Index i = 0; i < block.size(); ++i) block.set(i, deviation * random.normal());
  }
};

/// U(low, high): what a cell asks for.
struct Between final : Initializer {
  double low, high;
  Between(double low, double high) : low(low), high(high) {}
  void settings(Settings&) override {}
  void fill(Tensor& block, const Sizes&, Random& random) const override {
    for (Index i = 0; i < block.size(); ++i) block.set(i, random.uniform(low, high));
  }
};

/// One value everywhere.
struct Constant final : Initializer {
  double value = 0;
  void settings(Settings& s) override { s("value", value, "the value", between(-1e6, 1e6)); }
  void fill(Tensor& block, const Sizes&, Random&) const override { block.fill(value); }
};

/// first, first + step, first + 2 step, ...
struct Counting final : Initializer {
  double first, step;
  Counting(double first, double step) : first(first), step(step) {}
  void settings(Settings&) override {}
  void fill(Tensor& block, const Sizes&, Random&) const override {
    for (Index i = 0; i < block.size(); ++i) {
      block.set(i, first + step * static_cast<double>(i));
    }
  }
};

/// One with its gain, or whatever its number is called.
template <class I> start::Initial with(double I::*field, double value) {
  auto initializer = std::make_shared<I>();
  (*initializer).*field = value;
  return initializer;
}

}  // namespace

std::string Initializer::refusal(const Shape&) const { return {}; }

Table<Initializer> initializers() {
  Table<Initializer> table("initializer");
  table.add<Uniform>("uniform", "U(-1/sqrt(hidden), 1/sqrt(hidden)), as PyTorch");
  table.add<Xavier>("xavier", "U(-a, a) with a = gain sqrt(6 / (fan_in + fan_out)), gate by gate");
  table.add<Orthogonal>("orthogonal", "gain times a random orthogonal matrix, gate by gate");
  table.add<Identity>("identity", "gain times the identity");
  table.add<Scaled>("scaled", "a normal matrix with that spectral norm, gate by gate");
  table.add<Normal>("normal", "N(0, deviation²)");
  table.add<Constant>("constant", "one value everywhere");
  table.add<Chrono>("chrono", "ln U(1, longest - 1) in forget gates (Tallec and Ollivier 2018)");
  return table;
}

namespace start {

Initial constant(double value) { return with(&Constant::value, value); }
Initial counting(double first, double step) { return std::make_shared<Counting>(first, step); }
Initial chrono(Index longest) {
  auto initializer = std::make_shared<Chrono>();
  initializer->longest = longest;
  return initializer;
}
Initial uniform(double low, double high) { return std::make_shared<Between>(low, high); }
Initial normal(double deviation) { return with(&Normal::deviation, deviation); }
Initial identity(double gain) { return with(&Identity::gain, gain); }
Initial orthogonal(double gain) { return with(&Orthogonal::gain, gain); }
Initial xavier(double gain) { return with(&Xavier::gain, gain); }

}  // namespace start
}  // namespace carousel::cells
