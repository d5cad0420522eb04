#include <autograd/losses.hpp>
#include <tests/fuzz/calls.hpp>

namespace carousel::fuzz {
namespace {

using C = const Call&;
using X = const std::vector<Var>&;

Reduction end(C c) {
  return c.reduction == End::none   ? Reduction::none
         : c.reduction == End::mean ? Reduction::mean
                                    : Reduction::sum;
}

Var cross_entropy_with(C c, X x) {
  LabelOptions options;
  options.label_smoothing = c.a;
  if (c.keep) options.ignore_index = c.begin;
  if (x.size() > 2) options.class_weights = x[2];
  return cross_entropy(x[0], x[1], options, end(c));
}

}  // namespace

void add_loss_calls(Runs& runs) {
  runs["squared_error"] = [](C, X x) { return squared_error(x[0], x[1]); };
  runs["absolute_error"] = [](C, X x) { return absolute_error(x[0], x[1]); };
  runs["huber"] = [](C c, X x) { return huber(x[0], x[1], c.a); };
  runs["bce_with_logits"] = [](C, X x) { return bce_with_logits(x[0], x[1]); };
  runs["weighted bce"] = [](C, X x) { return bce_with_logits(x[0], x[1], x[2]); };
  runs["kl_divergence"] = [](C, X x) { return kl_divergence(x[0], x[1]); };
  runs["soft_cross_entropy"] = [](C, X x) { return soft_cross_entropy(x[0], x[1]); };
  runs["cross_entropy"] = [](C, X x) { return cross_entropy(x[0], x[1]); };
  runs["cross_entropy with options"] = cross_entropy_with;
  runs["reduced"] = [](C c, X x) { return reduced(x[0], end(c)); };
  runs["mse_loss"] = [](C c, X x) { return mse_loss(x[0], x[1], end(c)); };
  runs["l1_loss"] = [](C c, X x) { return l1_loss(x[0], x[1], end(c)); };
  runs["huber_loss"] = [](C c, X x) { return huber_loss(x[0], x[1], c.a, end(c)); };
  runs["bce_loss"] = [](C c, X x) { return bce_loss(x[0], x[1], end(c)); };
  runs["weighted bce_loss"] = [](C c, X x) { return bce_loss(x[0], x[1], x[2], end(c)); };
  runs["kl_loss"] = [](C c, X x) { return kl_loss(x[0], x[1], end(c)); };
}

}  // namespace carousel::fuzz
