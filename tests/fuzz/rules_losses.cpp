#include <tests/fuzz/rules.hpp>

// Losses as losses.hpp states them.

namespace carousel::fuzz {
namespace {

template <class S> S absolute_error(const S& a, const S& b) {
  if (primal(a) == primal(b)) return S(0.0);
  return primal(a) > primal(b) ? a - b : b - a;
}
template <class S> S huber(const S& a, const S& b, double delta) {
  const S distance = absolute_error(a, b);
  if (primal(distance) < delta) return (a - b) * (a - b) / 2.0;
  return delta * (distance - delta / 2);
}
template <class S> S bce(const S& x, const S& target) { return softplus(x) - target * x; }
template <class S> S weighted_bce(const S& x, const S& t, const S& p) {
  return p * t * softplus(-x) + (1.0 - t) * softplus(x);  // ln σ(x) = -softplus(-x)
}
template <class S> S kl(const S& log_q, const S& p) {
  if (primal(p) == 0) return S(0.0);
  return p * (log(p) - log_q);
}

template <class S> std::vector<S> row_of(const Array<S>& x, const Place& place) {
  const int last = x.rank() - 1;
  std::vector<S> row;
  for (Index c = 0; c < x.extent(last); ++c) row.push_back(x(with(place, last, c)));
  return row;
}

template <class S> Array<S> soft_cross_entropy(const Call&, const Operands<S>& x) {
  const Array<S>&logits = *x[0], &weights = *x[1];
  return build<S>(without(logits.shape, logits.rank() - 1), [&](const Place& p) {
    const std::vector<S> row = row_of(logits, p), q = row_of(weights, p);
    const S norm = log_sum_exp(row);
    S loss(0.0);
    for (std::size_t c = 0; c < row.size(); ++c) loss = loss - q[c] * (row[c] - norm);
    return loss;
  });
}
template <class S> Array<S> cross_entropy(const Call&, const Operands<S>& x) {
  const Array<S>&logits = *x[0], &labels = *x[1];
  return build<S>(labels.shape, [&](const Place& p) {
    const std::vector<S> row = row_of(logits, p);
    return log_sum_exp(row) - row[static_cast<std::size_t>(primal(labels(p)))];
  });
}

/// Call: a the label smoothing; keep: begin is the label that counts nothing; a third operand: the
/// weights of the classes.
template <class S> Array<S> cross_entropy_with(const Call& c, const Operands<S>& x) {
  const Array<S>&logits = *x[0], &labels = *x[1];
  const auto classes = logits.shape.back();
  const auto weight = [&](std::size_t label) {
    return x.size() > 2 ? constant(x[2]->x[label]) : S(1.0);
  };
  S counted(0.0);
  const Array<S> losses = build<S>(labels.shape, [&](const Place& p) {
    const auto label = static_cast<Index>(primal(labels(p)));
    if (c.keep && label == c.begin) return S(0.0);
    const std::vector<S> row = row_of(logits, p);
    const S norm = log_sum_exp(row);
    S loss(0.0);
    for (std::size_t k = 0; k < row.size(); ++k) {
      double share = c.a / static_cast<double>(classes);
      if (static_cast<Index>(k) == label) share += 1 - c.a;
      loss = loss + share * weight(k) * (norm - row[k]);
    }
    counted = counted + weight(static_cast<std::size_t>(label));
    return loss;
  });
  if (c.reduction != End::mean) return ended(losses, c.reduction);
  const Array<S> sum = ended(losses, End::sum);
  return build<S>({},
                  [&](const Place&) { return primal(counted) == 0 ? S(0.0) : sum.x[0] / counted; });
}

}  // namespace

template <class S> void add_loss_rules(Rules<S>& rules) {
  using X = const S&;
  using Xs = const Operands<S>&;
  using C = const Call&;
  rules["squared_error"] = [](C, Xs x) {
    return map<S>(x, [](X a, X b) { return (a - b) * (a - b); });
  };
  rules["absolute_error"] = [](C, Xs x) { return map<S>(x, absolute_error<S>); };
  rules["huber"] = [](C c, Xs x) { return map<S>(x, [&](X a, X b) { return huber(a, b, c.a); }); };
  rules["bce_with_logits"] = [](C, Xs x) { return map<S>(x, bce<S>); };
  rules["weighted bce"] = [](C, Xs x) { return map<S>(x, weighted_bce<S>); };
  rules["kl_divergence"] = [](C, Xs x) { return map<S>(x, kl<S>); };
  rules["soft_cross_entropy"] = soft_cross_entropy<S>;
  rules["cross_entropy"] = cross_entropy<S>;
  rules["cross_entropy with options"] = cross_entropy_with<S>;
  rules["reduced"] = [](C c, Xs x) { return ended(*x[0], c.reduction); };
  rules["mse_loss"] = [](C c, Xs x) {
    return ended(map<S>(x, [](X a, X b) { return (a - b) * (a - b); }), c.reduction);
  };
  rules["l1_loss"] = [](C c, Xs x) { return ended(map<S>(x, absolute_error<S>), c.reduction); };
  rules["huber_loss"] = [](C c, Xs x) {
    return ended(map<S>(x, [&](X a, X b) { return huber(a, b, c.a); }), c.reduction);
  };
  rules["bce_loss"] = [](C c, Xs x) { return ended(map<S>(x, bce<S>), c.reduction); };
  rules["weighted bce_loss"] = [](C c, Xs x) {
    return ended(map<S>(x, weighted_bce<S>), c.reduction);
  };
  rules["kl_loss"] = [](C c, Xs x) { return ended(map<S>(x, kl<S>), c.reduction); };
}

template void add_loss_rules(Rules<First>&);
template void add_loss_rules(Rules<Second>&);

}  // namespace carousel::fuzz
