#include <cells/library/cornn.hpp>
#include <cells/library/coupled_lstm.hpp>
#include <cells/library/indrnn.hpp>
#include <cells/library/janet.hpp>
#include <cells/library/lem.hpp>
#include <cells/library/lstm_1997.hpp>
#include <cells/library/minimal.hpp>
#include <cells/library/peephole_lstm.hpp>
#include <cells/library/slstm.hpp>
#include <tests/cells/plain.hpp>

// The cells of the library against their equations, and what the papers print of them.

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

namespace {

Vector candidate_of(const Vector& v, bool positive) {
  if (!positive) return v;
  return v.apply([](double a) { return a >= 0 ? a + 0.5 : 1 / (1 + std::exp(-a)); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(library_irnn) {
  compare(*named("irnn"), [](const Plain& p, const Vector& x, Vectors& s) {
    return s[0] = rectified(p("W", x) + p("U", s[0]) + p("b"));
  });
}

BOOST_AUTO_TEST_CASE(library_indrnn) {
  for (const Index longest : {0, 2}) {
    IndRnn cell;
    cell.longest = longest;
    compare(*built(erase(cell)), [longest](const Plain& p, const Vector& x, Vectors& s) {
      Vector u = p("u");
      for (double& v : u) {
        if (longest > 0) v = std::min(std::max(v, -std::sqrt(2.0)), std::sqrt(2.0));
      }
      return s[0] = rectified(p("W", x) + u * s[0] + p("b"));
    });
  }
}

BOOST_AUTO_TEST_CASE(library_mgu) {
  compare(*named("mgu"), [](const Plain& p, const Vector& x, Vectors& s) {
    const Vector h = s[0], f = logistic(p("W_f", x) + p("U_f", h) + p("b_f"));
    const Vector candidate = std::tanh(p("W_h", x) + p("U_h", Vector(f * h)) + p("b_h"));
    return s[0] = (1.0 - f) * h + f * candidate;
  });
}

BOOST_AUTO_TEST_CASE(library_janet) {
  for (const double beta : {1.0, -0.4}) {
    Janet cell;
    BOOST_TEST(cell.beta == 1);
    cell.beta = beta;
    compare(*built(erase(cell)), [beta](const Plain& p, const Vector& x, Vectors& s) {
      const Vector h = s[0], a = p("W_f", x) + p("U_f", h) + p("b_f");
      const Vector candidate = std::tanh(p("W_c", x) + p("U_c", h) + p("b_c"));
      return s[0] = logistic(a) * h + (1.0 - logistic(a - beta)) * candidate;
    });
  }
}

BOOST_AUTO_TEST_CASE(library_lstm_1997) {
  for (const Index size : {1, 2}) {
    Lstm1997 cell;
    cell.block_size = size;
    compare(*built(erase(cell)), [size](const Plain& p, const Vector& x, Vectors& s) {
      Vector a(s[0].size() + 2 * s[2].size());
      std::size_t at = 0;
      for (const std::size_t k : {0, 2, 3}) {
        for (const double v : s[k]) a[at++] = v;
      }
      const Vector i = logistic(p("W_i", x) + p("U_i", a) + p("b_i"));
      const Vector o = logistic(p("W_o", x) + p("U_o", a) + p("b_o"));
      const Vector g = 4.0 * logistic(p("W_c", x) + p("U_c", a) + p("b_c")) - 2.0;
      for (std::size_t j = 0; j < s[1].size(); ++j) {
        const std::size_t block = j / static_cast<std::size_t>(size);
        s[1][j] += i[block] * g[j];
        s[0][j] = o[block] * (2 / (1 + std::exp(-s[1][j])) - 1);
      }
      s[2] = i;
      s[3] = o;
      return s[0];
    });
  }
}

// Hochreiter and Schmidhuber 1997, tables 1, 4, 7 and 10: weights of their nets.
BOOST_AUTO_TEST_CASE(library_lstm_1997_counts) {
  const auto weights = [](Index in, Index out, Index blocks, Index size, bool gate_bias,
                          bool cell_bias, bool output_bias) {
    Lstm1997 cell;
    cell.block_size = size;
    cell.gate_bias = gate_bias;
    cell.cell_bias = cell_bias;
    const auto made = erase(cell);
    made->build({in, blocks * size}, DType::float32);
    return count(made->params()) + out * blocks * size + (output_bias ? out : 0);
  };
  BOOST_TEST(weights(7, 7, 4, 1, true, false, false) == 264);  // Reber
  BOOST_TEST(weights(7, 7, 3, 2, true, false, false) == 276);
  BOOST_TEST(weights(54, 2, 2, 1, false, false, false) == 364);  // 2c, p = 50
  BOOST_TEST(weights(104, 2, 2, 1, false, false, false) == 664);
  BOOST_TEST(weights(2, 1, 2, 2, true, true, true) == 93);   // adding, multiplication
  BOOST_TEST(weights(8, 4, 2, 2, true, true, true) == 156);  // temporal order
  BOOST_TEST(weights(8, 8, 3, 2, true, true, true) == 308);
  BOOST_TEST(weights(1, 1, 3, 1, true, true, false) == 102);  // two sequences
}

BOOST_AUTO_TEST_CASE(library_lstm_1997_truncated_gradient) {
  Lstm1997 cell;
  cell.truncated_gradient = true;
  const auto made = built(erase(cell));
  Tape tape(DType::float64);
  Random random(3, "xs");
  const Unrolled run = unroll(*made, tape.input(normal({5, 2, inputs}, random)));
  const Adjoints adjoints = tape.backward(sum(square(run.final_state(1))), run.all_states());
  for (std::size_t t = 1; t < 5; ++t) {  // through the carousel alone: c' = c + ...
    BOOST_TEST(identical(adjoints[run.states[1][t]], adjoints[run.states[1][5]]));
    BOOST_TEST(adjoints.norm(run.states[0][t]) == 0);
  }
}

BOOST_AUTO_TEST_CASE(library_peephole_lstm) {
  for (const bool matrix : {false, true}) {
    PeepholeLstm cell;
    if (matrix) cell.output_peephole = "matrix";
    compare(*built(erase(cell)), [matrix](const Plain& p, const Vector& x, Vectors& s) {
      const Vector h = s[0], c = s[1];
      const Vector i = logistic(p("W_i", x) + p("U_i", h) + p("p_i") * c + p("b_i"));
      const Vector f = logistic(p("W_f", x) + p("U_f", h) + p("p_f") * c + p("b_f"));
      s[1] = f * c + i * std::tanh(p("W_c", x) + p("U_c", h) + p("b_c"));
      const Vector seen = matrix ? p("V_o", s[1]) : Vector(p("p_o") * s[1]);
      const Vector o = logistic(p("W_o", x) + p("U_o", h) + seen + p("b_o"));
      return s[0] = o * std::tanh(s[1]);
    });
  }
}

BOOST_AUTO_TEST_CASE(library_coupled_lstm) {
  for (const bool peepholes : {false, true}) {
    CoupledLstm cell;
    cell.peepholes = peepholes;
    compare(*built(erase(cell)), [peepholes](const Plain& p, const Vector& x, Vectors& s) {
      const Vector h = s[0];
      const auto seen = [&](const char* vector) {
        return peepholes ? Vector(p(vector) * s[1]) : Vector(0.0, s[1].size());
      };
      const Vector f = logistic(p("W_f", x) + p("U_f", h) + p("b_f") + seen("p_f"));
      s[1] = f * s[1] + (1.0 - f) * std::tanh(p("W_c", x) + p("U_c", h) + p("b_c"));
      const Vector o = logistic(p("W_o", x) + p("U_o", h) + p("b_o") + seen("p_o"));
      return s[0] = o * std::tanh(s[1]);
    });
  }
}

BOOST_AUTO_TEST_CASE(library_layer_norm_lstm) {
  const auto normalised = [](const Vector& v) {
    const auto n = static_cast<double>(v.size());
    const double mean = v.sum() / n, variance = Vector((v - mean) * (v - mean)).sum() / n;
    return Vector((v - mean) / std::sqrt(variance + 1e-5));
  };
  compare(*named("layer_norm_lstm"), [&](const Plain& p, const Vector& x, Vectors& s) {
    const Vector h = s[0];
    const auto a = [&](Index k) {
      return Vector(p("gamma", k, units) * normalised(p("W", x, k * units, units)) +
                    p("delta", k, units) * normalised(p("U", h, k * units, units)) +
                    p("b", k, units));
    };
    s[1] = logistic(a(1)) * s[1] + logistic(a(0)) * std::tanh(a(2));
    return s[0] = logistic(a(3)) * std::tanh(Vector(p("gamma_c") * normalised(s[1]) + p("b_c")));
  });
}

BOOST_AUTO_TEST_CASE(library_slstm) {
  for (const char* forget : {"sigmoid", "exp"}) {
    for (const Index heads : {1, 2}) {
      Slstm cell;
      cell.forget = forget;
      cell.heads = heads;
      const Index width = units / heads;
      compare(*built(erase(cell)),
              [=, raw = cell.forget == "exp"](const Plain& p, const Vector& x, Vectors& s) {
                const Vector h = s[0];
                const auto a = [&](Index k) {
                  Vector fed(static_cast<std::size_t>(units));
                  for (Index j = 0; j < units; ++j) {
                    const Index head = j / width;
                    const Vector part = h[std::slice(static_cast<std::size_t>(head * width),
                                                     static_cast<std::size_t>(width), 1)];
                    fed[static_cast<std::size_t>(j)] = p("R", part, k * units + j, 1)[0];
                  }
                  return Vector(p("W", x, k * units, units) + fed + p("b", k, units));
                };
                const Vector phi = raw ? a(2) : Vector(-std::log(1.0 + std::exp(-a(2))));
                Vector m(static_cast<std::size_t>(units));
                for (std::size_t j = 0; j < m.size(); ++j)
                  m[j] = std::max(phi[j] + s[3][j], a(1)[j]);
                const Vector i = std::exp(a(1) - m), f = std::exp(phi + s[3] - m);
                s[1] = f * s[1] + i * std::tanh(a(0));
                s[2] = f * s[2] + i;
                s[3] = m;
                return s[0] = logistic(a(3)) * s[1] / s[2];
              });
    }
  }
}

BOOST_AUTO_TEST_CASE(library_min_gru) {
  for (const bool positive : {false, true}) {
    MinGru cell;
    cell.positive = positive;
    compare(*built(erase(cell)), [positive](const Plain& p, const Vector& x, Vectors& s) {
      const Vector z = logistic(p("W_z", x) + p("b_z"));
      return s[0] = (1.0 - z) * s[0] + z * candidate_of(p("W_h", x) + p("b_h"), positive);
    });
  }
}

BOOST_AUTO_TEST_CASE(library_min_lstm) {
  for (const bool positive : {false, true}) {
    MinLstm cell;
    cell.positive = positive;
    compare(*built(erase(cell)), [positive](const Plain& p, const Vector& x, Vectors& s) {
      const Vector f = logistic(p("W_f", x) + p("b_f")), i = logistic(p("W_i", x) + p("b_i"));
      const Vector candidate = candidate_of(p("W_h", x) + p("b_h"), positive);
      return s[0] = f / (f + i) * s[0] + i / (f + i) * candidate;
    });
  }
}

BOOST_AUTO_TEST_CASE(library_lem) {
  for (const bool two : {true, false}) {
    Lem cell;
    BOOST_TEST(cell.dt == 1);
    cell.dt = 0.3;
    cell.step_sizes = two ? "two" : "one";
    compare(*built(erase(cell)), [two](const Plain& p, const Vector& x, Vectors& s) {
      const Vector y = s[0];
      const Vector d1 = 0.3 * logistic(p("W_1", x) + p("U_1", y) + p("b_1"));
      const Vector d2 = two ? Vector(0.3 * logistic(p("W_2", x) + p("U_2", y) + p("b_2"))) : d1;
      s[1] = (1.0 - d2) * s[1] + d2 * std::tanh(p("W_z", x) + p("U_z", y) + p("b_z"));
      return s[0] = (1.0 - d1) * y + d1 * std::tanh(p("W_y", x) + p("U_y", s[1]) + p("b_y"));
    });
  }
}

BOOST_AUTO_TEST_CASE(library_cornn) {
  compare(*named("cornn"), [](const Plain& p, const Vector& x, Vectors& s) {
    const Vector force = std::tanh(p("W", x) + p("U_z", s[1]) + p("U_y", s[0]) + p("b"));
    s[1] = s[1] + 0.042 * (force - 2.7 * s[0] - 4.7 * s[1]);
    return s[0] = s[0] + 0.042 * s[1];
  });
  CoRnn cell;
  cell.dt = 0.1;
  cell.gamma = 1.5;
  cell.epsilon = 3;
  cell.damping = "implicit";
  compare(*built(erase(cell)), [](const Plain& p, const Vector& x, Vectors& s) {
    const Vector force = std::tanh(p("W", x) + p("U_z", s[1]) + p("U_y", s[0]) + p("b"));
    s[1] = (s[1] + 0.1 * (force - 1.5 * s[0])) / 1.3;
    return s[0] = s[0] + 0.1 * s[1];
  });
}

BOOST_AUTO_TEST_SUITE_END()
