#include <autograd/support/random.hpp>
#include <limits>
#include <tests/fuzz/compare.hpp>

namespace carousel::fuzz {

double distance(const Numbers& a, const Numbers& b) {
  double result = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    if (a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) continue;
    const double apart = std::abs(a[i] - b[i]);
    if (!std::isfinite(apart)) return std::numeric_limits<double>::infinity();
    result = std::max(result, apart);
  }
  return result;
}

double largest(const Numbers& x) {
  double result = 0;
  for (const double element : x) result = std::max(result, std::abs(element));
  return result;
}

Numbers numbers_of(const Tensor& tensor) {
  Numbers result;
  for (Index i = 0; i < tensor.size(); ++i) result.push_back(tensor.at(i));
  return result;
}
Numbers numbers_of(const Array<First>& values) {
  Numbers result;
  for (const First& element : values.x) result.push_back(primal(element));
  return result;
}

double dot(const Numbers& a, const Numbers& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}
double absolute_dot(const Numbers& a, const Numbers& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] * b[i]);
  return sum;
}

double unsteadiness(const std::function<Numbers(const Evaluation&)>& result, Evaluation how,
                    double grain) {
  how.grain = 0;
  const Numbers exact = result(how);
  double most = 0;
  // The grain of float32's own digits is 6% of that which is given for it.
  for (const double share : {1.0, 1.2, 1.4, 1.6, 1.8, -0.06, -0.25, -1.0, -4.0}) {
    how.grain = share * grain;
    most = std::max(most, distance(result(how), exact));
  }
  return most;
}

std::vector<Sink> sinks_of(const Program& program, const std::vector<Array<First>>& values) {
  std::vector<Sink> sinks;
  Random random(program.seed, "weights");
  const std::vector<int> uses = program.uses();
  for (std::size_t i = 0; i < uses.size(); ++i) {
    const Numbers x = numbers_of(values[i]);
    const bool finite = std::all_of(x.begin(), x.end(), [](double v) { return std::isfinite(v); });
    if (uses[i] > 0 || values[i].kind != Kind::floating || !finite) continue;
    Sink sink{static_cast<int>(i), {}};
    while (sink.weights.size() < x.size()) {
      sink.weights.push_back(static_cast<double>(static_cast<float>(random.normal())));
    }
    sinks.push_back(sink);
  }
  return sinks;
}

namespace {

template <class S, class Part>
Slope sum_over(const std::vector<Sink>& sinks, const std::vector<Array<S>>& values,
               const Part& part) {
  Slope slope;
  for (const Sink& sink : sinks) {
    const auto& x = values[static_cast<std::size_t>(sink.node)].x;
    for (std::size_t i = 0; i < x.size(); ++i) {
      slope.value += sink.weights[i] * part(x[i]);
      slope.terms += std::abs(sink.weights[i] * part(x[i]));
    }
  }
  return slope;
}

}  // namespace

Slope slope_of(const std::vector<Sink>& sinks, const std::vector<Array<First>>& values) {
  return sum_over(sinks, values, [](const First& x) { return slope(x); });
}
Slope bend_of(const std::vector<Sink>& sinks, const std::vector<Array<Second>>& values) {
  return sum_over(sinks, values, [](const Second& x) { return bend(x); });
}

}  // namespace carousel::fuzz
