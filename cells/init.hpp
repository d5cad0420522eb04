#pragma once
#include <autograd/support/random.hpp>
#include <autograd/support/settings.hpp>
#include <autograd/support/table.hpp>
#include <autograd/tensor.hpp>
#include <cells/any_cell.hpp>
#include <map>

namespace carousel::cells {

/// Fills the initial values of one block: a gate's rows of a matrix [out, in], or of a bias [out].
class Initializer {
 public:
  virtual ~Initializer() = default;
  virtual void settings(Settings& s) = 0;
  /// `block` is float64; fan-in and fan-out are those of the block, gate by gate.
  virtual void fill(Tensor& block, const Sizes& sizes, Random& random) const = 0;
  /// Whether it can fill a block of that shape; otherwise says why not.
  virtual std::string refusal(const Shape& block) const;
  /// Whether it fills the biases of gates by what these do, and no others: `block` is what a gate
  /// that keeps the state gets, one that lets in or replaces gets the opposite.
  virtual bool goes_by_gates() const { return false; }
};

/// uniform, xavier, orthogonal, identity, scaled, normal, constant, chrono.
Table<Initializer> initializers();

/// Which initialiser fills the parameters of a role. Those of roles left out start as the cell
/// declares (cells/start.hpp), and without that uniformly in ±1/sqrt(hidden_size), as PyTorch does.
using Initialization = std::map<Role, std::shared_ptr<const Initializer>>;

/// Fills all parameters of a built cell from the seed's stream "parameters", each from numbers of
/// its own, then lets the cell adjust them. Error when an initialiser does not fit a parameter.
/// `first` is the number of the first parameter, where several cells share a seed.
void initialise(AnyCell& cell, const Initialization& by_role, std::uint64_t seed, Index first = 0);

}  // namespace carousel::cells
