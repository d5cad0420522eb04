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

struct SquaredError {
  static constexpr int arity = 2;
  template <class K> static void forward(K& k) {
    const auto e = k.x[0] - k.x[1];
    k.y = e * e;
  }
  template <class K> static constexpr void pullback(K& k) {
    const auto de = 2.0 * k.dy * (k.x[0] - k.x[1]);
    k.dx[0] += de;
    k.dx[1] += -de;
  }
};
struct AbsoluteError {
  static constexpr int arity = 2;
  template <class K> static void forward(K& k) { k.y = abs(k.x[0] - k.x[1]); }
  template <class K> static constexpr void pullback(K& k) {
    const auto de = k.dy * signum(k.x[0] - k.x[1]);
    k.dx[0] += de;
    k.dx[1] += -de;
  }
};
struct Huber {  // e²/2, or δ (|e| - δ/2) beyond |e| = δ (Huber 1964)
  static constexpr int arity = 2;
  template <class K> static void forward(K& k) {
    const auto e = k.x[0] - k.x[1], size = abs(e);
    k.y = where(size < k.a, 0.5 * (e * e), k.a * (size - 0.5 * k.a));
  }
  template <class K> static constexpr void pullback(K& k) {
    const auto e = k.x[0] - k.x[1];
    const auto de = where(abs(e) < k.a, k.dy * e, k.dy * k.a * signum(e));
    k.dx[0] += de;
    k.dx[1] += -de;
  }
};
// Binary cross-entropies take x apart by its sign: softplus(x) - t x would leave only a rounding
// error of x where the answer is right and x is large, and the loss nearly 0.
struct BceWithLogits {  // softplus(x) - t x
  static constexpr int arity = 2;
  template <class K> static void forward(K& k) {
    const auto &x = k.x[0], &t = k.x[1];
    k.y = where(x < 0.0, -(t * x), (1.0 - t) * x) + soft_positive(-abs(x));
  }
  template <class K> static constexpr void pullback(K& k) {
    k.dx[0] += k.dy * (logistic(k.x[0]) - k.x[1]);
    k.dx[1] += -(k.dy * k.x[0]);
  }
};
struct WeightedBce {  // -p t ln σ(x) - (1 - t) ln(1 - σ(x)) = (1 - t) x + (1 + (p - 1) t)
                      // softplus(-x)
  static constexpr int arity = 3;
  template <class K> static void forward(K& k) {
    const auto &x = k.x[0], &t = k.x[1], &p = k.x[2];
    const auto weight = (p - 1.0) * t + 1.0;
    k.y = where(x < 0.0, -(p * t * x), (1.0 - t) * x) + weight * soft_positive(-abs(x));
  }
  template <class K> static constexpr void pullback(K& k) {
    const auto &x = k.x[0], &t = k.x[1], &p = k.x[2];
    const auto miss = soft_positive(-x);
    k.dx[0] += k.dy * (1.0 - t - ((p - 1.0) * t + 1.0) * logistic(-x));
    k.dx[1] += k.dy * ((p - 1.0) * miss - x);
    k.dx[2] += k.dy * t * miss;
  }
};
struct Kl {  // p (ln p - x), 0 where p is 0
  static constexpr int arity = 2;
  template <class K> static void forward(K& k) {
    const auto &x = k.x[0], &p = k.x[1];
    k.y = where(p == 0.0, k.zero, p * (log(p) - x));
  }
  template <class K> static constexpr void pullback(K& k) {
    const auto &x = k.x[0], &p = k.x[1];
    k.dx[0] += -(k.dy * p);
    k.dx[1] += where(p == 0.0, k.zero, k.dy * (log(p) + 1.0 - x));
  }
};

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
