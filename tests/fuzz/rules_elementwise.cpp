#include <tests/fuzz/rules.hpp>

// Arithmetic, functions and activations as ops.hpp states them.

namespace carousel::fuzz {
namespace {

template <class S> S smaller(const S& a, const S& b) {
  if (primal(a) == primal(b)) return 0.5 * (a + b);  // equal operands share the gradient
  return primal(a) < primal(b) ? a : b;
}
template <class S> S larger(const S& a, const S& b) {
  if (primal(a) == primal(b)) return 0.5 * (a + b);
  return primal(a) > primal(b) ? a : b;
}
template <class S> S absolute(const S& x) {
  if (primal(x) == 0) return S(0.0);
  return primal(x) > 0 ? x : -x;
}
template <class S> S at_least(const S& x, double c) { return primal(x) < c ? S(c) : x; }
template <class S> S at_most(const S& x, double c) { return primal(x) > c ? S(c) : x; }

template <class S> void add_arithmetic(Rules<S>& rules) {
  using X = const S&;
  using Xs = const Operands<S>&;
  using C = const Call&;
  rules["add"] = [](C, Xs x) { return map<S>(x, [](X a, X b) { return a + b; }); };
  rules["subtract"] = [](C, Xs x) { return map<S>(x, [](X a, X b) { return a - b; }); };
  rules["multiply"] = [](C, Xs x) { return map<S>(x, [](X a, X b) { return a * b; }); };
  rules["divide"] = [](C, Xs x) { return map<S>(x, [](X a, X b) { return a / b; }); };
  rules["pow"] = [](C, Xs x) { return map<S>(x, [](X a, X b) { return pow(a, b); }); };
  rules["minimum"] = [](C, Xs x) { return map<S>(x, [](X a, X b) { return smaller(a, b); }); };
  rules["maximum"] = [](C, Xs x) { return map<S>(x, [](X a, X b) { return larger(a, b); }); };
  rules["negate"] = [](C, Xs x) { return map<S>(x, [](X a) { return -a; }); };
  rules["x + c"] = [](C c, Xs x) { return map<S>(x, [&](X a) { return a + c.a; }); };
  rules["c + x"] = [](C c, Xs x) { return map<S>(x, [&](X a) { return c.a + a; }); };
  rules["x - c"] = [](C c, Xs x) { return map<S>(x, [&](X a) { return a - c.a; }); };
  rules["c - x"] = [](C c, Xs x) { return map<S>(x, [&](X a) { return c.a - a; }); };
  rules["x * c"] = [](C c, Xs x) { return map<S>(x, [&](X a) { return a * c.a; }); };
  rules["c * x"] = [](C c, Xs x) { return map<S>(x, [&](X a) { return c.a * a; }); };
  rules["x / c"] = [](C c, Xs x) { return map<S>(x, [&](X a) { return a / c.a; }); };
  rules["c / x"] = [](C c, Xs x) { return map<S>(x, [&](X a) { return c.a / a; }); };
  rules["pow(x, c)"] = [](C c, Xs x) { return map<S>(x, [&](X a) { return pow(a, c.a); }); };
  rules["at_least"] = [](C c, Xs x) { return map<S>(x, [&](X a) { return at_least(a, c.a); }); };
  rules["at_most"] = [](C c, Xs x) { return map<S>(x, [&](X a) { return at_most(a, c.a); }); };
  rules["clamp"] = [](C c, Xs x) {
    return map<S>(x, [&](X a) { return at_most(at_least(a, c.a), c.b); });
  };
}

template <class S> void add_functions(Rules<S>& rules) {
  using X = const S&;
  using Xs = const Operands<S>&;
  using C = const Call&;
  rules["exp"] = [](C, Xs x) { return map<S>(x, [](X a) { return exp(a); }); };
  rules["expm1"] = [](C, Xs x) { return map<S>(x, [](X a) { return expm1(a); }); };
  rules["log"] = [](C, Xs x) { return map<S>(x, [](X a) { return log(a); }); };
  rules["log1p"] = [](C, Xs x) { return map<S>(x, [](X a) { return log1p(a); }); };
  rules["square"] = [](C, Xs x) { return map<S>(x, [](X a) { return a * a; }); };
  rules["sqrt"] = [](C, Xs x) { return map<S>(x, [](X a) { return sqrt(a); }); };
  rules["rsqrt"] = [](C, Xs x) { return map<S>(x, [](X a) { return 1.0 / sqrt(a); }); };
  rules["abs"] = [](C, Xs x) { return map<S>(x, [](X a) { return absolute(a); }); };
  rules["sign"] = [](C, Xs x) {
    return map<S>(x, [](X a) { return S(primal(a) > 0 ? 1.0 : primal(a) < 0 ? -1.0 : 0.0); });
  };
  rules["sin"] = [](C, Xs x) { return map<S>(x, [](X a) { return sin(a); }); };
  rules["cos"] = [](C, Xs x) { return map<S>(x, [](X a) { return cos(a); }); };
  rules["erf"] = [](C, Xs x) { return map<S>(x, [](X a) { return erf(a); }); };
  rules["erfc"] = [](C, Xs x) { return map<S>(x, [](X a) { return erfc(a); }); };
}

template <class S> void add_activations(Rules<S>& rules) {
  using X = const S&;
  using Xs = const Operands<S>&;
  using C = const Call&;
  rules["sigmoid"] = [](C, Xs x) { return map<S>(x, [](X a) { return sigmoid(a); }); };
  rules["tanh"] = [](C, Xs x) { return map<S>(x, [](X a) { return tanh(a); }); };
  rules["relu"] = [](C, Xs x) { return map<S>(x, [](X a) { return primal(a) > 0 ? a : S(0.0); }); };
  rules["leaky_relu"] = [](C c, Xs x) {
    return map<S>(x, [&](X a) { return primal(a) > 0 ? a : c.a * a; });
  };
  rules["elu"] = [](C c, Xs x) {
    return map<S>(x, [&](X a) { return primal(a) > 0 ? a : c.a * expm1(a); });
  };
  rules["gelu"] = [](C, Xs x) {
    return map<S>(x, [](X a) { return a * (0.5 * (1.0 + erf(a / std::sqrt(2.0)))); });
  };
  rules["silu"] = [](C, Xs x) { return map<S>(x, [](X a) { return a * sigmoid(a); }); };
  rules["softplus"] = [](C, Xs x) { return map<S>(x, [](X a) { return softplus(a); }); };
  rules["log_sigmoid"] = [](C, Xs x) { return map<S>(x, [](X a) { return -softplus(-a); }); };
  rules["softsign"] = [](C, Xs x) {
    return map<S>(x, [](X a) { return a / (1.0 + absolute(a)); });
  };
  rules["hard_sigmoid"] = [](C c, Xs x) {
    return map<S>(x, [&](X a) {
      const S line = c.a * a + 0.5;
      return primal(line) <= 0 ? S(0.0) : primal(line) >= 1 ? S(1.0) : line;
    });
  };
}

}  // namespace

template <class S> void add_elementwise_rules(Rules<S>& rules) {
  add_arithmetic(rules);
  add_functions(rules);
  add_activations(rules);
}

template void add_elementwise_rules(Rules<First>&);
template void add_elementwise_rules(Rules<Second>&);

}  // namespace carousel::fuzz
