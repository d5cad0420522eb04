#include <torch/torch.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <tests/support/tensors.hpp>

#include "interchange.hpp"
#include "op_cases.hpp"

// Elementwise ops at the edges of their domains: value and slopes are libtorch's, but for a list of
// documented differences.

namespace carousel::testing {
namespace {

using Numbers = std::vector<double>;

/// A difference that is meant, or libtorch's own: where it is, and why.
struct Documented {
  const char* name;  ///< of the case, or its beginning
  const char* what;  ///< "value", "slope", or "" for both
  bool (*at)(const Numbers& x);
  const char* reason;
};

bool any(const Numbers& x, bool (*test)(double)) { return std::any_of(x.begin(), x.end(), test); }
bool nan(const Numbers& x) {
  return any(x, [](double v) { return std::isnan(v); });
}
bool infinite(const Numbers& x) {
  return any(x, [](double v) { return std::isinf(v); });
}
bool zero(const Numbers& x) {
  return any(x, [](double v) { return v == 0; });
}
bool denormal(const Numbers& x) {
  return any(x, [](double v) { return v != 0 && std::abs(v) < 1e-300; });
}

const std::vector<Documented>& documented() {
  static const std::vector<Documented> list{
      {"pow", "slope 0", zero, "-0 is not told from 0"},
      {"pow", "slope 1", zero, "by b the slope is 0 at a = 0, also where b is not above 0"},
      {"x^0.5", "", infinite,
       "a power of -inf is inf as in IEEE 754; libtorch takes the root, NaN"},
      {"x^", "", zero, "-0 is not told from 0"},
      {"rsqrt", "slope", zero, "-0 is not told from 0"},
      {"minimum", "slope", nan,
       "NaN beside a number: halves, as of equals; libtorch's add up to 2"},
      {"maximum", "slope", nan,
       "NaN beside a number: halves, as of equals; libtorch's add up to 2"},
      {"sign", "value", nan, "NaN stays to be seen"},
      {"abs", "slope", nan, "NaN stays to be seen"},
      {"l1_loss", "slope", nan, "NaN stays to be seen"},
      {"l1_loss", "slope", infinite, "a - b is NaN, which stays to be seen"},
      {"at_least", "slope", nan, "NaN passes, and so does its gradient"},
      {"at_most", "slope", nan, "NaN passes, and so does its gradient"},
      {"clamp", "slope", nan, "NaN passes, and so does its gradient"},
      {"relu", "slope", nan, "the slope is 1 above 0 only; libtorch's 0 up to 0 only"},
      {"elu", "value", denormal, "x itself; libtorch has no digit left in e^x - 1"},
      {"softsign", "slope", infinite, "1/(1 + |x|)², in libtorch a difference of two infinities"},
      {"bce_loss", "value", infinite, "infinite where a target rules it out; libtorch's is ∞ - ∞"},
      {"bce_loss", "", denormal, "a target of 1e-310 counts; of two sides, one loses it beside 1"},
      {"kl_loss", "", zero, "0 where p is 0, whatever q is, and so is its slope"},
  };
  return list;
}

std::string text(double x) {
  if (std::isnan(x)) return "nan";
  char number[32];
  std::snprintf(number, sizeof number, "%.6g", x);
  return number;
}

/// Equal up to the case's tolerance and to a few of the smallest numbers; NaN and infinities as
/// such, zeros of either sign.
bool same(double a, double b, double tolerance) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  if (a == b) return true;
  return std::isfinite(a) && std::isfinite(b) &&
         std::abs(a - b) <= tolerance * std::abs(b) + 1e-322;
}

/// The edge values of a leaf; those that an op has to know how to treat.
Numbers edges_of(const Leaf& leaf) {
  if (leaf.constant) return {3};
  if (leaf.draw == Draw::share) return {0, -0.0, 1e-310, 0.5, 1, not_a_number};
  return {0, -0.0, infinity, -infinity, not_a_number, 1e-310, -1e-310, 1000, -1000};
}

/// Every combination of edge values of the leaves of a case, each leaf as one vector.
std::vector<Tensor> combinations(const Leaves& leaves) {
  Index count = 1, before = 1;
  for (const Leaf& leaf : leaves) count *= static_cast<Index>(edges_of(leaf).size());
  std::vector<Tensor> values;
  for (const Leaf& leaf : leaves) {
    const Numbers edges = edges_of(leaf);
    const auto n = static_cast<Index>(edges.size());
    Tensor value(DType::float64, {count});
    for (Index k = 0; k < count; ++k) {
      value.set(k, edges[static_cast<std::size_t>(k / before % n)]);
    }
    before *= n;
    values.push_back(value);
  }
  return values;
}

struct Difference {
  std::string what;  ///< "value", or "slope 1"
  Numbers x;
  double ours, theirs;
};

/// Where a case differs.
std::vector<Difference> differences(const OpCase& c) {
  const Leaves& leaves = c.rounds[0];
  const std::vector<Tensor> values = combinations(leaves);
  Tape tape(DType::float64);
  std::vector<Var> x, wanted;
  std::vector<at::Tensor> torch_x, torch_wanted;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    x.push_back(leaves[i].constant ? tape.input(values[i]) : tape.variable(values[i]));
    torch_x.push_back(leaves[i].constant ? to_torch(values[i]) : to_torch_variable(values[i]));
    if (leaves[i].constant) continue;
    wanted.push_back(x.back());
    torch_wanted.push_back(torch_x.back());
  }
  const Var y = c.ours(x);
  const at::Tensor torch_y = c.theirs(torch_x);
  std::vector<Difference> found;
  const auto compare = [&](const std::string& what, const Tensor& ours, const Tensor& theirs) {
    for (Index k = 0; k < ours.size(); ++k) {
      if (same(ours.at(k), theirs.at(k), c.tolerance)) continue;
      Numbers at;
      for (const Tensor& value : values) at.push_back(value.at(k));
      found.push_back({what, at, ours.at(k), theirs.at(k)});
    }
  };
  compare("value", y.value(), from_torch(torch_y));
  if (c.order == 0 || !y.requires_grad()) return found;
  Tensor ones(DType::float64, y.shape());
  ones.fill(1);
  const Adjoints adjoints = tape.backward(y, wanted, ones);
  const auto theirs = torch::autograd::grad({torch_y}, torch_wanted, {to_torch(ones)});
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    compare("slope " + std::to_string(i), adjoints[wanted[i]], from_torch(theirs[i]));
  }
  return found;
}

