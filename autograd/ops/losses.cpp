#include <autograd/losses.hpp>
#include <autograd/ops/broadcasting.hpp>
#include <autograd/ops/edges.hpp>
#include <autograd/ops/elementwise.hpp>
#include <autograd/ops/samples.hpp>
#include <autograd/ops/table.hpp>
#include <autograd/support/error.hpp>

namespace carousel {
namespace detail {
namespace {

Var huber_of_one(const Var& a, const Var& b) { return huber(a, b, 1); }
void sample_weighted_bce(Sampler& s) {
  const Shape shape = s.shape(1);
  bce_with_logits(s.normal(shape), s.uniform(shape, 0, 1), s.uniform(shape, 0.5, 3));
  bce_with_logits(s.normal(shape), s.uniform(shape, 0, 1), s.uniform({shape.columns()}, 0.5, 3));
}
void sample_kl(Sampler& s) {
  const Shape shape = s.shape();
  kl_divergence(s.normal(shape), s.uniform(shape, 0.1, 1));
}

}  // namespace

const Op squared_error_op = at_edges(
    elementwise<SquaredError>("squared_error", "(a - b)²", sample_binary<carousel::squared_error>),
    edges::squared_error);
const Op absolute_error_op = at_edges(
    elementwise<AbsoluteError>("absolute_error", "|a - b|", sample_apart<carousel::absolute_error>),
    edges::absolute_error);
const Op huber_op =
    at_edges(elementwise<Huber>("huber", "(a - b)²/2, or c (|a - b| - c/2) beyond c",
                                sample_binary<huber_of_one>),
             edges::huber);
const Op bce_with_logits_op =
    at_edges(elementwise<BceWithLogits>("bce_with_logits", "ln(1 + e^x) - t x",
                                        sample_binary<carousel::bce_with_logits>),
             edges::bce_with_logits);
const Op weighted_bce_op =
    at_edges(elementwise<WeightedBce>("weighted_bce", "-p t ln σ(x) - (1 - t) ln(1 - σ(x))",
                                      sample_weighted_bce),
             edges::weighted_bce);
const Op kl_op =
    at_edges(elementwise<Kl>("kl_divergence", "p (ln p - x)", sample_kl), edges::kl_divergence);

}  // namespace detail

using namespace detail;

Var squared_error(const Var& a, const Var& b) { return binary(squared_error_op, a, b); }
Var absolute_error(const Var& a, const Var& b) { return binary(absolute_error_op, a, b); }
Var bce_with_logits(const Var& logits, const Var& target) {
  return binary(bce_with_logits_op, logits, target);
}
Var bce_with_logits(const Var& logits, const Var& target, const Var& positive_weight) {
  return ternary(weighted_bce_op, logits, target, positive_weight);
}
Var kl_divergence(const Var& log_q, const Var& p) { return binary(kl_op, log_q, p); }

Var huber(const Var& a, const Var& b, double delta) {
  if (!(delta > 0)) {
    throw Error(ErrorKind::argument, "huber", "a delta above 0", std::to_string(delta));
  }
  Attr attr;
  attr.scalar = delta;
  return binary(huber_op, a, b, attr);
}

Var reduced(const Var& losses, Reduction reduction) {
  switch (reduction) {
    case Reduction::none:
      return losses;
    case Reduction::sum:
      return sum(losses);
    case Reduction::mean:
      break;
  }
  return mean(losses);
}

Var mse_loss(const Var& prediction, const Var& target, Reduction reduction) {
  return reduced(squared_error(prediction, target), reduction);
}
Var l1_loss(const Var& prediction, const Var& target, Reduction reduction) {
  return reduced(absolute_error(prediction, target), reduction);
}
Var huber_loss(const Var& prediction, const Var& target, double delta, Reduction reduction) {
  return reduced(huber(prediction, target, delta), reduction);
}
Var bce_loss(const Var& logits, const Var& target, Reduction reduction) {
  return reduced(bce_with_logits(logits, target), reduction);
}
Var bce_loss(const Var& logits, const Var& target, const Var& positive_weight,
             Reduction reduction) {
  return reduced(bce_with_logits(logits, target, positive_weight), reduction);
}
Var kl_loss(const Var& log_q, const Var& p, Reduction reduction) {
  return reduced(kl_divergence(log_q, p), reduction);
}

}  // namespace carousel
