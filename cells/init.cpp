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

}  // namespace

void initialise(AnyCell& cell, const Initialization& by_role, std::uint64_t seed) {
  const Table<Initializer> table = initializers();
  const auto fallback = table.make("uniform");
  for (std::size_t number = 0; number < cell.params().size(); ++number) {
    Param param = cell.params()[number];
    Random random(seed, "parameters", number);
    const auto chosen = by_role.find(param.role());
    if (chosen != by_role.end()) {
      fill(param, *chosen->second, "", cell, random);
      continue;
    }
    const auto& starts = cell.starts()[number];
    if (starts.empty() || !starts.front().gate.empty()) fill(param, *fallback, "", cell, random);
    for (const Start& start : starts) fill(param, *start.with, start.gate, cell, random);
  }
  cell.after_initialise();
}

}  // namespace carousel::cells
