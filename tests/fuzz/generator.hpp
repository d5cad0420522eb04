#pragma once
#include <autograd/support/random.hpp>
#include <functional>
#include <tests/fuzz/reference.hpp>

namespace carousel::fuzz {

/// Grows a program one call at a time. Every value is computed by the reference at once, so that a
/// proposal knows its operands' numbers and keeps to the domains of ops, and all stays bounded.
class Builder {
 public:
  explicit Builder(std::uint64_t seed);

  Program& program() { return program_; }
  Random& random() { return random_; }
  const Array<First>& value(int node) const { return values_[static_cast<std::size_t>(node)]; }
  const Extents& shape(int node) const { return value(node).shape; }
  int rank(int node) const { return value(node).rank(); }
  int ops() const { return ops_; }

  bool chance(double share) { return random_.uniform() < share; }
  Index below(Index n) { return random_.below(n); }
  template <class T> const T& one_of(const std::vector<T>& choices) {
    return choices[static_cast<std::size_t>(below(static_cast<Index>(choices.size())))];
  }
  Index extent();   ///< 0, 1, 2, 3, 5, 7 or 17, often one that was drawn before
  double number();  ///< a constant, at times a multiple of 1/2, never near 0
  Extents extents();

  using Wanted = std::function<bool(int)>;
  /// A floating node that is as wanted, -1 where there is none. Those that nothing uses yet and the
  /// latest ones are taken more often.
  int find(const Wanted& wanted);
  int find(Kind kind, const Wanted& wanted);
  /// Any floating node; a new leaf at times.
  int any(const Wanted& wanted = [](int) { return true; });
  /// A node of a shape: one that is there, one that is made of another, or a new leaf.
  int of_shape(const Extents& shape);
  /// What may stand beside a node in an elementwise op: the same shape, a bias, a scalar, itself.
  int beside(int node);
  /// The node, or what an op makes of it so that its elements are in a domain.
  int positive(int node);             ///< at least 1/20
  int within(int node, double most);  ///< no element larger
  int apart_from_zero(int node);

  int leaf(const Extents& shape);
  int integers(const Extents& shape, Index below);
  int constants(const Extents& shape, const std::vector<double>& x);
  /// Adds a call. -1 where its value is too large, or is not finite unless `may_be_nan`: then
  /// nothing was added.
  int add(const Call& call, bool may_be_nan = false);
  int add(const std::string& op, const std::vector<int>& inputs);

 private:
  int append(const Node& node, Array<First> value);

  Program program_;
  Random random_;
  std::vector<Array<First>> values_;
  std::vector<bool> finite_;
  std::vector<int> uses_;
  std::vector<Index> drawn_;  // extents of this program
  int leaves_ = 0, ops_ = 0;
};

/// Adds a call of an op, or several; false where nothing fits.
using Proposal = bool (*)(Builder& b, const std::string& op);
using Proposals = std::map<std::string, Proposal>;

// Each file of proposals adds its family.
void add_elementwise_proposals(Proposals& proposals);
void add_array_proposals(Proposals& proposals);
void add_product_proposals(Proposals& proposals);
const Proposals& all_proposals();

/// The program of a seed: 1 to 30 ops on 1 to 4 leaves and some constants.
Program random_program(std::uint64_t seed);

}  // namespace carousel::fuzz
