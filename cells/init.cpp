#include <algorithm>
#include <autograd/linear_algebra.hpp>
#include <cells/init.hpp>
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

/// One value everywhere.
struct Constant final : Initializer {
  double value = 0;
  void settings(Settings& s) override { s("value", value, "the value", between(-1e6, 1e6)); }
  void fill(Tensor& block, const Sizes&, Random&) const override { block.fill(value); }
};

/// Fills one parameter gate by gate.
void fill(Param& param, const Initializer& initializer, const AnyCell& cell, Random& random) {
  Tensor& values = param.mutable_value();
  const auto blocks = std::max<Index>(1, static_cast<Index>(param.gates().size()));
  Tensor block(DType::float64, param.shape().with(0, param.shape()[0] / blocks));
  const std::string refusal = initializer.refusal(block.shape());
  if (!refusal.empty()) {
    throw Error(ErrorKind::config, "cell '" + cell.name() + "', parameter '" + param.name() + "'",
                "an initialiser that fits a block of shape " + to_string(block.shape()), refusal);
  }
  for (Index b = 0; b < blocks; ++b) {
    initializer.fill(block, cell.sizes(), random);
    for (Index i = 0; i < block.size(); ++i) values.set(b * block.size() + i, block.at(i));
  }
}

}  // namespace

std::string Initializer::refusal(const Shape&) const { return {}; }

Table<Initializer> initializers() {
  Table<Initializer> table("initializer");
  table.add<Uniform>("uniform", "U(-1/sqrt(hidden), 1/sqrt(hidden)), as PyTorch");
  table.add<Xavier>("xavier", "U(-a, a) with a = gain sqrt(6 / (fan_in + fan_out)), gate by gate");
  table.add<Orthogonal>("orthogonal", "gain times a random orthogonal matrix, gate by gate");
  table.add<Identity>("identity", "gain times the identity");
  table.add<Constant>("constant", "one value everywhere");
  return table;
}

void initialise(AnyCell& cell, const Initialization& by_role, std::uint64_t seed) {
  const Uniform fallback;
  std::uint64_t number = 0;
  for (Param param : cell.params()) {
    Random random(seed, "parameters", number++);
    const auto chosen = by_role.find(param.role());
    fill(param, chosen == by_role.end() ? fallback : *chosen->second, cell, random);
  }
  cell.after_initialise();
}

}  // namespace carousel::cells
