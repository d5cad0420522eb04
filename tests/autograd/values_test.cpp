#include <boost/test/unit_test.hpp>
#include <functional>
#include <tests/support/tensors.hpp>

// Values of the elementwise ops against the standard library's functions; how close they are is in
// accuracy_test.cpp.

using namespace carousel;
using namespace carousel::testing;

namespace {

using Scalar = std::function<double(double)>;

struct Unary {
  const char* name;
  Var (*op)(const Var&);
  Scalar f;
  double slack = 1;  ///< how many times the usual error it may have
};

double logistic(double x) { return 1 / (1 + std::exp(-x)); }
double softplus_of(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }
double rectified(double x) { return x < 0 ? 0 : x; }
double sign_of(double x) { return std::isnan(x) ? x : (x > 0) - (x < 0); }

const std::vector<Unary>& unary_ops() {
  static const std::vector<Unary> ops{
      {"sigmoid", sigmoid, logistic},
      {"tanh", carousel::tanh, [](double x) { return std::tanh(x); }},
      {"relu", relu, rectified},
      {"exp", carousel::exp, [](double x) { return std::exp(x); }},
      {"log", carousel::log, [](double x) { return std::log(x); }},
      {"softplus", softplus, softplus_of},
      {"log_sigmoid", log_sigmoid, [](double x) { return -softplus_of(-x); }},
      {"expm1", carousel::expm1, [](double x) { return std::expm1(x); }},
      {"log1p", carousel::log1p, [](double x) { return std::log1p(x); }},
      {"sqrt", carousel::sqrt, [](double x) { return std::sqrt(x); }},
      {"rsqrt", rsqrt, [](double x) { return 1 / std::sqrt(x); }},
      {"abs", carousel::abs, [](double x) { return std::abs(x); }},
      {"sign", sign, sign_of},
      {"sin", carousel::sin, [](double x) { return std::sin(x); }},
      {"cos", carousel::cos, [](double x) { return std::cos(x); }},
      {"erf", carousel::erf, [](double x) { return std::erf(x); }},
      {"leaky_relu", [](const Var& x) { return leaky_relu(x); },
       [](double x) { return x < 0 ? 0.01 * x : x; }},
      {"elu", [](const Var& x) { return elu(x, 2); },
       [](double x) { return x < 0 ? 2 * std::expm1(x) : x; }},
      {"silu", silu, [](double x) { return x * logistic(x); }},
      {"softsign", softsign, [](double x) { return x / (1 + std::abs(x)); }},
      {"hard_sigmoid", [](const Var& x) { return hard_sigmoid(x, 0.25); },
       [](double x) { return std::isnan(x) ? x : std::min(1.0, std::max(0.0, x / 4 + 0.5)); }},
      {"at_least", [](const Var& x) { return at_least(x, 0.5); },
       [](double x) { return x < 0.5 ? 0.5 : x; }},
      {"at_most", [](const Var& x) { return at_most(x, 0.5); },
       [](double x) { return x > 0.5 ? 0.5 : x; }},
      {"clamp", [](const Var& x) { return clamp(x, -0.75, 2); },
       [](double x) { return x < -0.75 ? -0.75
                             : x > 2   ? 2
                                       : x; }},
      {"x^3", [](const Var& x) { return pow(x, 3); }, [](double x) { return std::pow(x, 3); }, 100},
      {"x^-2", [](const Var& x) { return pow(x, -2); }, [](double x) { return std::pow(x, -2); },
       100},
      {"x^1.5", [](const Var& x) { return pow(x, 1.5); }, [](double x) { return std::pow(x, 1.5); },
       100},
      {"square", square, [](double x) { return x * x; }},
      {"negate", carousel::operator-, [](double x) { return -x; }},
      {"x + c", [](const Var& x) { return x + 2.5; }, [](double x) { return x + 2.5; }},
      {"c + x", [](const Var& x) { return 2.5 + x; }, [](double x) { return x + 2.5; }},
      {"x - c", [](const Var& x) { return x - 2.5; }, [](double x) { return x - 2.5; }},
      {"c - x", [](const Var& x) { return 2.5 - x; }, [](double x) { return 2.5 - x; }},
      {"x c", [](const Var& x) { return x * -3.0; }, [](double x) { return x * -3; }},
      {"c x", [](const Var& x) { return -3.0 * x; }, [](double x) { return x * -3; }},
      {"x / c", [](const Var& x) { return x / 4.0; }, [](double x) { return x / 4; }},
      {"c / x", [](const Var& x) { return 3.0 / x; }, [](double x) { return 3 / x; }}};
  return ops;
}

/// Equal up to a relative error; infinities and NaN as such, and zeros of either sign.
bool close(double found, double wanted, double tolerance) {
  if (std::isnan(wanted)) return std::isnan(found);
  if (std::isinf(wanted) || wanted == 0) return found == wanted;
  return std::abs(found - wanted) <= tolerance * std::abs(wanted);
}

/// Evaluates an op on numbers of either dtype and compares each element with f.
void compare(const Unary& unary, const std::vector<double>& numbers) {
  for (const DType dtype : {DType::float64, DType::float32}) {
    const double tolerance = (dtype == DType::float64 ? 4e-15 : 1e-6) * unary.slack;
    Tensor x(dtype, {static_cast<Index>(numbers.size())});
    for (std::size_t i = 0; i < numbers.size(); ++i) x.set(static_cast<Index>(i), numbers[i]);
    Tape tape(dtype);
    const Tensor y = unary.op(tape.input(x)).value();
    for (Index i = 0; i < x.size(); ++i) {
      double wanted = unary.f(x.at(i));
      if (dtype == DType::float32) wanted = static_cast<double>(static_cast<float>(wanted));
      BOOST_TEST(close(y.at(i), wanted, tolerance),
                 unary.name << "(" << x.at(i) << ") = " << y.at(i) << ", not " << wanted);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(values_of_unary_ops) {
  std::vector<double> numbers;
  for (double x = -12; x <= 12; x += 0.37) numbers.push_back(x);
  for (double x = 1e-8; x < 1; x *= 3) numbers.insert(numbers.end(), {x, -x});
  for (const Unary& unary : unary_ops()) compare(unary, numbers);
}

BOOST_AUTO_TEST_CASE(values_of_unary_ops_at_the_edges) {
  const std::vector<double> edges{0.0, -0.0, infinity, -infinity, not_a_number, 30, -30};
  for (const Unary& unary : unary_ops()) compare(unary, edges);
}

// Far out, where e^x overflows float32 and 1 - y² is zero: saturated, and never NaN.
BOOST_AUTO_TEST_CASE(values_saturate_without_nan) {
  for (const Unary& unary : unary_ops()) compare(unary, {300, -300});
  for (const DType dtype : {DType::float64, DType::float32}) {
    Tape tape(dtype);
    const Tensor far = tensor({4}, {300, -300, 1000, -1000}, dtype);
    BOOST_TEST(identical(tanh(tape.input(far)).value(), tensor({4}, {1, -1, 1, -1}, dtype)));
    const Tensor gates = sigmoid(tape.input(far)).value();
    BOOST_TEST((gates.at(0) == 1 && gates.at(2) == 1 && gates.at(3) == 0));
    for (Var (*op)(const Var&) : {carousel::tanh, sigmoid, softplus, relu}) {
      const Var x = tape.variable(far);
      const Tensor dx = tape.backward(sum(op(x)), {x})[x];
      for (Index i = 0; i < 4; ++i) BOOST_TEST(std::isfinite(dx.at(i)));
      BOOST_TEST(dx.at(3) == 0);  // flat on the left: exactly
      if (op != softplus && op != relu) BOOST_TEST((dx.at(0) == 0 && dx.at(2) == 0));
    }
  }
}

// The pullback of relu at 0 is 0, and NaN stays visible.
BOOST_AUTO_TEST_CASE(values_of_relu_at_zero_and_nan) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({4}, {0, -0.0, 1e-300, not_a_number}));
  const Var y = relu(x);
  BOOST_TEST(std::isnan(y.value().at(3)));
  const Tensor dx = tape.backward(sum(y), {x})[x];
  BOOST_TEST((dx.at(0) == 0 && dx.at(1) == 0 && dx.at(2) == 1));
}

BOOST_AUTO_TEST_CASE(values_of_binary_ops) {
  Random random(1, "values");
  const Tensor a = normal({3, 19}, random), b = normal({3, 19}, random);
  Tape tape(DType::float64);
  const Var x = tape.input(a), y = tape.input(b);
  const auto check = [&](const Var& found, const std::function<double(double, double)>& f) {
    const Tensor values = found.value();
    for (Index i = 0; i < a.size(); ++i)
      BOOST_TEST(close(values.at(i), f(a.at(i), b.at(i)), 1e-14));
  };
  check(x + y, [](double u, double v) { return u + v; });
  check(x - y, [](double u, double v) { return u - v; });
  check(x * y, [](double u, double v) { return u * v; });
  check(x / y, [](double u, double v) { return u / v; });
  check(squared_error(x, y), [](double u, double v) { return (u - v) * (u - v); });
  for (Index i = 0; i < a.size(); ++i) {  // this formula cancels for large x, the op's does not
    const double wanted = softplus_of(a.at(i)) - b.at(i) * a.at(i);
    BOOST_TEST(std::abs(bce_with_logits(x, y).value().at(i) - wanted) < 1e-14);
  }
  const Tensor zero(DType::float64, {1});
  const Var by_zero = tape.input(tensor({1}, {-2})) / tape.input(zero);
  BOOST_TEST(by_zero.item() == -infinity);
}

// bce of saturated logits is linear, never ln 0.
BOOST_AUTO_TEST_CASE(values_of_losses_of_saturated_logits) {
  for (const DType dtype : {DType::float64, DType::float32}) {
    Tape tape(dtype);
    const Var x = tape.variable(tensor({4}, {300, -300, 300, -300}, dtype));
    const Var target = tape.input(tensor({4}, {0, 1, 1, 0}, dtype));
    const Var loss = bce_with_logits(x, target);
    const Tensor values = loss.value();
    BOOST_TEST((values.at(0) == 300 && values.at(1) == 300));
    BOOST_TEST((values.at(2) < 1e-100 && values.at(3) < 1e-100));
    const Tensor dx = tape.backward(sum(loss), {x})[x];
    BOOST_TEST((dx.at(0) == 1 && dx.at(1) == -1 && std::abs(dx.at(2)) < 1e-100));

    const Var logits = tape.variable(tensor({1, 3}, {1000, 0, -1000}, dtype));
    Tensor label(DType::int64, {1});
    label.set(0, 2);
    const Var nll = sum(cross_entropy(logits, tape.input(label)));
    BOOST_TEST(nll.item() == 2000);
    BOOST_TEST(identical(tape.backward(nll, {logits})[logits], tensor({1, 3}, {1, 0, -1}, dtype)));
    BOOST_TEST(identical(softmax(logits).value(), tensor({1, 3}, {1, 0, 0}, dtype)));
    BOOST_TEST(identical(log_softmax(logits).value(), tensor({1, 3}, {0, -1000, -2000}, dtype)));
  }
}

BOOST_AUTO_TEST_SUITE_END()
