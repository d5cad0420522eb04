#pragma once
#include <functional>
#include <tests/fuzz/check.hpp>

/// When two results are the same.
namespace carousel::fuzz {

using Numbers = std::vector<double>;

/// The largest difference of two elements: 0 where both are NaN or the same infinity, infinity
/// where only one is.
double distance(const Numbers& a, const Numbers& b);
double largest(const Numbers& x);
Numbers numbers_of(const Tensor& tensor);
Numbers numbers_of(const Array<First>& values);
double dot(const Numbers& a, const Numbers& b);
double absolute_dot(const Numbers& a, const Numbers& b);

/// How far a result of the reference moves where its arithmetic is coarse.
double unsteadiness(const std::function<Numbers(const Evaluation&)>& result, Evaluation how,
                    double grain);

/// The end of a program: Σ weight·element over all values that nothing uses.
struct Sink {
  int node;
  Numbers weights;
};
std::vector<Sink> sinks_of(const Program& program, const std::vector<Array<First>>& values);

/// d loss along a direction, and the sum of the sizes of its terms.
struct Slope {
  double value = 0, terms = 0;
};
Slope slope_of(const std::vector<Sink>& sinks, const std::vector<Array<First>>& values);
/// The mixed second derivative of the loss.
Slope bend_of(const std::vector<Sink>& sinks, const std::vector<Array<Second>>& values);

}  // namespace carousel::fuzz
