#include <autograd/grad.hpp>
#include <autograd/linear_algebra.hpp>
#include <autograd/ops.hpp>
#include <boost/test/unit_test.hpp>
#include <tests/support/expect_error.hpp>
#include <tests/support/tensors.hpp>

// Derivatives of derivatives, against closed forms.

using namespace carousel;
using namespace carousel::testing;

BOOST_AUTO_TEST_SUITE(autograd)

BOOST_AUTO_TEST_CASE(second_order_of_a_power) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({3}, {0.5, 1, 2}));
  const Var first = grad(sum(pow(x, 5)), {x}, true)[0];
  const Var second = grad(sum(first), {x}, true)[0];
  const Var third = grad(sum(second), {x}, true)[0];
  const Var fourth = grad(sum(third), {x}, true)[0];
  for (Index i = 0; i < 3; ++i) {
    const double v = x.value().at(i);
    BOOST_TEST(std::abs(first.value().at(i) - 5 * std::pow(v, 4)) < 1e-12);
    BOOST_TEST(std::abs(second.value().at(i) - 20 * std::pow(v, 3)) < 1e-12);
    BOOST_TEST(std::abs(third.value().at(i) - 60 * v * v) < 1e-11);
    BOOST_TEST(std::abs(fourth.value().at(i) - 120 * v) < 1e-10);
  }
}

BOOST_AUTO_TEST_CASE(second_order_products_and_hessian_of_a_quadratic_form) {
  Tape tape(DType::float64);
  Random random(3, "quadratic");
  const Var x = tape.variable(normal({5}, random)), A = tape.variable(normal({5, 5}, random));
  const Var y = sum(x * linear(x, A));
  const Tensor H = hessian(y, x);
  for (Index i = 0; i < 5; ++i) {
    for (Index j = 0; j < 5; ++j) {
      const Tensor a = A.value();
      BOOST_TEST(std::abs(H.at(i * 5 + j) - (a.at(i * 5 + j) + a.at(j * 5 + i))) < 1e-12);
      BOOST_TEST(H.at(i * 5 + j) == H.at(j * 5 + i));
    }
  }
  const Var v = tape.input(normal({5}, random));
  const Tensor product = hvp(y, {x}, {v})[0].value();
  for (Index i = 0; i < 5; ++i) {
    double expected = 0;
    for (Index j = 0; j < 5; ++j) expected += H.at(i * 5 + j) * v.value().at(j);
    BOOST_TEST(std::abs(product.at(i) - expected) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(second_order_jvp_and_vjp_are_transposed) {
  Tape tape(DType::float64);
  Random random(4, "transposed");
  const Var x = tape.variable(normal({4, 3}, random)), W = tape.variable(normal({6, 3}, random));
  const Var y = tanh(linear(x, W));
  const Var v = tape.input(normal({4, 3}, random)), V = tape.input(normal({6, 3}, random));
  const Var u = tape.input(normal({4, 6}, random));
  const double forward = sum(jvp(y, {x, W}, {v, V}) * u).item();
  const auto back = vjp(y, {x, W}, u);
  BOOST_TEST(std::abs(forward - (sum(back[0] * v) + sum(back[1] * V)).item()) < 1e-12);
  const Tensor J = jacobian(y, x);
  BOOST_TEST((J.shape() == Shape{24, 12}));
  double through_jacobian = 0;
  for (Index i = 0; i < 24; ++i) {
    for (Index j = 0; j < 12; ++j) {
      through_jacobian += u.value().at(i) * J.at(i * 12 + j) * v.value().at(j);
    }
  }
  BOOST_TEST(std::abs(through_jacobian - sum(back[0] * v).item()) < 1e-12);
}

// d det(A)... is what a wrong solve would show in: the second derivative of A ↦ ⟨1, A⁻¹ 1⟩.
BOOST_AUTO_TEST_CASE(second_order_of_an_inverse) {
  Tape tape(DType::float64);
  const Var a = tape.variable(tensor({1, 1}, {2.0}));
  const Var first = grad(sum(inverse(a)), {a}, true)[0];
  const Var second = grad(sum(first), {a}, true)[0];
  BOOST_TEST(std::abs(first.item() + 0.25) < 1e-15);
  BOOST_TEST(std::abs(second.item() - 0.25) < 1e-15);
}

// e^(sA) for a rotation generator is a rotation, whose derivatives by s are rotations again.
BOOST_AUTO_TEST_CASE(second_order_of_a_matrix_exponential) {
  for (const double angle : {0.3, 20.0}) {
    Tape tape(DType::float64);
    const Var s = tape.variable(tensor({}, {angle}));
    const Var R = matrix_exponential(tape.input(tensor({2, 2}, {0, -1, 1, 0})) * s);
    const Var corner = at(at(R, 0, 1), 0, 0);
    const Var first = grad(corner, {s}, true)[0], second = grad(first, {s}, true)[0];
    BOOST_TEST(std::abs(corner.item() - std::sin(angle)) < 1e-13);
    BOOST_TEST(std::abs(first.item() - std::cos(angle)) < 1e-12);
    BOOST_TEST(std::abs(second.item() + std::sin(angle)) < 1e-11);
  }
}

BOOST_AUTO_TEST_CASE(second_order_where_nothing_depends_is_zero) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({2}, {1, -2})), z = tape.variable(tensor({2}, {1, 1}));
  const auto first = grad(sum(abs(x)), {x, z}, true);
  BOOST_TEST(identical(first[0].value(), tensor({2}, {1, -1})));
  BOOST_TEST(identical(first[1].value(), tensor({2}, {0, 0})));
  const auto second = hvp(sum(abs(x)), {x}, {z});
  BOOST_TEST(identical(second[0].value(), tensor({2}, {0, 0})));
  BOOST_CHECK_EXCEPTION(grad(x * x, {x}, true), Error, says({"one element", "seed"}));
}

BOOST_AUTO_TEST_CASE(second_order_without_a_graph_is_a_constant) {
  Tape tape(DType::float64);
  const Var x = tape.variable(tensor({}, {3}));
  const Var first = grad(x * x, {x})[0];
  BOOST_TEST(first.item() == 6);
  BOOST_TEST(!first.requires_grad());
}

BOOST_AUTO_TEST_SUITE_END()
