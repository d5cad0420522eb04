#include <boost/test/unit_test.hpp>
#include <functional>
#include <tests/support/tensors.hpp>

#include "interchange.hpp"

namespace carousel::testing {
namespace {

using Ours = std::function<Var(const std::vector<Var>&)>;
using Theirs = std::function<at::Tensor(const std::vector<at::Tensor>&)>;

/// One op on operands of these shapes, drawn from 3·N(0, 1); where there are classes the last
/// operand is labels [n] below that.
struct OpCase {
  const char* name;
  std::vector<Shape> shapes;
  Ours ours;
  Theirs theirs;
  Index classes = 0;
};

template <Var (*f)(const Var&)> Var unary(const std::vector<Var>& x) { return f(x[0]); }
template <Var (*f)(const Var&, const Var&)> Var binary(const std::vector<Var>& x) {
  return f(x[0], x[1]);
}

using Inputs = std::vector<at::Tensor>;

std::vector<OpCase> op_cases() {
  return {
      {"sigmoid", {{5, 33}}, unary<sigmoid>, [](const Inputs& x) { return at::sigmoid(x[0]); }},
      {"tanh", {{5, 33}}, unary<tanh>, [](const Inputs& x) { return at::tanh(x[0]); }},
      {"relu", {{5, 33}}, unary<relu>, [](const Inputs& x) { return at::relu(x[0]); }},
      {"exp", {{5, 33}}, unary<exp>, [](const Inputs& x) { return at::exp(x[0]); }},
      {"softplus", {{5, 33}}, unary<softplus>, [](const Inputs& x) { return at::softplus(x[0]); }},
      {"multiply",
       {{5, 33}, {5, 33}},
       binary < operator*>,
       [](const Inputs& x) { return x[0] * x[1]; }},
      {"divide",
       {{5, 33}, {5, 33}},
       binary < operator/>,
       [](const Inputs& x) { return x[0] / x[1]; }},
      {"squared_error",
       {{5, 33}, {5, 33}},
       binary<squared_error>,
       [](const Inputs& x) { return at::mse_loss(x[0], x[1], at::Reduction::None); }},
      {"bce_with_logits",
       {{5, 33}, {5, 33}},
       binary<bce_with_logits>,
       [](const Inputs& x) {
         return at::binary_cross_entropy_with_logits(x[0], x[1], {}, {}, at::Reduction::None);
       }},
      {"matmul",
       {{4, 9}, {9, 6}},
       binary<matmul>,
       [](const Inputs& x) { return at::matmul(x[0], x[1]); }},
      {"matmul, one row",
       {{1, 9}, {9, 6}},
       binary<matmul>,
       [](const Inputs& x) { return at::matmul(x[0], x[1]); }},
      {"linear",
       {{2, 4, 9}, {6, 9}},
       [](const std::vector<Var>& x) { return linear(x[0], x[1]); },
       [](const Inputs& x) { return at::linear(x[0], x[1]); }},
      {"linear with bias",
       {{4, 9}, {6, 9}, {6}},
       [](const std::vector<Var>& x) { return linear(x[0], x[1], x[2]); },
       [](const Inputs& x) { return at::linear(x[0], x[1], x[2]); }},
      {"softmax",
       {{2, 3, 9}},
       unary<softmax>,
       [](const Inputs& x) { return at::softmax(x[0], -1); }},
      {"log_softmax",
       {{2, 3, 9}},
       unary<log_softmax>,
       [](const Inputs& x) { return at::log_softmax(x[0], -1); }},
      {"cross_entropy",
       {{7, 9}, {7}},
       binary<cross_entropy>,
       [](const Inputs& x) { return at::cross_entropy_loss(x[0], x[1], {}, at::Reduction::None); },
       9},
      {"embedding",
       {{9, 4}, {7}},
       binary<embedding>,
       [](const Inputs& x) { return at::embedding(x[0], x[1]); },
       9},
      {"mean of an axis",
       {{2, 3, 9}},
       [](const std::vector<Var>& x) { return mean(x[0], {1}); },
       [](const Inputs& x) { return at::mean(x[0], 1); }},
      {"concat",
       {{4, 3}, {4, 5}},
       [](const std::vector<Var>& x) { return concat(x, 1); },
       [](const Inputs& x) { return at::cat(x, 1); }},
      {"slice",
       {{4, 9}},
       [](const std::vector<Var>& x) { return slice(x[0], 1, 2, 7); },
       [](const Inputs& x) { return at::slice(x[0], 1, 2, 7); }},
  };
}

/// Value and gradients under a random cotangent.
void check(const OpCase& c, Random& random) {
  std::vector<Tensor> values;
  for (const auto& shape : c.shapes) {
    if (c.classes > 0 && values.size() + 1 == c.shapes.size()) {
      values.emplace_back(DType::int64, shape);
      for (Index i = 0; i < shape.size(); ++i) {
        values.back().data<Index>()[i] = random.below(c.classes);
      }
      continue;
    }
    values.push_back(normal(shape, random));
    for (Index i = 0; i < shape.size(); ++i) values.back().set(i, 3 * values.back().at(i));
  }
  Tape tape(DType::float64);
  std::vector<Var> x, wanted;
  Inputs torch_x;
  for (const auto& value : values) {
    const bool labels = value.dtype() == DType::int64;
    x.push_back(labels ? tape.input(value) : tape.variable(value));
    torch_x.push_back(labels ? to_torch(value) : to_torch_variable(value));
    if (!labels) wanted.push_back(x.back());
  }
  const Var y = c.ours(x);
  const at::Tensor torch_y = c.theirs(torch_x);
  BOOST_TEST(distance(y.value(), from_torch(torch_y)) < parity);
  const Tensor seed = normal(y.shape(), random);
  const Adjoints adjoints = tape.backward(y, wanted, seed);
  torch_y.backward(to_torch(seed));
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    BOOST_TEST_CONTEXT("gradient of operand " << i) {
      BOOST_TEST(distance(adjoints[wanted[i]], from_torch(torch_x[i].grad())) < parity);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(torch)

BOOST_AUTO_TEST_CASE(ops) {
  Random random(1, "ops");
  for (const auto& c : op_cases()) {
    BOOST_TEST_CONTEXT(c.name) { check(c, random); }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace carousel::testing
