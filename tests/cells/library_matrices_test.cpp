#include <cells/library/antisymmetric.hpp>
#include <cells/library/lmu.hpp>
#include <cells/library/orthogonal.hpp>
#include <tests/cells/plain.hpp>

// The cells whose recurrent matrix is made of another one, against their equations.

using namespace carousel;
using namespace carousel::cells;
using namespace carousel::testing;

namespace {

/// A square matrix by rows.
struct Matrix {
  Index n;
  Vector a;
  double& at(Index i, Index j) { return a[static_cast<std::size_t>(i * n + j)]; }
  double at(Index i, Index j) const { return a[static_cast<std::size_t>(i * n + j)]; }
};
Matrix product(const Matrix& a, const Matrix& b) {
  Matrix c{a.n, Vector(0.0, a.a.size())};
  for (Index i = 0; i < a.n; ++i) {
    for (Index k = 0; k < a.n; ++k) {
      for (Index j = 0; j < a.n; ++j) c.at(i, j) += a.at(i, k) * b.at(k, j);
    }
  }
  return c;
}
Matrix identity(Index n) {
  Matrix I{n, Vector(0.0, static_cast<std::size_t>(n * n))};
  for (Index i = 0; i < n; ++i) I.at(i, i) = 1;
  return I;
}
/// A - Aᵀ
Matrix skew(const Plain& p) {
  Matrix S = identity(units);
  const Vector A = p("A");
  for (Index i = 0; i < units; ++i) {
    for (Index j = 0; j < units; ++j) {
      S.at(i, j) =
          A[static_cast<std::size_t>(i * units + j)] - A[static_cast<std::size_t>(j * units + i)];
    }
  }
  return S;
}
Vector operator*(const Matrix& M, const Vector& v) {
  Vector result(0.0, v.size());
  for (Index i = 0; i < M.n; ++i) {
    for (Index j = 0; j < M.n; ++j) {
      result[static_cast<std::size_t>(i)] += M.at(i, j) * v[static_cast<std::size_t>(j)];
    }
  }
  return result;
}
Vector modrelu(const Vector& v, const Vector& b) {
  return v.apply([](double a) { return a > 0 ? 1.0 : -1.0; }) * rectified(std::abs(v) + b);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cells)

BOOST_AUTO_TEST_CASE(library_antisymmetric) {
  for (const bool gated : {false, true}) {
    AntisymmetricRnn cell;
    cell.gated = gated;
    cell.epsilon = 0.2;
    cell.gamma = 0.3;
    compare(*built(erase(cell)), [gated](const Plain& p, const Vector& x, Vectors& s) {
      Vector back = p("U", s[0]) - 0.3 * s[0];
      const Vector U = p("U");
      for (Index i = 0; i < units; ++i) {  // less Uᵀ h
        for (Index j = 0; j < units; ++j) {
          back[static_cast<std::size_t>(i)] -=
              U[static_cast<std::size_t>(j * units + i)] * s[0][static_cast<std::size_t>(j)];
        }
      }
      Vector change = std::tanh(p("W", x) + back + p("b"));
      if (gated) change *= logistic(p("W_z", x) + back + p("b_z"));
      return s[0] = s[0] + 0.2 * change;
    });
  }
}

BOOST_AUTO_TEST_CASE(library_exprnn) {
  compare(*named("exprnn"), [](const Plain& p, const Vector& x, Vectors& s) {
    const Matrix S = skew(p);
    Matrix Q = identity(units), term = identity(units);
    for (int k = 1; k < 40; ++k) {  // Σ Sᵏ/k!
      term = product(term, S);
      term.a /= k;
      Q.a += term.a;
    }
    return s[0] = modrelu(p("W", x) + Q * s[0], p("b"));
  });
}

BOOST_AUTO_TEST_CASE(library_scornn) {
  ScoRnn cell;
  cell.negative = 0.25;  // of four units
  compare(*built(erase(cell)), [](const Plain& p, const Vector& x, Vectors& s) {
    // (I + S)⁻¹ (I - S) D h: v = (I - S) D h, then y + S y = v by Gauss's elimination.
    const Matrix S = skew(p);
    Vector signed_h = s[0];
    signed_h[0] = -signed_h[0];
    Vector y = signed_h - S * signed_h;
    Matrix M = identity(units);
    M.a += S.a;
    for (Index k = 0; k < units; ++k) {
      for (Index i = 0; i < units; ++i) {
        if (i == k) continue;
        const double factor = M.at(i, k) / M.at(k, k);
        for (Index j = 0; j < units; ++j) M.at(i, j) -= factor * M.at(k, j);
        y[static_cast<std::size_t>(i)] -= factor * y[static_cast<std::size_t>(k)];
      }
    }
    for (Index k = 0; k < units; ++k) y[static_cast<std::size_t>(k)] /= M.at(k, k);
    return s[0] = modrelu(p("W", x) + y, p("b"));
  });
}

BOOST_AUTO_TEST_CASE(library_lmu) {
  Lmu cell;
  cell.order = 5;
  cell.theta = 6;
  const auto memory = Lmu::memory(5, 6);
  const Tensor &A = memory.first, &B = memory.second;
  compare(*built(erase(cell)), [&](const Plain& p, const Vector& x, Vectors& s) {
    const double u = (p("e_x", x) + p("e_h", s[0]) + p("e_m", s[1]))[0];
    Vector m(0.0, 5);
    for (Index i = 0; i < 5; ++i) {
      m[static_cast<std::size_t>(i)] = B.at(i) * u;
      for (Index j = 0; j < 5; ++j) {
        m[static_cast<std::size_t>(i)] += A.at(i * 5 + j) * s[1][static_cast<std::size_t>(j)];
      }
    }
    s[1] = m;
    return s[0] = std::tanh(p("W_x", x) + p("W_h", s[0]) + p("W_m", m));
  });
}

BOOST_AUTO_TEST_SUITE_END()
