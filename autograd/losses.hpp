#pragma once
#include <autograd/var.hpp>
#include <optional>

/// Losses. Those without a Reduction give one value an element (or a row of logits), so that a mask
/// or a weight can still be put on them; those with one are the usual ends of a program.
namespace carousel {

enum class Reduction { none, mean, sum };

/// The values as they are, their mean, or their sum.
Var reduced(const Var& losses, Reduction reduction);

Var squared_error(const Var& a, const Var& b);   ///< (a - b)²
Var absolute_error(const Var& a, const Var& b);  ///< |a - b|, slope 0 where they are equal
/// (a - b)²/2, or δ (|a - b| - δ/2) where they are further apart than δ.
Var huber(const Var& a, const Var& b, double delta = 1);
/// Binary cross-entropy of sigmoid(logits): softplus(x) - target·x.
Var bce_with_logits(const Var& logits, const Var& target);
/// The same with the share of the target counted positive_weight times: -p t ln σ(x) - (1-t) ln
/// (1-σ(x)). The weight has the logits' shape, or is one [classes].
Var bce_with_logits(const Var& logits, const Var& target, const Var& positive_weight);
/// p (ln p - log_q), 0 where p is 0: summed over a distribution, its distance from the other one.
Var kl_divergence(const Var& log_q, const Var& p);
/// -Σ q ln softmax(logits) over the last axis, for weights q of the logits' shape (a distribution
/// over classes, or any other) -> [...].
Var soft_cross_entropy(const Var& logits, const Var& q);
/// -ln softmax(logits)[label] for logits [..., classes] and int64 labels [...] -> [...].
Var cross_entropy(const Var& logits, const Var& labels);

/// What cross_entropy with labels may take into account.
struct LabelOptions {
  /// [classes]: a class counts as its weight, with smoothing those beside the label, too; none: 1
  /// each. No gradient passes.
  Var class_weights;
  std::optional<Index> ignore_index;  ///< rows of this label count nothing
  double label_smoothing = 0;         ///< this share of a label is spread over all classes evenly
};
/// The mean is over the weights of the labels that count; 0 where there are none.
Var cross_entropy(const Var& logits, const Var& labels, const LabelOptions& options,
                  Reduction reduction = Reduction::mean);

Var mse_loss(const Var& prediction, const Var& target, Reduction reduction = Reduction::mean);
Var l1_loss(const Var& prediction, const Var& target, Reduction reduction = Reduction::mean);
Var huber_loss(const Var& prediction, const Var& target, double delta = 1,
               Reduction reduction = Reduction::mean);
Var bce_loss(const Var& logits, const Var& target, Reduction reduction = Reduction::mean);
Var bce_loss(const Var& logits, const Var& target, const Var& positive_weight,
             Reduction reduction = Reduction::mean);
/// The mean is over all elements, not over distributions.
Var kl_loss(const Var& log_q, const Var& p, Reduction reduction = Reduction::mean);

}  // namespace carousel
