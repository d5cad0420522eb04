#pragma once
#include <autograd/tensor.hpp>
#include <memory>
#include <string>
#include <vector>

namespace carousel {

/// What a parameter multiplies; initialisers, regularisers and reports go by it.
enum class Role {
  input,      ///< x
  recurrent,  ///< the state
  diagonal,   ///< the state, unit by unit: a vector
  bias,       ///< nothing
  readout,    ///< the output
  state       ///< nothing: it is a state, that before the first step
};

const char* name(Role role);

/// A trainable tensor with an identity, a name and a role. A Param is a handle: its copies are the
/// same parameter (tied weights), count once and receive one gradient. Matrices are [out, in] and
/// act as x·Wᵀ.
class Param {
 public:
  /// Empty: a cell's member before the cell is built.
  Param() = default;
  /// `gates` names the equal blocks of rows, such as {"i","f","g","o"}; empty for one block.
  Param(std::string name, DType dtype, const Shape& shape, Role role,
        std::vector<std::string> gates = {});

  explicit operator bool() const { return data_ != nullptr; }
  /// Error when empty.
  void require() const { data(); }
  const std::string& name() const;
  Role role() const;
  const std::vector<std::string>& gates() const;
  const Shape& shape() const;
  DType dtype() const;
  const Tensor& value() const;
  /// Access for writing. Counts as a change: a tape that has used the parameter before it then
  /// refuses to go backward instead of giving wrong gradients.
  Tensor& mutable_value();
  /// Number of changes so far.
  Index version() const;

  friend bool operator==(const Param& a, const Param& b) { return a.data_ == b.data_; }
  friend bool operator!=(const Param& a, const Param& b) { return a.data_ != b.data_; }

 private:
  struct Data {
    std::string name;
    Role role;
    std::vector<std::string> gates;
    Tensor value;
    Index version = 0;
  };
  Data& data() const;  // error when empty
  std::shared_ptr<Data> data_;
};

/// Each parameter once, in order of first appearance.
std::vector<Param> unique(const std::vector<Param>& params);
/// Number of trainable scalars, a tied parameter counted once.
Index count(const std::vector<Param>& params);

}  // namespace carousel
