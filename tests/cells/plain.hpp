#pragma once
#include <boost/test/unit_test.hpp>
#include <cells/builtin.hpp>
#include <cells/init.hpp>
#include <cells/unroll.hpp>
#include <tests/support/tensors.hpp>
#include <valarray>

/// Cells against plain loops over single numbers, on sequences of one.
namespace carousel::testing {

using namespace carousel::cells;

constexpr Index inputs = 3, units = 4, steps = 8;

using Vector = std::valarray<double>;
using Vectors = std::vector<Vector>;

inline Vector logistic(const Vector& a) { return 1.0 / (1.0 + std::exp(-a)); }
inline Vector rectified(const Vector& a) {
  return a.apply([](double v) { return v > 0 ? v : 0.0; });
}

/// A cell's parameters as plain numbers.
struct Plain {
  const AnyCell& cell;

  const Tensor& tensor(const std::string& name) const {
    for (const auto& param : cell.params()) {
      if (param.name() == name) return param.value();
    }
    throw std::runtime_error("no parameter " + name);
  }
  /// The vector, or block `part` of several of `size`.
  Vector operator()(const std::string& name, Index part = 0, Index size = 0) const {
    const Tensor& t = tensor(name);
    const Index n = size == 0 ? t.size() : size;
    Vector result(static_cast<std::size_t>(n));
    for (Index i = 0; i < n; ++i) result[static_cast<std::size_t>(i)] = t.at(part * n + i);
    return result;
  }
  /// The matrix times v, or its rows from `first` on, `rows` of them.
  Vector operator()(const std::string& name, const Vector& v, Index first = 0,
                    Index rows = 0) const {
    const Tensor& t = tensor(name);
    const Index columns = t.shape()[1], count = rows == 0 ? t.shape()[0] : rows;
    Vector result(0.0, static_cast<std::size_t>(count));
    for (Index i = 0; i < count; ++i) {
      for (Index k = 0; k < columns; ++k) {
        result[static_cast<std::size_t>(i)] +=
            t.at((first + i) * columns + k) * v[static_cast<std::size_t>(k)];
      }
    }
    return result;
  }
};

inline std::unique_ptr<AnyCell> built(std::unique_ptr<AnyCell> cell, Index hidden = units) {
  cell->build({inputs, hidden}, DType::float64);
  initialise(*cell, {}, 11);
  // Starts of one value would hide a parameter that is used in the wrong place.
  for (Param param : cell->params()) {
    Random random(12, param.name().c_str());
    Tensor& values = param.mutable_value();
    for (Index i = 0; i < values.size(); ++i) values.set(i, values.at(i) + 0.3 * random.normal());
  }
  return cell;
}

/// Runs the cell on one random sequence, and `next(x, states)`, which steps plain states and
/// returns the output, beside it.
template <class F> void compare(const AnyCell& cell, const F& next) {
  Random random(5, "library");
  const Tensor xs = normal({steps, 1, inputs}, random);
  Tape tape(DType::float64);
  UnrollOptions options;
  Vectors states;
  for (const auto& spec : cell.states()) {
    Tensor initial(DType::float64, {1, spec.size});
    for (Index j = 0; j < spec.size; ++j) initial.set(j, random.uniform(0.1, 1));
    options.initial.push_back(tape.variable(initial));
    states.emplace_back(static_cast<std::size_t>(spec.size));
    for (Index j = 0; j < spec.size; ++j) {
      states.back()[static_cast<std::size_t>(j)] = initial.at(j);
    }
  }
  const Unrolled run = unroll(cell, tape.input(xs), options);
  const auto near = [&](const Tensor& found, const Vector& expected, const std::string& what,
                        Index t) {
    BOOST_TEST_REQUIRE(static_cast<std::size_t>(found.size()) == expected.size());
    for (Index j = 0; j < found.size(); ++j) {
      const double e = expected[static_cast<std::size_t>(j)];
      BOOST_TEST(std::abs(found.at(j) - e) <= 1e-12 * std::max(1.0, std::abs(e)),
                 cell.name() << ", " << what << " at t = " << t << ": " << found.at(j)
                             << " instead of " << e);
    }
  };
  const Plain plain{cell};
  for (Index t = 0; t < steps; ++t) {
    Vector x(static_cast<std::size_t>(inputs));
    for (Index k = 0; k < inputs; ++k) x[static_cast<std::size_t>(k)] = xs.at(t * inputs + k);
    const Vector y = next(plain, x, states);
    near(run.outputs[static_cast<std::size_t>(t)].value(), y, "output", t);
    for (std::size_t k = 0; k < states.size(); ++k) {
      near(run.states[k][static_cast<std::size_t>(t) + 1].value(), states[k], cell.states()[k].name,
           t);
    }
  }
}

inline std::unique_ptr<AnyCell> named(const char* name) {
  const Table<AnyCell> table = carousel::cells::cells();
  return built(table.make(name));
}

}  // namespace carousel::testing
