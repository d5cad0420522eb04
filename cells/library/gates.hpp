#pragma once
#include <autograd/param.hpp>
#include <string>

namespace carousel::cells {

/// Sets one gate's rows of a parameter to a value. Error when it has no gate of that name.
void fill_gate(Param& param, const std::string& gate, double value);

}  // namespace carousel::cells
