#include "op_cases.hpp"

namespace carousel::testing {
namespace {

using T = const at::Tensor&;
using V = const Var&;

/// libtorch's slope is 1/6 in float32, and has no derivative.
OpCase hard_sigmoid_of_a_sixth(OpCase c) {
  c.order = 1;
  c.tolerance = 1e-7;
  return c;
}

}  // namespace

std::vector<OpCase> arithmetic_cases() {
  return {
      binary(
          "add", [](V a, V b) { return a + b; }, [](T a, T b) { return a + b; }),
      binary(
          "subtract", [](V a, V b) { return a - b; }, [](T a, T b) { return a - b; }),
      binary(
          "multiply", [](V a, V b) { return a * b; }, [](T a, T b) { return a * b; }),
      binary(
          "divide", [](V a, V b) { return a / b; }, [](T a, T b) { return a / b; }, Draw::normal,
          Draw::positive),
      binary(
          "pow", [](V a, V b) { return pow(a, b); }, [](T a, T b) { return at::pow(a, b); },
          Draw::positive, Draw::normal),
      binary("minimum", minimum, [](T a, T b) { return at::minimum(a, b); }),
      binary("maximum", maximum, [](T a, T b) { return at::maximum(a, b); }),
      tied(binary("minimum", minimum, [](T a, T b) { return at::minimum(a, b); })),
      tied(binary("maximum", maximum, [](T a, T b) { return at::maximum(a, b); })),
      unary(
          "x + c", [](V x) { return x + 2.5; }, [](T x) { return x + 2.5; }),
      unary(
          "c + x", [](V x) { return 2.5 + x; }, [](T x) { return 2.5 + x; }),
      unary(
          "x - c", [](V x) { return x - 2.5; }, [](T x) { return x - 2.5; }),
      unary(
          "c - x", [](V x) { return 2.5 - x; }, [](T x) { return 2.5 - x; }),
      unary(
          "x c", [](V x) { return x * -1.7; }, [](T x) { return x * -1.7; }),
      unary(
          "c x", [](V x) { return -1.7 * x; }, [](T x) { return -1.7 * x; }),
      unary(
          "x / c", [](V x) { return x / 3.0; }, [](T x) { return x / 3.0; }),
      unary(
          "c / x", [](V x) { return 3.0 / x; }, [](T x) { return 3.0 / x; }),
      unary(
          "-x", [](V x) { return -x; }, [](T x) { return -x; }),
      unary(
          "x^0", [](V x) { return pow(x, 0); }, [](T x) { return at::pow(x, 0); }),
      unary(
          "x^1", [](V x) { return pow(x, 1); }, [](T x) { return at::pow(x, 1); }),
      unary(
          "x^2", [](V x) { return pow(x, 2); }, [](T x) { return at::pow(x, 2); }),
      unary(
          "x^3", [](V x) { return pow(x, 3); }, [](T x) { return at::pow(x, 3); }),
      unary(
          "x^4", [](V x) { return pow(x, 4); }, [](T x) { return at::pow(x, 4); }),
      unary(
          "x^-1", [](V x) { return pow(x, -1); }, [](T x) { return at::pow(x, -1); }),
      unary(
          "x^-2", [](V x) { return pow(x, -2); }, [](T x) { return at::pow(x, -2); }),
      unary(
          "x^0.5", [](V x) { return pow(x, 0.5); }, [](T x) { return at::pow(x, 0.5); },
          Draw::positive),
      unary(
          "x^-1.5", [](V x) { return pow(x, -1.5); }, [](T x) { return at::pow(x, -1.5); },
          Draw::positive),
      {"x x, one operand twice", alone(), [](Vars x) { return x[0] * x[0] + x[0] / x[0]; },
       [](Tensors x) { return x[0] * x[0] + x[0] / x[0]; }},
  };
}

std::vector<OpCase> function_cases() {
  return {
      unary("exp", exp, [](T x) { return at::exp(x); }),
      unary("expm1", expm1, [](T x) { return at::expm1(x); }),
      unary(
          "log", log, [](T x) { return at::log(x); }, Draw::positive),
      unary(
          "log1p", log1p, [](T x) { return at::log1p(x); }, Draw::positive),
      unary("square", square, [](T x) { return at::square(x); }),
      unary(
          "sqrt", sqrt, [](T x) { return at::sqrt(x); }, Draw::positive),
      unary(
          "rsqrt", rsqrt, [](T x) { return at::rsqrt(x); }, Draw::positive),
      unary("abs", abs, [](T x) { return at::abs(x); }),
      tied(unary("abs", abs, [](T x) { return at::abs(x); })),
      unary("sign", sign, [](T x) { return at::sign(x); }),
      tied(unary("sign", sign, [](T x) { return at::sign(x); })),
      unary("erfc", erfc, [](T x) { return at::erfc(x); }),
      unary("sin", sin, [](T x) { return at::sin(x); }),
      unary("cos", cos, [](T x) { return at::cos(x); }),
      unary("erf", erf, [](T x) { return at::erf(x); }),
      unary(
          "at_least", [](V x) { return at_least(x, 0.3); },
          [](T x) { return at::clamp_min(x, 0.3); }),
      unary(
          "at_most", [](V x) { return at_most(x, 0.3); },
          [](T x) { return at::clamp_max(x, 0.3); }),
      tied(unary(
          "at_least at its bound", [](V x) { return at_least(x, 1); },
          [](T x) { return at::clamp_min(x, 1); })),
      tied(unary(
          "at_most at its bound", [](V x) { return at_most(x, -1); },
          [](T x) { return at::clamp_max(x, -1); })),
      unary(
          "clamp", [](V x) { return clamp(x, -1.5, 2); },
          [](T x) { return at::clamp(x, -1.5, 2); }),
      tied(unary(
          "clamp at its bounds", [](V x) { return clamp(x, 0, 1); },
          [](T x) { return at::clamp(x, 0, 1); })),
  };
}

std::vector<OpCase> activation_cases() {
  return {
      unary("sigmoid", sigmoid, [](T x) { return at::sigmoid(x); }),
      unary("tanh", tanh, [](T x) { return at::tanh(x); }),
      unary("relu", relu, [](T x) { return at::relu(x); }),
      tied(unary("relu", relu, [](T x) { return at::relu(x); })),
      unary(
          "leaky_relu", [](V x) { return leaky_relu(x); },
          [](T x) { return at::leaky_relu(x, 0.01); }),
      tied(unary(
          "leaky_relu at 0", [](V x) { return leaky_relu(x, 0.25); },
          [](T x) { return at::leaky_relu(x, 0.25); })),
      unary(
          "elu", [](V x) { return elu(x); }, [](T x) { return at::elu(x); }),
      unary(
          "elu of 2", [](V x) { return elu(x, 2); }, [](T x) { return at::elu(x, 2); }),
      tied(unary(
          "elu at 0", [](V x) { return elu(x, 2); }, [](T x) { return at::elu(x, 2); })),
      unary("gelu", gelu, [](T x) { return at::gelu(x); }),
      unary("silu", silu, [](T x) { return at::silu(x); }),
      unary("softplus", softplus, [](T x) { return at::softplus(x, 1, /*threshold=*/700); }),
      unary("log_sigmoid", log_sigmoid, [](T x) { return at::log_sigmoid(x); }),
      unary("softsign", softsign, [](T x) { return x / (x.abs() + 1); }),
      hard_sigmoid_of_a_sixth(unary(
          "hard_sigmoid", [](V x) { return hard_sigmoid(x); },
          [](T x) { return at::hardsigmoid(x); })),
      unary(
          "hard_sigmoid of 0.2", [](V x) { return hard_sigmoid(x, 0.2); },
          [](T x) { return at::clamp(0.2 * x + 0.5, 0, 1); }),
      tied(unary(
          "hard_sigmoid of 0.5", [](V x) { return hard_sigmoid(x, 0.5); },
          [](T x) { return at::hardtanh(0.5 * x + 0.5, 0, 1); })),  // slope 0 at its corners
      {"softmax",
       {{normals({7})},
        {normals({4, 1})},
        {normals({5, 33})},
        {normals({0, 3})},
        {normals({2, 3, 9})},
        {normals({2, 1, 3, 5})}},
       [](Vars x) { return softmax(x[0]); },
       [](Tensors x) { return at::softmax(x[0], -1); }},
      {"log_softmax",
       {{normals({7})},
        {normals({4, 1})},
        {normals({5, 33})},
        {normals({0, 3})},
        {normals({2, 3, 9})},
        {normals({2, 1, 3, 5})}},
       [](Vars x) { return log_softmax(x[0]); },
       [](Tensors x) { return at::log_softmax(x[0], -1); }},
  };
}

}  // namespace carousel::testing
