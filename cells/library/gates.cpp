#include <algorithm>
#include <autograd/support/error.hpp>
#include <cells/library/gates.hpp>

namespace carousel::cells {

void fill_gate(Param& param, const std::string& gate, double value) {
  const auto& gates = param.gates();
  const auto found = std::find(gates.begin(), gates.end(), gate);
  if (found == gates.end()) {
    throw unknown_name(ErrorKind::argument, "parameter '" + param.name() + "'", "gate", gate,
                       gates);
  }
  Tensor& tensor = param.mutable_value();
  const Index block = tensor.size() / static_cast<Index>(gates.size());
  const Index begin = (found - gates.begin()) * block;
  for (Index i = begin; i < begin + block; ++i) tensor.set(i, value);
}

}  // namespace carousel::cells
