#pragma once
#include <autograd/support/random.hpp>
#include <autograd/tape.hpp>

namespace carousel {

/// Makes operands for an op's automatic checks: an op's `sample` records calls of itself on them.
/// Every second leaf is handed over as some columns of a wider one, so that kernels are checked on
/// strided operands too.
class Sampler {
 public:
  explicit Sampler(Tape& tape, std::uint64_t seed) : tape_(tape), random_(seed, "sampler") {}

  Tape& tape() { return tape_; }
  Random& random() { return random_; }

  /// An extent: often small, odd, around a lane's width; at times 0 or 1, if that is not below
  /// `least`.
  Index extent(Index least = 0);
  /// A shape of any rank from `least_rank` to 4.
  Shape shape(int least_rank = 0);

  Var normal(const Shape& shape);                            ///< both signs, around 0
  Var uniform(const Shape& shape, double low, double high);  ///< for ops with a domain
  Var labels(const Shape& shape, Index classes);             ///< int64 in 0..classes-1
  Var mask(const Shape& shape);                              ///< bool, both values

 private:
  template <class Draw> Var leaf(const Shape& shape, Draw draw);
  Tape& tape_;
  Random random_;
  int leaves_ = 0;
};

}  // namespace carousel
