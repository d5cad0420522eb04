#include <algorithm>
#include <autograd/support/error.hpp>
#include <cells/init.hpp>

namespace carousel::cells {
namespace {

/// Fills one parameter gate by gate; or one gate of it.
void fill(Param& param, const Initializer& initializer, const std::string& gate,
          const AnyCell& cell, Random& random) {
  Tensor& values = param.mutable_value();
  const auto& gates = param.gates();
  const auto blocks = std::max<Index>(1, static_cast<Index>(gates.size()));
  Tensor block(DType::float64, param.shape().with(0, param.shape()[0] / blocks));
  const std::string refusal = initializer.refusal(block.shape());
  if (!refusal.empty()) {
    throw Error(ErrorKind::config, "cell '" + cell.name() + "', parameter '" + param.name() + "'",
                "an initialiser that fits a block of shape " + to_string(block.shape()), refusal);
  }
  for (Index b = 0; b < blocks; ++b) {
    if (!gate.empty() && gates[static_cast<std::size_t>(b)] != gate) continue;
    initializer.fill(block, cell.sizes(), random);
    for (Index i = 0; i < block.size(); ++i) values.set(b * block.size() + i, block.at(i));
  }
}

/// Rows of a gate in a parameter: where they begin, and how many elements they are.
std::pair<Index, Index> rows_of(const Param& param, const std::string& gate) {
  const auto& gates = param.gates();
  if (gate.empty()) return {0, param.value().size()};
  const Index size = param.value().size() / static_cast<Index>(gates.size());
  return {size * (std::find(gates.begin(), gates.end(), gate) - gates.begin()), size};
}

/// The biases of all gates that the cell has declared; a second bias of the same gate becomes 0.
void fill_gates(AnyCell& cell, const Initializer& initializer, std::uint64_t seed, Index first) {
  const auto& gatings = cell.declared().gatings;
  if (gatings.empty()) {
    throw Error(
        ErrorKind::config, "cell '" + cell.name() + "', init.bias",
        "a cell that declares which bias is that of a gate that keeps or replaces its state",
        "none", "Use another initialiser, or say so in declare(): d.bias(...).keeps()");
  }
  Tensor kept;
  for (const GateBias& bias : gatings) {
    Param param = cell.params()[bias.param];
    const auto [begin, size] = rows_of(param, bias.gate);
    if (bias.gating != Gating::admits) {
      Random random(seed, "gates", static_cast<std::size_t>(first) + bias.param);
      kept = Tensor(DType::float64, {size});
      initializer.fill(kept, cell.sizes(), random);
    }
    const double sign = bias.gating == Gating::keeps ? 1 : -1;
    for (Index i = 0; i < size; ++i) param.mutable_value().set(begin + i, sign * kept.at(i));
    for (Param other : cell.params()) {
      const auto& gates = other.gates();
      const bool has = std::find(gates.begin(), gates.end(), bias.gate) != gates.end();
      if (other == param || other.role() != Role::bias || bias.gate.empty() || !has) continue;
      const auto [from, count] = rows_of(other, bias.gate);
      for (Index i = 0; i < count; ++i) other.mutable_value().set(from + i, 0);
    }
  }
}

}  // namespace

void initialise(AnyCell& cell, const Initialization& by_role, std::uint64_t seed, Index first) {
  const Table<Initializer> table = initializers();
  const auto fallback = table.make("uniform");
  for (std::size_t number = 0; number < cell.params().size(); ++number) {
    Param param = cell.params()[number];
    Random random(seed, "parameters", static_cast<std::size_t>(first) + number);
    const auto chosen = by_role.find(param.role());
    if (chosen != by_role.end() && !chosen->second->goes_by_gates()) {
      fill(param, *chosen->second, "", cell, random);
      continue;
    }
    const auto& starts = cell.starts()[number];
    if (starts.empty() || !starts.front().gate.empty()) fill(param, *fallback, "", cell, random);
    for (const Start& start : starts) fill(param, *start.with, start.gate, cell, random);
  }
  cell.after_initialise();
  for (const auto& [role, initializer] : by_role) {
    if (initializer->goes_by_gates()) fill_gates(cell, *initializer, seed, first);
  }
}

}  // namespace carousel::cells
