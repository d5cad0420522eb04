#include <algorithm>
#include <autograd/param.hpp>
#include <autograd/support/error.hpp>

namespace carousel {

const char* name(Role role) {
  switch (role) {
    case Role::input:
      return "input";
    case Role::recurrent:
      return "recurrent";
    case Role::diagonal:
      return "diagonal";
    case Role::bias:
      return "bias";
    case Role::readout:
      return "readout";
    case Role::state:
      return "state";
  }
  return "?";
}

Param::Param(std::string name, DType dtype, const Shape& shape, Role role,
             std::vector<std::string> gates)
    : data_(std::make_shared<Data>(
          Data{std::move(name), role, std::move(gates), Tensor(dtype, shape)})) {
  if (!is_floating(dtype)) {
    throw Error(ErrorKind::argument, "parameter '" + data_->name + "'", "float32 or float64",
                carousel::name(dtype));
  }
}

Param::Data& Param::data() const {
  if (!data_) {
    throw Error(ErrorKind::argument, "Param", "a parameter with a value", "an empty one",
                "List it in the cell's declare(), which gives it name, shape and role.");
  }
  return *data_;
}

const std::string& Param::name() const { return data().name; }
Role Param::role() const { return data().role; }
const std::vector<std::string>& Param::gates() const { return data().gates; }
const Shape& Param::shape() const { return data().value.shape(); }
DType Param::dtype() const { return data().value.dtype(); }
const Tensor& Param::value() const { return data().value; }
Index Param::version() const { return data().version; }

Tensor& Param::mutable_value() {
  ++data().version;
  return data_->value;
}

std::vector<Param> unique(const std::vector<Param>& params) {
  std::vector<Param> result;
  for (const auto& param : params) {
    if (std::find(result.begin(), result.end(), param) == result.end()) result.push_back(param);
  }
  return result;
}

Index count(const std::vector<Param>& params) {
  Index total = 0;
  for (const auto& param : unique(params)) total += param.shape().size();
  return total;
}

}  // namespace carousel
