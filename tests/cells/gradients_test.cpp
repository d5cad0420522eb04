#include <algorithm>
#include <autograd/verify.hpp>
#include <tests/cells/conformance.hpp>
#include <tests/support/generated.hpp>
#include <tests/support/tensors.hpp>

namespace carousel::testing {
namespace {

using namespace cells;

constexpr Sizes sizes{3, 5};

/// θ: the parameters, the inputs and the initial states; θ + h v for a direction v.
struct Direction {
  std::vector<Tensor> params;
  Point point;
};

Direction random_direction(const AnyCell& cell, Index time, Index batch, std::uint64_t seed) {
  Random random(seed, "direction");
  Direction v{{}, random_point(cell, time, batch, seed + 100)};
  for (const auto& param : cell.params()) v.params.push_back(normal(param.shape(), random));
  return v;
}

void move(Tensor& x, double h, const Tensor& v) {
  for (Index i = 0; i < x.size(); ++i) x.set(i, x.at(i) + h * v.at(i));
}

struct Loss {
  double value, magnitude;
};

Loss loss_along(const AnyCell& cell, const Point& at, const Direction& v, double h) {
  std::vector<Tensor> before;
  for (std::size_t i = 0; i < cell.params().size(); ++i) {
    Param param = cell.params()[i];
    before.push_back(param.value());
    move(param.mutable_value(), h, v.params[i]);
  }
  Point moved = at;
  move(moved.xs, h, v.point.xs);
  for (std::size_t k = 0; k < at.initial.size(); ++k) {
    move(moved.initial[k], h, v.point.initial[k]);
  }
  const Run run(cell, moved);
  for (std::size_t i = 0; i < cell.params().size(); ++i) {
    Param param = cell.params()[i];
    param.mutable_value() = before[i];
  }
  return {run.loss.item(), run.magnitude};
}

/// Σ g∘v over all of θ must be dL/dh at h = 0. The difference quotient is Richardson's of two
/// central ones, whose error is of order h⁴; what remains of it is estimated by what Richardson's
/// step changed, to its square, and the rounding error is that of the loss divided by h.
void check_direction(const Subject& subject, Index time, std::uint64_t seed) {
  const auto cell = subject.build(sizes);
  const Point point = random_point(*cell, time, 2, seed);
  const Direction v = random_direction(*cell, time, 2, seed);

  Run run(*cell, point);
  const std::vector<Tensor> gradients = run.gradients(*cell);
  std::vector<const Tensor*> directions;
  for (const auto& param : v.params) directions.push_back(&param);
  directions.push_back(&v.point.xs);
  for (const auto& state : v.point.initial) directions.push_back(&state);
  double slope = 0, terms = 0;
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    for (Index j = 0; j < gradients[i].size(); ++j) {
      const double term = gradients[i].at(j) * directions[i]->at(j);
      slope += term;
      terms += std::abs(term);
    }
  }

  constexpr double epsilon = std::numeric_limits<double>::epsilon();
  const auto central = [&](double step) {
    return (loss_along(*cell, point, v, step).value - loss_along(*cell, point, v, -step).value) /
           (2 * step);
  };
  // Smaller where the two differ much: across a kink of a rectifier, or where rows are normalised.
  double h = 1e-4, near = central(h), far = central(2 * h);
  while (std::abs(near - far) > 1e-6 * terms && h > 1e-7) {
    h /= 10;
    near = central(h);
    far = central(2 * h);
  }
  const double quotient = near + (near - far) / 3;
  const double rounding = 10 * epsilon * run.magnitude / h;
  const double curvature = std::abs(near - far) / terms;
  const double bound = 1e-8 * terms + rounding + 10 * curvature * curvature * terms;
  BOOST_TEST(std::abs(slope - quotient) <= bound,
             "backward " << slope << ", difference " << quotient << ", may differ by " << bound);
  BOOST_TEST(bound < 1e-5 * terms);  // or the comparison would say nothing
}

void check_gradients(const Subject& subject, Index time) {
  const auto cell = subject.build(sizes);
  if (time <= 5) {
    const Run run(*cell, random_point(*cell, time, 2, 1));
    const Verification result = verify(run.tape);
    BOOST_TEST(result.passed(), result.text());
    BOOST_TEST(result.checked >= 5 * time);
  }
  for (std::uint64_t seed = 1; seed <= 3; ++seed) check_direction(subject, time, seed);
}

/// A parameter that step() uses but declare() forgot would be trained by nobody; one that is
/// declared but has no effect is a mistake of the cell too.
void check_parameters_reached(const Subject& subject) {
  const auto cell = subject.build(sizes);
  Run run(*cell, random_point(*cell, 3, 2, 4));
  const std::vector<Tensor> gradients = run.gradients(*cell);
  const auto& declared = cell->params();
  for (std::size_t i = 0; i < declared.size(); ++i) {
    BOOST_TEST(largest(gradients[i]) > 1e-6, declared[i].name());
  }
  BOOST_TEST(run.tape.params().size() == declared.size());
  for (const auto& used : run.tape.params()) {
    BOOST_TEST((std::find(declared.begin(), declared.end(), used) != declared.end()), used.name());
  }
}

void check_float32(const Subject& subject) {
  const auto wide = subject.build(sizes, DType::float64),
             narrow = subject.build(sizes, DType::float32);
  const Point point = random_point(*wide, 10, 2, 5);
  Point rounded{point.xs.to(DType::float32), {}};
  for (const auto& state : point.initial) rounded.initial.push_back(state.to(DType::float32));
  Run a(*wide, point), b(*narrow, rounded);
  for (std::size_t t = 0; t < a.unrolled.outputs.size(); ++t) {
    const Tensor wanted = a.unrolled.outputs[t].value();
    const Tensor found = b.unrolled.outputs[t].value();
    BOOST_TEST((found.dtype() == DType::float32));
    BOOST_TEST(distance(found.to(DType::float64), wanted) < 1e-5);
  }
  const std::vector<Tensor> wanted = a.gradients(*wide), found = b.gradients(*narrow);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    BOOST_TEST(distance(found[i].to(DType::float64), wanted[i]) < 2e-5);
  }
}

}  // namespace

void add_gradient_cases() {
  for (const Subject& subject : subjects()) {
    for (const Index time : {1, 5, 60}) {
      add_case(
          "cells", subject.name + "_gradients_T" + std::to_string(time),
          [subject, time] { check_gradients(subject, time); }, __FILE__, __LINE__);
    }
    add_case(
        "cells", subject.name + "_reaches_every_parameter",
        [subject] { check_parameters_reached(subject); }, __FILE__, __LINE__);
    add_case(
        "cells", subject.name + "_float32_is_close_to_float64",
        [subject] { check_float32(subject); }, __FILE__, __LINE__);
  }
}

}  // namespace carousel::testing
