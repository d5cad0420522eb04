#include <boost/test/unit_test.hpp>
#include <cells/init.hpp>
#include <cells/library/feedforward.hpp>
#include <cells/library/gru.hpp>
#include <cells/library/lstm.hpp>
#include <cells/library/vanilla.hpp>
#include <cells/unroll.hpp>
#include <tests/support/tensors.hpp>

// The cells against loops over single numbers, written from the equations that their headers quote.

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

namespace {

constexpr Index inputs = 3, units = 4, steps = 6;

double logistic(double a) { return 1 / (1 + std::exp(-a)); }

using Vector = std::vector<double>;

/// A cell's parameters as plain numbers.
struct Plain {
  const AnyCell& cell;

  double element(const char* name, Index flat) const {
    for (const auto& param : cell.params()) {
      if (param.name() == name) return param.value().at(flat);
    }
    return 0;  // a bias that the cell does not have
  }
  /// Row j of gate g of weight_ih times x.
  double Wx(Index gate, Index j, const Vector& x) const { return product("weight_ih", gate, j, x); }
  double Uh(Index gate, Index j, const Vector& h) const { return product("weight_hh", gate, j, h); }
  double b_i(Index gate, Index j) const { return element("bias_ih", gate * units + j); }
  double b_h(Index gate, Index j) const { return element("bias_hh", gate * units + j); }

 private:
  double product(const char* name, Index gate, Index j, const Vector& v) const {
    double sum = 0;
    const auto columns = static_cast<Index>(v.size());
    for (Index k = 0; k < columns; ++k) {
      sum += element(name, (gate * units + j) * columns + k) * v[static_cast<std::size_t>(k)];
    }
    return sum;
  }
};

std::unique_ptr<AnyCell> built(std::unique_ptr<AnyCell> cell) {
  cell->build({inputs, units}, DType::float64);
  initialise(*cell, {}, 11);
  return cell;
}

/// Runs the cell on one random sequence, and `next(x, states)`, which steps plain states and
/// returns the output, beside it.
template <class F> void compare(const AnyCell& cell, const F& next) {
  Random random(5, "equations");
  const Tensor xs = normal({steps, 1, inputs}, random);
  Tape tape(DType::float64);
  UnrollOptions options;
  std::vector<Vector> states;
  for (std::size_t k = 0; k < cell.states().size(); ++k) {
    const Tensor initial = normal({1, units}, random);
    options.initial.push_back(tape.variable(initial));
    states.emplace_back();
    for (Index j = 0; j < units; ++j) states.back().push_back(initial.at(j));
  }
  const Unrolled run = unroll(cell, tape.input(xs), options);
  const Plain plain{cell};
  for (Index t = 0; t < steps; ++t) {
    Vector x;
    for (Index k = 0; k < inputs; ++k) x.push_back(xs.at(t * inputs + k));
    const Vector y = next(plain, x, states);
    const Tensor output = run.outputs[static_cast<std::size_t>(t)].value();
    for (std::size_t j = 0; j < y.size(); ++j) {
      BOOST_TEST(std::abs(output.at(static_cast<Index>(j)) - y[j]) < 1e-12);
      for (std::size_t k = 0; k < states.size(); ++k) {
        const Tensor state = run.states[k][static_cast<std::size_t>(t) + 1].value();
        BOOST_TEST(std::abs(state.at(static_cast<Index>(j)) - states[k][j]) < 1e-12);
      }
    }
  }
}

Vector each_unit(const std::function<double(Index)>& f) {
  Vector result;
  for (Index j = 0; j < units; ++j) result.push_back(f(j));
  return result;
}

void compare_gru(const Gru& gru) {
  const bool before = gru.reset == "before";
  compare(*built(erase(gru)), [before](const Plain& p, const Vector& x, std::vector<Vector>& s) {
    const Vector h = s[0];
    const auto of = [](const Vector& v, Index j) { return v[static_cast<std::size_t>(j)]; };
    const Vector r = each_unit([&](Index j) {
      return logistic(p.Wx(0, j, x) + p.b_i(0, j) + p.Uh(0, j, h) + p.b_h(0, j));
    });
    const Vector z = each_unit([&](Index j) {
      return logistic(p.Wx(1, j, x) + p.b_i(1, j) + p.Uh(1, j, h) + p.b_h(1, j));
    });
    const Vector rh = each_unit([&](Index j) { return of(r, j) * of(h, j); });
    const Vector n = each_unit([&](Index j) {
      const double fed_back =
          before ? p.Uh(2, j, rh) + p.b_h(2, j) : of(r, j) * (p.Uh(2, j, h) + p.b_h(2, j));
      return std::tanh(p.Wx(2, j, x) + p.b_i(2, j) + fed_back);
    });
    s[0] = each_unit([&](Index j) { return (1 - of(z, j)) * of(n, j) + of(z, j) * of(h, j); });
    return s[0];
  });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(equations_of_feedforward) {
  compare(*built(erase<Feedforward>()), [](const Plain& p, const Vector& x, std::vector<Vector>&) {
    return each_unit([&](Index j) { return std::tanh(p.Wx(0, j, x) + p.b_i(0, j)); });
  });
}

BOOST_AUTO_TEST_CASE(equations_of_vanilla) {
  for (const char* activation : {"tanh", "relu", "linear"}) {
    for (const char* bias : {"torch", "single"}) {
      Vanilla vanilla;
      vanilla.activation = activation;
      vanilla.bias = bias;
      compare(*built(erase(vanilla)),
              [f = vanilla.activation](const Plain& p, const Vector& x, std::vector<Vector>& s) {
                s[0] = each_unit([&, h = s[0]](Index j) {
                  const double a = p.Wx(0, j, x) + p.b_i(0, j) + p.Uh(0, j, h) + p.b_h(0, j);
                  return f == "tanh" ? std::tanh(a) : f == "relu" ? std::max(a, 0.0) : a;
                });
                return s[0];
              });
    }
  }
}

BOOST_AUTO_TEST_CASE(equations_of_lstm) {
  for (const char* bias : {"torch", "single"}) {
    Lstm lstm;
    lstm.bias = bias;
    compare(*built(erase(lstm)), [](const Plain& p, const Vector& x, std::vector<Vector>& s) {
      const Vector h = s[0], c = s[1];
      for (Index j = 0; j < units; ++j) {
        const auto unit = static_cast<std::size_t>(j);
        const auto gate = [&](Index g) {
          return p.Wx(g, j, x) + p.b_i(g, j) + p.Uh(g, j, h) + p.b_h(g, j);
        };
        const double i = logistic(gate(0)), f = logistic(gate(1)), g = std::tanh(gate(2)),
                     o = logistic(gate(3));
        s[1][unit] = f * c[unit] + i * g;
        s[0][unit] = o * std::tanh(s[1][unit]);
      }
      return s[0];
    });
  }
}

BOOST_AUTO_TEST_CASE(equations_of_gru) {
  for (const char* reset : {"after", "before"}) {
    for (const char* bias : {"torch", "single"}) {
      Gru gru;
      gru.reset = reset;
      gru.bias = bias;
      compare_gru(gru);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
