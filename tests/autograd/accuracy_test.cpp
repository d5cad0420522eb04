#include <boost/test/unit_test.hpp>
#include <iomanip>
#include <sstream>
#include <tests/support/tensors.hpp>

// How far the elementwise functions are from the correctly rounded result, in units in the last
// place, over a dense grid and against long double. `--log_level=message` prints the table.

using namespace carousel;
using namespace carousel::testing;

namespace {

using Real = long double;

struct Function {
  const char* name;
  Var (*op)(const Var&);
  Real (*exact)(Real);
  double low, high;         ///< the grid, also dense around 0
  double float32, float64;  ///< the bound, in units in the last place
};

constexpr Real root_half = 0.70710678118654752440084436210485L;

Real logistic(Real x) { return 1 / (1 + std::exp(-x)); }
Real soft_positive(Real x) { return std::max(x, Real(0)) + std::log1p(std::exp(-std::abs(x))); }

const std::vector<Function>& functions() {
  static const std::vector<Function> all{
      {"exp", carousel::exp, [](Real x) { return std::exp(x); }, -87, 88, 2, 1.5},
      {"expm1", carousel::expm1, [](Real x) { return std::expm1(x); }, -50, 88, 2.5, 2.5},
      {"log", carousel::log, [](Real x) { return std::log(x); }, 0, 1e6, 1, 1},
      {"log1p", carousel::log1p, [](Real x) { return std::log1p(x); }, -0.999, 1e6, 1, 1},
      {"square", square, [](Real x) { return x * x; }, -1e6, 1e6, 0.5, 0.5},
      {"sqrt", carousel::sqrt, [](Real x) { return std::sqrt(x); }, 0, 1e6, 0.5, 0.5},
      {"rsqrt", rsqrt, [](Real x) { return 1 / std::sqrt(x); }, 0, 1e6, 2, 2},
      {"sin", carousel::sin, [](Real x) { return std::sin(x); }, -100, 100, 0.6, 0.6},
      {"cos", carousel::cos, [](Real x) { return std::cos(x); }, -100, 100, 0.6, 0.6},
      {"sin, far out", carousel::sin, [](Real x) { return std::sin(x); }, -1e6, 1e6, 0.6, 0.6},
      {"erf", carousel::erf, [](Real x) { return std::erf(x); }, -6, 6, 3, 1},
      {"erfc", carousel::erfc, [](Real x) { return std::erfc(x); }, -6, 8, 50, 3},
      {"sigmoid", sigmoid, logistic, -80, 80, 3, 3},
      {"tanh", carousel::tanh, [](Real x) { return std::tanh(x); }, -30, 30, 1.5, 1.5},
      {"softsign", softsign, [](Real x) { return x / (1 + std::abs(x)); }, -1e6, 1e6, 2, 2},
      {"softplus", softplus, soft_positive, -80, 80, 2, 2},
      {"log_sigmoid", log_sigmoid, [](Real x) { return -soft_positive(-x); }, -80, 80, 2, 2},
      {"elu", [](const Var& x) { return elu(x); }, [](Real x) { return x < 0 ? std::expm1(x) : x; },
       -80, 80, 2.5, 2.5},
      {"gelu", gelu, [](Real x) { return x / 2 * std::erfc(-x * root_half); }, -3, 10, 20, 20},
      {"gelu, far below 0", gelu, [](Real x) { return x / 2 * std::erfc(-x * root_half); }, -12, -3,
       300, 300},
      {"silu", silu, [](Real x) { return x * logistic(x); }, -80, 80, 3.5, 3},
      {"x / 3", [](const Var& x) { return x / 3.0; }, [](Real x) { return x / 3; }, -1e6, 1e6, 1,
       1},
      {"3 / x", [](const Var& x) { return 3.0 / x; }, [](Real x) { return 3 / x; }, -1e6, 1e6, 0.5,
       0.5},
      {"x^3", [](const Var& x) { return pow(x, 3); }, [](Real x) { return x * x * x; }, -1e3, 1e3,
       0.6, 0.6},
      {"x^1.5", [](const Var& x) { return pow(x, 1.5); }, [](Real x) { return x * std::sqrt(x); },
       0, 1e4, 0.6, 0.6},
      {"x^-1.5", [](const Var& x) { return pow(x, -1.5); },
       [](Real x) { return 1 / (x * std::sqrt(x)); }, 0, 1e4, 0.6, 0.6},
      {"x^x", [](const Var& x) { return pow(x, x); }, [](Real x) { return std::pow(x, x); }, 0, 25,
       0.6, 0.6},
  };
  return all;
}

/// Evenly spaced, and by powers of ten down to 1e-30 from 0 on either side.
template <class T> std::vector<T> grid(double low, double high) {
  constexpr int count = 40000;
  std::vector<T> numbers;
  for (int i = 0; i <= count; ++i) {
    numbers.push_back(static_cast<T>(low + (high - low) * i / count));
  }
  for (double size = 1e-30; size < std::max(-low, high); size *= 1.0037) {
    if (size < high) numbers.push_back(static_cast<T>(size));
    if (-size > low) numbers.push_back(static_cast<T>(-size));
  }
  numbers.erase(std::remove_if(numbers.begin(), numbers.end(),
                               [=](T x) { return x < T(low) || x > T(high) || x == 0; }),
                numbers.end());
  return numbers;
}

/// The distance of two neighbouring numbers of type T at y.
template <class T> Real unit_at(Real y) {
  constexpr int digits = std::numeric_limits<T>::digits;
  const int exponent = std::max(std::ilogb(y), std::numeric_limits<T>::min_exponent - 1);
  return std::ldexp(Real(1), exponent - digits + 1);
}

struct Worst {
  Real error = 0, x = 0;
};

template <class T> Worst worst_of(const Function& f) {
  const std::vector<T> numbers = grid<T>(f.low, f.high);
  Tensor x(dtype_of<T>(), {static_cast<Index>(numbers.size())});
  std::copy(numbers.begin(), numbers.end(), x.data<T>());
  Tape tape(dtype_of<T>());
  const Tensor y = f.op(tape.input(x)).value();
  using Limits = std::numeric_limits<T>;
  Worst worst;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const Real exact = f.exact(numbers[i]), found = y.data<T>()[i];
    const Real size = std::abs(exact);
    if (size > Limits::max() / 2 || size < Limits::min()) continue;
    const Real error = std::abs(found - exact) / unit_at<T>(exact);
    if (!(error <= worst.error)) worst = {error, numbers[i]};
  }
  return worst;
}

template <class T> std::string check(const Function& f, double bound) {
  const Worst worst = worst_of<T>(f);
  BOOST_TEST(worst.error <= static_cast<Real>(bound),
             f.name << " at " << worst.x << ": " << worst.error << " units, bound " << bound);
  std::ostringstream text;
  text << std::setw(10) << std::setprecision(3) << worst.error << " at " << std::setw(12)
       << std::setprecision(6) << worst.x;
  return text.str();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(accuracy_of_functions) {
  BOOST_TEST_MESSAGE("largest error in units in the last place, and where");
  for (const Function& f : functions()) {
    const std::string narrow = check<float>(f, f.float32), wide = check<double>(f, f.float64);
    BOOST_TEST_MESSAGE(std::left << std::setw(20) << f.name << std::right << " float32 " << narrow
                                 << "   float64 " << wide);
  }
}

BOOST_AUTO_TEST_SUITE_END()
