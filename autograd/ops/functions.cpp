#include <autograd/ops.hpp>
#include <autograd/ops/edges.hpp>
#include <autograd/ops/elementwise.hpp>
#include <autograd/ops/samples.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/support/error.hpp>

namespace carousel {
namespace detail {
namespace {

Var at_least_tenth(const Var& x) { return at_least(x, 0.1); }
Var at_most_tenth(const Var& x) { return at_most(x, 0.1); }

}  // namespace

const Op exp_op = at_edges(elementwise<Exp>("exp", "e^x", sample_unary<carousel::exp>), edges::exp);
const Op expm1_op =
    at_edges(elementwise<Expm1>("expm1", "e^x - 1", sample_unary<carousel::expm1>), edges::expm1);
const Op log_op =
    at_edges(elementwise<Log>("log", "ln x", sample_positive<carousel::log>), edges::log);
const Op log1p_op = at_edges(
    elementwise<Log1p>("log1p", "ln(1 + x)", sample_positive<carousel::log1p>), edges::log1p);
const Op square_op =
    at_edges(elementwise<Square>("square", "x²", sample_unary<carousel::square>), edges::square);
const Op sqrt_op =
    at_edges(elementwise<Sqrt>("sqrt", "√x", sample_positive<carousel::sqrt>), edges::sqrt);
const Op rsqrt_op =
    at_edges(elementwise<Rsqrt>("rsqrt", "1 / √x", sample_positive<carousel::rsqrt>), edges::rsqrt);
const Op abs_op = at_edges(elementwise<Abs>("abs", "|x|", sample_unary<carousel::abs>), edges::abs);
const Op sign_op = at_edges(
    stopping(elementwise<Sign>("sign", "-1, 0 or 1", sample_unary<carousel::sign>)), edges::sign);
const Op sin_op =
    at_edges(elementwise<Sin>("sin", "sin x", sample_unary<carousel::sin>), edges::sin);
const Op cos_op =
    at_edges(elementwise<Cos>("cos", "cos x", sample_unary<carousel::cos>), edges::cos);
const Op erf_op =
    at_edges(elementwise<Erf>("erf", "2/√π ∫ e^-t² dt from 0 to x", sample_unary<carousel::erf>),
             edges::erf);
const Op erfc_op =
    at_edges(elementwise<Erfc>("erfc", "1 - erf x", sample_unary<carousel::erfc>), edges::erfc);
const Op at_least_op = at_edges(
    elementwise<AtLeast>("at_least", "max(x, c)", sample_unary<at_least_tenth>), edges::at_least);
const Op at_most_op = at_edges(
    elementwise<AtMost>("at_most", "min(x, c)", sample_unary<at_most_tenth>), edges::at_most);

}  // namespace detail

using namespace detail;

Var exp(const Var& x) { return record(exp_op, {&x}); }
Var expm1(const Var& x) { return record(expm1_op, {&x}); }
Var log(const Var& x) { return record(log_op, {&x}); }
Var log1p(const Var& x) { return record(log1p_op, {&x}); }
Var square(const Var& x) { return record(square_op, {&x}); }
Var sqrt(const Var& x) { return record(sqrt_op, {&x}); }
Var rsqrt(const Var& x) { return record(rsqrt_op, {&x}); }
Var abs(const Var& x) { return record(abs_op, {&x}); }
Var sign(const Var& x) { return record(sign_op, {&x}); }
Var sin(const Var& x) { return record(sin_op, {&x}); }
Var cos(const Var& x) { return record(cos_op, {&x}); }
Var erf(const Var& x) { return record(erf_op, {&x}); }
Var erfc(const Var& x) { return record(erfc_op, {&x}); }
Var at_least(const Var& x, double c) { return with_scalar(at_least_op, x, c); }
Var at_most(const Var& x, double c) { return with_scalar(at_most_op, x, c); }
Var clamp(const Var& x, double low, double high) {
  if (!(low <= high)) {
    throw Error(ErrorKind::argument, "clamp", "low <= high",
                std::to_string(low) + " and " + std::to_string(high));
  }
  return at_most(at_least(x, low), high);
}

}  // namespace carousel
