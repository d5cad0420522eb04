#include <autograd/ops.hpp>
#include <tests/fuzz/calls.hpp>

namespace carousel::fuzz {
namespace {

using C = const Call&;
using X = const std::vector<Var>&;

void add_arithmetic(Runs& runs) {
  runs["add"] = [](C, X x) { return x[0] + x[1]; };
  runs["subtract"] = [](C, X x) { return x[0] - x[1]; };
  runs["multiply"] = [](C, X x) { return x[0] * x[1]; };
  runs["divide"] = [](C, X x) { return x[0] / x[1]; };
  runs["pow"] = [](C, X x) { return pow(x[0], x[1]); };
  runs["minimum"] = [](C, X x) { return minimum(x[0], x[1]); };
  runs["maximum"] = [](C, X x) { return maximum(x[0], x[1]); };
  runs["negate"] = [](C, X x) { return -x[0]; };
  runs["x + c"] = [](C c, X x) { return x[0] + c.a; };
  runs["c + x"] = [](C c, X x) { return c.a + x[0]; };
  runs["x - c"] = [](C c, X x) { return x[0] - c.a; };
  runs["c - x"] = [](C c, X x) { return c.a - x[0]; };
  runs["x * c"] = [](C c, X x) { return x[0] * c.a; };
  runs["c * x"] = [](C c, X x) { return c.a * x[0]; };
  runs["x / c"] = [](C c, X x) { return x[0] / c.a; };
  runs["c / x"] = [](C c, X x) { return c.a / x[0]; };
  runs["pow(x, c)"] = [](C c, X x) { return pow(x[0], c.a); };
  runs["at_least"] = [](C c, X x) { return at_least(x[0], c.a); };
  runs["at_most"] = [](C c, X x) { return at_most(x[0], c.a); };
  runs["clamp"] = [](C c, X x) { return clamp(x[0], c.a, c.b); };
}

void add_functions(Runs& runs) {
  runs["exp"] = [](C, X x) { return exp(x[0]); };
  runs["expm1"] = [](C, X x) { return expm1(x[0]); };
  runs["log"] = [](C, X x) { return log(x[0]); };
  runs["log1p"] = [](C, X x) { return log1p(x[0]); };
  runs["square"] = [](C, X x) { return square(x[0]); };
  runs["sqrt"] = [](C, X x) { return sqrt(x[0]); };
  runs["rsqrt"] = [](C, X x) { return rsqrt(x[0]); };
  runs["abs"] = [](C, X x) { return abs(x[0]); };
  runs["sign"] = [](C, X x) { return sign(x[0]); };
  runs["sin"] = [](C, X x) { return sin(x[0]); };
  runs["cos"] = [](C, X x) { return cos(x[0]); };
  runs["erf"] = [](C, X x) { return erf(x[0]); };
  runs["erfc"] = [](C, X x) { return erfc(x[0]); };
  runs["sigmoid"] = [](C, X x) { return sigmoid(x[0]); };
  runs["tanh"] = [](C, X x) { return tanh(x[0]); };
  runs["relu"] = [](C, X x) { return relu(x[0]); };
  runs["leaky_relu"] = [](C c, X x) { return leaky_relu(x[0], c.a); };
  runs["elu"] = [](C c, X x) { return elu(x[0], c.a); };
  runs["gelu"] = [](C, X x) { return gelu(x[0]); };
  runs["silu"] = [](C, X x) { return silu(x[0]); };
  runs["softplus"] = [](C, X x) { return softplus(x[0]); };
  runs["log_sigmoid"] = [](C, X x) { return log_sigmoid(x[0]); };
  runs["softsign"] = [](C, X x) { return softsign(x[0]); };
  runs["hard_sigmoid"] = [](C c, X x) { return hard_sigmoid(x[0], c.a); };
}

void add_masks(Runs& runs) {
  runs["greater"] = [](C, X x) { return greater(x[0], x[1]); };
  runs["greater_equal"] = [](C, X x) { return greater_equal(x[0], x[1]); };
  runs["less"] = [](C, X x) { return less(x[0], x[1]); };
  runs["less_equal"] = [](C, X x) { return less_equal(x[0], x[1]); };
  runs["equal"] = [](C, X x) { return equal(x[0], x[1]); };
  runs["not_equal"] = [](C, X x) { return not_equal(x[0], x[1]); };
  runs["x > c"] = [](C c, X x) { return greater(x[0], c.a); };
  runs["x >= c"] = [](C c, X x) { return greater_equal(x[0], c.a); };
  runs["x < c"] = [](C c, X x) { return less(x[0], c.a); };
  runs["x <= c"] = [](C c, X x) { return less_equal(x[0], c.a); };
  runs["x = c"] = [](C c, X x) { return equal(x[0], c.a); };
  runs["x != c"] = [](C c, X x) { return not_equal(x[0], c.a); };
  runs["logical_and"] = [](C, X x) { return logical_and(x[0], x[1]); };
  runs["logical_or"] = [](C, X x) { return logical_or(x[0], x[1]); };
  runs["logical_not"] = [](C, X x) { return logical_not(x[0]); };
  runs["where"] = [](C, X x) { return where(x[0], x[1], x[2]); };
  runs["where(mask, x, c)"] = [](C c, X x) { return where(x[0], x[1], c.a); };
  runs["where(mask, c, x)"] = [](C c, X x) { return where(x[0], c.a, x[1]); };
}

}  // namespace

void add_elementwise_calls(Runs& runs) {
  add_arithmetic(runs);
  add_functions(runs);
  add_masks(runs);
}

}  // namespace carousel::fuzz
