#include <autograd/complex.hpp>
#include <autograd/verify.hpp>
#include <boost/test/unit_test.hpp>
#include <complex>
#include <tests/support/tensors.hpp>

using namespace carousel;
using namespace carousel::testing;
using Number = std::complex<double>;

namespace {

struct Pairs {
  Tape tape{DType::float64};
  Random random{5, "complex"};
  Complex value(const Shape& shape) {
    return {tape.variable(normal(shape, random)), tape.variable(normal(shape, random))};
  }
};

Number element(const Complex& z, Index i) { return {z.re.value().at(i), z.im.value().at(i)}; }

void check(const Complex& z, Index i, Number expected) {
  BOOST_TEST(std::abs(element(z, i) - expected) < 1e-14);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(complex_arithmetic) {
  Pairs p;
  const Complex a = p.value({2, 3}), b = p.value({2, 3});
  for (Index i = 0; i < 6; ++i) {
    const Number x = element(a, i), y = element(b, i);
    check(a + b, i, x + y);
    check(a - b, i, x - y);
    check(a * b, i, x * y);
    check(-a * 2.0, i, -2.0 * x);
    check(conj(a), i, std::conj(x));
    check(exp(a), i, std::exp(x));
    check(polar(a.re, b.re), i, x.real() * Number(std::cos(y.real()), std::sin(y.real())));
    check(separated(joined(a)), i, x);
    BOOST_TEST(std::abs(abs(a).value().at(i) - std::abs(x)) < 1e-15);
  }
  const Verification result = verify(p.tape);
  BOOST_TEST(result.passed(), result.text());
}

BOOST_AUTO_TEST_CASE(complex_products_and_modrelu) {
  Pairs p;
  const Complex x = p.value({2, 3}), W = p.value({4, 3});
  const Complex y = linear(x, W);
  for (Index r = 0; r < 2; ++r) {
    for (Index o = 0; o < 4; ++o) {
      Number sum = 0;
      for (Index k = 0; k < 3; ++k) sum += element(x, r * 3 + k) * element(W, o * 3 + k);
      check(y, r * 4 + o, sum);
    }
  }
  const Var b = p.tape.variable(tensor({4}, {-1, 0.5, -0.2, 0}));
  const Complex z = modrelu(y, b, 0);
  for (Index i = 0; i < 8; ++i) {
    const Number v = element(y, i);
    const double size = std::abs(v);
    check(z, i, std::max(0.0, size + b.value().at(i % 4)) * v / size);
  }
}

// A rotation keeps the length, and the gradient back through a thousand of them, too.
BOOST_AUTO_TEST_CASE(complex_rotations_keep_the_gradient) {
  Pairs p;
  const Complex start = p.value({1, 4});
  const Var angle = p.tape.variable(normal({4}, p.random)),
            one = p.tape.input(tensor({4}, {1, 1, 1, 1}));
  const Complex turn = polar(one, angle);
  Complex z = start;
  for (int t = 0; t < 1000; ++t) {
    z = {z.re * turn.re - z.im * turn.im, z.re * turn.im + z.im * turn.re};
  }
  const Adjoints adjoints = p.tape.backward(sum(z.re), {start.re, start.im});
  const Tensor re = adjoints[start.re], im = adjoints[start.im];
  for (Index i = 0; i < 4; ++i) {
    BOOST_TEST(std::abs(std::hypot(re.at(i), im.at(i)) - 1) < 1e-12);
  }
}

BOOST_AUTO_TEST_SUITE_END()
