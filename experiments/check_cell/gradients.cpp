#include <fmt/format.h>

#include <algorithm>
#include <autograd/verify.hpp>
#include <cmath>
#include <experiments/check_cell/checks.hpp>

namespace carousel::check_cell {

using cells::AnyCell;

Outcome local_gradients(const Subject& subject) {
  const auto cell = subject.make();
  const Point point = random_point(*cell, 3, 2, 3);
  Tape tape(DType::float64);
  cells::UnrollOptions options;
  for (const Tensor& s : point.initial) options.initial.push_back(tape.variable(s));
  const auto run = cells::unroll(*cell, tape.variable(point.xs), options);
  const Verification report = verify(tape);
  if (report.passed()) {
    return {true, fmt::format("{} directions at every op of three steps", report.checked)};
  }
  return {false, report.findings.empty() ? report.text() : report.findings.front().text()};
}

namespace {

/// One group of numbers that a derivative is taken by.
struct Direction {
  std::string name;
  Tensor along;
  const Tensor* gradient;
  std::function<void(double)> move;  ///< by so much along it
};

void move(Tensor& value, const Tensor& along, double by) {
  for (Index i = 0; i < value.size(); ++i) value.set(i, value.at(i) + by * along.at(i));
}

Tensor random_direction(const Shape& shape, Random& random) {
  Tensor along(DType::float64, shape);
  for (Index i = 0; i < along.size(); ++i) along.set(i, random.normal());
  return along;
}

/// ⟨gradient, v⟩ against differences of the loss along v, at several distances of which one has
/// to fit: a wrong gradient fits none, a kink or rounding spoils some.
std::string wrong_derivative(const AnyCell& cell, Point& point, const Direction& d, double size,
                             double& worst) {
  double by_pass = 0, terms = 0;
  for (Index i = 0; i < d.along.size(); ++i) {
    by_pass += d.gradient->at(i) * d.along.at(i);
    terms += std::abs(d.gradient->at(i) * d.along.at(i));
  }
  double best = 1e300, nearest = 0;
  for (const double h : {1e-3, 1e-4, 1e-5, 1e-6, 1e-7}) {
    const auto slope = [&](double step) {
      d.move(step);
      const double up = loss_of(cell, point);
      d.move(-2 * step);
      const double down = loss_of(cell, point);
      d.move(step);
      return (up - down) / (2 * step);
    };
    const double difference = (4 * slope(h) - slope(2 * h)) / 3;  // without the error of h²
    const double rounding = 1e-15 * size / h;
    const double error = std::abs(difference - by_pass) / (terms + rounding / 1e-6);
    if (error < best) best = error, nearest = difference;
  }
  worst = std::max(worst, best);
  if (best < 1e-6) return "";
  return fmt::format("dL/d{} along a random direction: {:.9g} by the pass, {:.9g} by differences",
                     d.name, by_pass, nearest);
}

}  // namespace

Outcome directional_derivatives(const Subject& subject) {
  int directions = 0;
  double worst = 0;
  for (const Index time : {1, 2, 5, 60}) {
    const auto cell = subject.make();
    Point point = random_point(*cell, time, 2, 4);
    const Numbers numbers = numbers_of(*cell, point);
    Random random(5, "directions");
    std::vector<Direction> all;
    const auto add = [&](std::string name, const Shape& shape, const Tensor& gradient,
                         const std::function<Tensor&()>& value) {
      const Tensor along = random_direction(shape, random);
      all.push_back({std::move(name), along, &gradient,
                     [value, along](double by) { move(value(), along, by); }});
    };
    for (std::size_t i = 0; i < numbers.params.size(); ++i) {
      const Param param = cell->params()[i];
      add(param.name(), param.shape(), numbers.params[i],
          [param]() -> Tensor& { return Param(param).mutable_value(); });
    }
    add("x", point.xs.shape(), numbers.xs, [&point]() -> Tensor& { return point.xs; });
    for (std::size_t k = 0; k < numbers.initial.size(); ++k) {
      add(cell->states()[k].name + "_0", point.initial[k].shape(), numbers.initial[k],
          [&point, k]() -> Tensor& { return point.initial[k]; });
    }
    for (const Direction& d : all) {
      const std::string fault = wrong_derivative(*cell, point, d, numbers.size, worst);
      if (!fault.empty()) {
        return {false, fmt::format("T = {}: {}. Does step() use detach(), or numbers read by "
                                   "item() or value()?",
                                   time, fault)};
      }
      ++directions;
    }
  }
  return {true, fmt::format("{} directions, T = 1, 2, 5, 60; worst relative difference {:.1e}",
                            directions, worst)};
}

// The parameters that multiply states are made so small that nothing but the product of the steps'
// Jacobians is left; and that product is made step by step, each on a tape of its own.
Outcome vanishing_gradients(const Subject& subject) {
  constexpr Index time = 60, batch = 2;
  const auto cell = subject.make();
  if (cell->states().empty()) return {true, "no state that a gradient could vanish in"};
  for (Param param : cell->params()) {
    if (param.role() != Role::recurrent && param.role() != Role::diagonal) continue;
    Tensor& value = param.mutable_value();
    for (Index i = 0; i < value.size(); ++i) value.set(i, 0.1 * value.at(i));
  }
  const Point point = random_point(*cell, time, batch, 6);
  Tape whole(DType::float64);
  cells::UnrollOptions options;
  for (const Tensor& s : point.initial) options.initial.push_back(whole.variable(s));
  const auto run = cells::unroll(*cell, whole.input(point.xs), options);
  Random random(7, "cotangent");
  const Tensor cotangent = random_direction(run.last().shape(), random);
  const Adjoints adjoints = whole.backward(run.last(), options.initial, cotangent);
  std::vector<Tensor> g;  // dL/ds_(t+1)
  for (const auto& s : cell->states()) g.emplace_back(DType::float64, Shape{batch, s.size});
  for (Index t = time; t-- > 0;) {
    Tape tape(DType::float64);
    cells::Context context;
    context.t = t;
    const auto prepared = cell->prepare(tape, batch, context);
    std::vector<Var> before, state;
    for (std::size_t k = 0; k < g.size(); ++k) {
      before.push_back(tape.variable(run.states[k][static_cast<std::size_t>(t)].value()));
    }
    state = before;
    const Var x = tape.input(at(whole.input(point.xs), 0, t).value());
    const Var y = cell->step(x, state, prepared.get(), context);
    std::vector<Cotangent> from;
    if (t + 1 == time) from.push_back({y, cotangent});
    for (std::size_t k = 0; k < g.size() && t + 1 < time; ++k) from.push_back({state[k], g[k]});
    const Adjoints back = tape.backward(from, before);
    for (std::size_t k = 0; k < g.size(); ++k) g[k] = back[before[k]];
  }
  double worst = 0, largest = 0;
  for (std::size_t k = 0; k < g.size(); ++k) {
    const Tensor by_pass = adjoints[options.initial[k]];
    for (Index i = 0; i < g[k].size(); ++i) largest = std::max(largest, std::abs(g[k].at(i)));
    worst = std::max(worst, distance(by_pass, g[k]));
  }
  const std::string text =
      fmt::format("dL/ds_0 over 60 steps, at most {:.1e}: the product of the steps' Jacobians {}",
                  largest, nearness(worst));
  return {worst < 1e-9, text};
}

}  // namespace carousel::check_cell
