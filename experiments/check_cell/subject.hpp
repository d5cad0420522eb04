#pragma once
#include <autograd/support/table.hpp>
#include <cells/unroll.hpp>

/// `carousel check-cell`: what must hold for every cell, and what a cell is like.
namespace carousel::check_cell {

/// A cell under test, and what its checks compute of it.
struct Subject {
  Table<cells::AnyCell>::Entry entry;
  std::uint64_t seed = 1;

  /// Built, with initial parameters.
  std::unique_ptr<cells::AnyCell> make(const cells::Sizes& sizes = {3, 5},
                                       DType dtype = DType::float64) const;
};

/// Where a cell is evaluated: xs [time, batch, features] and s_0, all random.
struct Point {
  Tensor xs;
  std::vector<Tensor> initial;
};
Point random_point(const cells::AnyCell& cell, Index time, Index batch, std::uint64_t seed);
/// Sequences begin..end-1 of it.
Point part_of(const Point& point, Index begin, Index end);

/// What a recurrence gives at a point: outputs [time, batch, output], last states, and the
/// gradients of L = Σ a∘y + Σ b∘s_T, a and b random, by parameters, xs and s_0.
struct Numbers {
  double loss = 0, size = 0;  ///< Σ of the terms, and of their absolute values
  Tensor outputs;
  std::vector<Tensor> final, params, initial;
  Tensor xs;
  std::string execution;

  /// All of them.
  std::vector<Tensor> all() const;
};
Numbers numbers_of(const cells::AnyCell& cell, const Point& point,
                   const cells::UnrollOptions& options = {});
/// L alone.
double loss_of(const cells::AnyCell& cell, const Point& point,
               const cells::UnrollOptions& options = {});

/// The worst carousel::distance() of all tensors, but of those that are 0 but for rounding beside
/// the others in both lists, such as the gradient of a bias that cancels out.
double distance(const std::vector<Tensor>& a, const std::vector<Tensor>& b);

/// "to the bit", "to 1.2e-16"
std::string nearness(double distance);

}  // namespace carousel::check_cell