bool covers(const Documented& d, const std::string& name, const Difference& difference) {
  return name.rfind(d.name, 0) == 0 && difference.what.rfind(d.what, 0) == 0 && d.at(difference.x);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(torch)

BOOST_AUTO_TEST_CASE(edges_of_elementwise_ops) {
  std::vector<bool> needed(documented().size());
  for (const OpCase& c : all_cases()) {
    if (!c.elementwise) continue;
    for (const Difference& difference : differences(c)) {
      std::string line = c.name + ", " + difference.what + " at";
      for (const double x : difference.x) line += " " + text(x);
      line += ": ours " + text(difference.ours) + ", libtorch's " + text(difference.theirs);
      const auto reason =
          std::find_if(documented().begin(), documented().end(),
                       [&](const Documented& d) { return covers(d, c.name, difference); });
      if (reason == documented().end()) {
        BOOST_ERROR(line);
      } else {
        needed[static_cast<std::size_t>(reason - documented().begin())] = true;
        BOOST_TEST_MESSAGE(line << ". " << reason->reason);
      }
    }
  }
  for (std::size_t i = 0; i < needed.size(); ++i) {
    const Documented& d = documented()[i];
    BOOST_TEST(needed[i],
               "no difference any more: " << d.name << " " << d.what << ", " << d.reason);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace carousel::testing
