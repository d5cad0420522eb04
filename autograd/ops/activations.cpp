#include <autograd/ops.hpp>
#include <autograd/ops/edges.hpp>
#include <autograd/ops/elementwise.hpp>
#include <autograd/ops/samples.hpp>
#include <autograd/ops/table.hpp>

namespace carousel {
namespace detail {
namespace {

Var leaky(const Var& x) { return leaky_relu(x); }
Var elu_of_two(const Var& x) { return elu(x, 2); }
Var hard(const Var& x) { return hard_sigmoid(x); }

}  // namespace

const Op sigmoid_op =
    at_edges(elementwise<Sigmoid>("sigmoid", "1 / (1 + e^-x)", sample_unary<carousel::sigmoid>),
             edges::sigmoid);
const Op tanh_op =
    at_edges(elementwise<Tanh>("tanh", "(e^x - e^-x) / (e^x + e^-x)", sample_unary<carousel::tanh>),
             edges::tanh);
const Op softsign_op =
    at_edges(elementwise<Softsign>("softsign", "x / (1 + |x|)", sample_unary<carousel::softsign>),
             edges::softsign);
const Op hard_sigmoid_op = at_edges(
    elementwise<HardSigmoid>("hard_sigmoid", "min(1, max(0, c x + 1/2))", sample_unary<hard>),
    edges::hard_sigmoid);
const Op softplus_op =
    at_edges(elementwise<Softplus>("softplus", "ln(1 + e^x)", sample_unary<carousel::softplus>),
             edges::softplus);
const Op relu_op =
    at_edges(elementwise<Relu>("relu", "max(x, 0)", sample_unary<carousel::relu>), edges::relu);
const Op leaky_relu_op =
    at_edges(elementwise<LeakyRelu>("leaky_relu", "x, or c x below 0", sample_unary<leaky>),
             edges::leaky_relu);
const Op elu_op = at_edges(
    elementwise<Elu>("elu", "x, or c (e^x - 1) below 0", sample_unary<elu_of_two>), edges::elu);
const Op gelu_op = at_edges(
    elementwise<Gelu>("gelu", "x Φ(x), Φ the normal distribution", sample_unary<carousel::gelu>),
    edges::gelu);
const Op silu_op = at_edges(
    elementwise<Silu>("silu", "x / (1 + e^-x)", sample_unary<carousel::silu>), edges::silu);

}  // namespace detail

using namespace detail;

Var sigmoid(const Var& x) { return record(sigmoid_op, {&x}); }
Var tanh(const Var& x) { return record(tanh_op, {&x}); }
Var softsign(const Var& x) { return record(softsign_op, {&x}); }
Var hard_sigmoid(const Var& x, double slope) { return with_scalar(hard_sigmoid_op, x, slope); }
Var softplus(const Var& x) { return record(softplus_op, {&x}); }
Var log_sigmoid(const Var& x) { return -softplus(-x); }
Var relu(const Var& x) { return record(relu_op, {&x}); }
Var leaky_relu(const Var& x, double slope) { return with_scalar(leaky_relu_op, x, slope); }
Var elu(const Var& x, double alpha) { return with_scalar(elu_op, x, alpha); }
Var gelu(const Var& x) { return record(gelu_op, {&x}); }
Var silu(const Var& x) { return record(silu_op, {&x}); }

}  // namespace carousel
